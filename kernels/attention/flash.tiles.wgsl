// Attention without the table of weights, in tiles. Mathematics and names are those of flash.ts; how matrices are held and
// multiplied in blocks of 4x4 is as in matmul.wgsl. For heads of at most 64 channels, a multiple of 4.
//
// A workgroup takes 32 queries (in the backward pass of keys and values: 32 keys) and goes through the others 32 at a time.
// Of the 32x32 scores each thread computes a block of 4x4. The weights are handed round in the workgroup's memory, and
// each thread then adds up a block of 4 rows and 4 channels of the result, and another 32 channels further.
//
// A block is held as the matrix whose column i is row i of the block. With X and Y so held,
//
//   transpose(Y) * X    holds the products of rows, X[i] . Y[j]
//   Y * P               holds the sums of rows, sum_j P[i, j] * Y[j]
//
// `staged` says whether rows that all threads need are first copied into the workgroup's memory, 32 of them at a time.
//
// It is the fast form of grouped.ts too, where heads of queries share keys and values and look back only so far: tiles that are
// out of every window are left out. For GPT-2's attention NKV is NH and the window is T.

// Only the channels of a head are compiled in: what they are decides how many registers a thread needs. All other sizes
// come with each call, so that one compiled shader serves texts of any length and any number of heads.

override hs: u32; // channels of a head
override staged: bool;
override wide: bool = hs > 32; // whether a thread has a second block of channels

struct Sizes {
  T: u32,
  NH: u32,
  NKV: u32, // heads of keys and values
  windowSize: u32, // tokens that a query sees, T at the most
  heads: u32, // of queries, B*NH
}

const size = 32u; // rows of a tile
const blocks = 8u; // blocks along one side of it
const lowest = -3.4028234e38; // no float32 is lower, but for minus infinity

var<workgroup> tile: array<vec4f, 512>; // (size, 64 channels)
var<workgroup> weights: array<mat4x4f, 64>; // (blocks, blocks)
var<workgroup> dscores: array<mat4x4f, 64>; // (blocks, blocks)
var<workgroup> largests: array<vec4f, 64>; // (blocks, blocks): the largest score of each row of each block

/// Where a workgroup works: at `row` and the 31 tokens after it, in one head of one text.
struct Place {
  T: u32,
  row: u32,
  head: u32, // of queries: number of it, of all B*NH
  // In fours of values:
  token: u32, // from one token to the next in inp
  C: u32, // the same in out and dout
  query: u32, // where this head's query of token 0 begins in inp,
  key: u32, // its key,
  value: u32, // and its value
  out: u32, // where its part begins in out and dout
}

/// The place of a workgroup that serves so many heads of queries, one after the other: here the first of them.
fn placeOf(sizes: Sizes, served: u32, group: vec3u, groups: vec3u) -> Place {
  let T = sizes.T;
  let tiles = (T + size - 1) / size;
  let number = group.y * groups.x + group.x;
  let head = number / tiles * served;
  let b = head / sizes.NH;
  let h = head % sizes.NH;
  let width = hs / 4;
  let token = (sizes.NH + 2 * sizes.NKV) * width;
  let C = sizes.NH * width;
  let text = b * T * token;
  let key = text + C + h / (sizes.NH / sizes.NKV) * width;
  let out = b * T * C + h * width;
  let value = key + sizes.NKV * width;
  return Place(T, number % tiles * size, head, token, C, text + h * width, key, value, out);
}

/// Where the first tile of keys begins that a query of this tile sees.
fn firstTile(place: Place, windowSize: u32) -> u32 {
  return select(0u, (place.row + 1 - windowSize) / size * size, place.row + 1 > windowSize);
}

/// Which of the tokens t2 the query of t sees: those that are less than a window behind. A later one is behind by a number
/// below 0, which among numbers without a sign is a large one.
fn seen(t: vec4u, t2: vec4u, windowSize: u32) -> vec4<bool> {
  return t - t2 < vec4u(windowSize);
}

/// Four tokens from `row` on. Those beyond the text repeat the last: they are computed and not used.
fn tokens(place: Place, row: u32) -> vec4u {
  return min(vec4u(row, row + 1, row + 2, row + 3), vec4u(place.T - 1));
}

/// Four channels of which only those of the head count: the last, where `c` is beyond.
fn fours(c: u32) -> u32 {
  return min(c, hs / 4 - 1);
}

/// The largest, and the sum, of each row.
fn largestOf(block: mat4x4f) -> vec4f {
  let t = transpose(block);
  return max(max(t[0], t[1]), max(t[2], t[3]));
}

fn sumOf(block: mat4x4f) -> vec4f {
  return vec4f(1) * block;
}

/// Each row times a number of its own.
fn timesRows(block: mat4x4f, x: vec4f) -> mat4x4f {
  return mat4x4f(block[0] * x[0], block[1] * x[1], block[2] * x[2], block[3] * x[3]);
}

/// The rows of a block in the workgroup's memory.
fn staged4(row: u32, c: u32) -> mat4x4f {
  let at = row * 16 + c;
  return mat4x4f(tile[at], tile[at + 16], tile[at + 32], tile[at + 48]);
}

// Forward: one workgroup for each 32 queries.

@group(0) @binding(0) var<storage, read_write> out: array<vec4f>; // (B, T, NH hs), written
@group(0) @binding(1) var<storage, read_write> lse: array<f32>; // (B, NH, T), written
@group(0) @binding(2) var<storage, read> inp: array<vec4f>; // (B, T, (NH + 2 NKV) hs)
@group(0) @binding(3) var<uniform> sizes: Sizes;

/// Queries, keys or values of four tokens: `first` says which, being where that of token 0 begins.
fn inpBlock(place: Place, first: u32, row: u32, c: u32) -> mat4x4f {
  let rows = first + fours(c) + tokens(place, row) * place.token;
  return mat4x4f(inp[rows[0]], inp[rows[1]], inp[rows[2]], inp[rows[3]]);
}

/// The same, of 32 rows from `start` on that are staged if anything is.
fn sharedInp(place: Place, first: u32, start: u32, row: u32, c: u32) -> mat4x4f {
  if (staged) { return staged4(row, fours(c)); }
  return inpBlock(place, first, start + row, c);
}

fn stageInp(place: Place, first: u32, start: u32, thread: u32) {
  if (!staged) { return; }
  workgroupBarrier(); // all have used what is there
  let width = hs / 4;
  for (var n = thread; n < size * width; n += 64) {
    let row = min(start + n / width, place.T - 1);
    tile[n / width * 16 + n % width] = inp[first + row * place.token + n % width];
  }
  workgroupBarrier();
}

@compute @workgroup_size(8, 8)
fn forward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) id: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let place = placeOf(sizes, 1, group, groups);
  if (place.head >= sizes.heads) { return; }
  let scale = 1 / sqrt(f32(hs));
  let t = place.row + id.y * 4;

  var out0 = mat4x4f();
  var out1 = mat4x4f();
  var largest = vec4f(lowest);
  var sum = vec4f(); // of exp(score - largest) over the keys so far; out0 and out1 hold the values, weighted likewise
  let windowSize = sizes.windowSize;
  for (var start = firstTile(place, windowSize); start <= place.row; start += size) {
    stageInp(place, place.key, start, thread);
    var scores = mat4x4f();
    for (var c = 0u; c < hs / 4; c++) {
      let k = sharedInp(place, place.key, start, id.x * 4, c);
      scores += transpose(k) * inpBlock(place, place.query, t, c);
    }
    scores *= scale;
    let t2 = start + id.x * 4 + vec4u(0, 1, 2, 3);
    let lowests = vec4f(lowest);
    scores = mat4x4f(
      select(lowests, scores[0], seen(vec4u(t), t2, windowSize)),
      select(lowests, scores[1], seen(vec4u(t + 1), t2, windowSize)),
      select(lowests, scores[2], seen(vec4u(t + 2), t2, windowSize)),
      select(lowests, scores[3], seen(vec4u(t + 3), t2, windowSize)),
    );
    largests[thread] = largestOf(scores);
    workgroupBarrier();

    var next = largest;
    for (var x = 0u; x < blocks; x++) { next = max(next, largests[id.y * blocks + x]); }
    let shift = exp(largest - next); // what was summed so far is moved to the new largest scores
    largest = next;
    let none = vec4f();
    weights[thread] = mat4x4f(
      select(none, exp(scores[0] - next[0]), seen(vec4u(t), t2, windowSize)),
      select(none, exp(scores[1] - next[1]), seen(vec4u(t + 1), t2, windowSize)),
      select(none, exp(scores[2] - next[2]), seen(vec4u(t + 2), t2, windowSize)),
      select(none, exp(scores[3] - next[3]), seen(vec4u(t + 3), t2, windowSize)),
    );
    workgroupBarrier();

    stageInp(place, place.value, start, thread);
    sum *= shift;
    out0 = timesRows(out0, shift);
    out1 = timesRows(out1, shift);
    for (var x = 0u; x < blocks; x++) {
      let att = weights[id.y * blocks + x];
      sum += sumOf(att);
      out0 += sharedInp(place, place.value, start, x * 4, id.x) * att;
      if (wide) { out1 += sharedInp(place, place.value, start, x * 4, id.x + 8) * att; }
    }
  }

  out0 = timesRows(out0, 1 / sum);
  out1 = timesRows(out1, 1 / sum);
  let logs = largest + log(sum);
  for (var i = 0u; i < 4 && t + i < place.T; i++) {
    let at = place.out + (t + i) * place.C + id.x;
    if (id.x < hs / 4) { out[at] = out0[i]; }
    if (id.x + 8 < hs / 4) { out[at + 8] = out1[i]; }
    if (id.x == 0) { lse[place.head * place.T + t + i] = logs[i]; }
  }
}

// Backward. Both kernels are bound to the same five; the means are computed by flash.wgsl.

@group(0) @binding(0) var<storage, read_write> dinp: array<vec4f>; // (B, T, (NH + 2 NKV) hs), added to
@group(0) @binding(1) var<storage, read> dout: array<vec4f>; // (B, T, NH hs)
// binding 2 is inp
@group(0) @binding(3) var<storage, read> dinp_lse: array<f32>; // (B, NH, T)
@group(0) @binding(4) var<storage, read> means: array<f32>; // (B, NH, T), of datt, weighted by att
@group(0) @binding(5) var<uniform> dinp_sizes: Sizes;

fn doutBlock(place: Place, row: u32, c: u32) -> mat4x4f {
  let rows = place.out + fours(c) + tokens(place, row) * place.C;
  return mat4x4f(dout[rows[0]], dout[rows[1]], dout[rows[2]], dout[rows[3]]);
}

fn sharedDout(place: Place, start: u32, row: u32, c: u32) -> mat4x4f {
  if (staged) { return staged4(row, fours(c)); }
  return doutBlock(place, start + row, c);
}

fn stageDout(place: Place, start: u32, thread: u32) {
  if (!staged) { return; }
  workgroupBarrier();
  let width = hs / 4;
  for (var n = thread; n < size * width; n += 64) {
    let row = min(start + n / width, place.T - 1);
    tile[n / width * 16 + n % width] = dout[place.out + row * place.C + n % width];
  }
  workgroupBarrier();
}

/// Adds a block of gradients to 4 rows of dinp.
fn addBlock(place: Place, first: u32, row: u32, c: u32, block: mat4x4f) {
  if (c >= hs / 4) { return; }
  for (var i = 0u; i < 4 && row + i < place.T; i++) {
    dinp[first + (row + i) * place.token + c] += block[i];
  }
}

/// With respect to queries: one workgroup for each 32 of them.
@compute @workgroup_size(8, 8)
fn backwardQuery(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) id: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let place = placeOf(dinp_sizes, 1, group, groups);
  if (place.head >= dinp_sizes.heads) { return; }
  let scale = 1 / sqrt(f32(hs));
  let t = place.row + id.y * 4;
  let rows = place.head * place.T + tokens(place, t);
  let lse4 = vec4f(dinp_lse[rows[0]], dinp_lse[rows[1]], dinp_lse[rows[2]], dinp_lse[rows[3]]);
  let mean4 = vec4f(means[rows[0]], means[rows[1]], means[rows[2]], means[rows[3]]);

  var dq0 = mat4x4f();
  var dq1 = mat4x4f();
  let windowSize = dinp_sizes.windowSize;
  for (var start = firstTile(place, windowSize); start <= place.row; start += size) {
    stageInp(place, place.value, start, thread);
    var datt = mat4x4f();
    for (var c = 0u; c < hs / 4; c++) {
      let v = sharedInp(place, place.value, start, id.x * 4, c);
      datt += transpose(v) * doutBlock(place, t, c);
    }
    stageInp(place, place.key, start, thread);
    var scores = mat4x4f();
    for (var c = 0u; c < hs / 4; c++) {
      let k = sharedInp(place, place.key, start, id.x * 4, c);
      scores += transpose(k) * inpBlock(place, place.query, t, c);
    }
    let t2 = start + id.x * 4 + vec4u(0, 1, 2, 3);
    let none = vec4f();
    dscores[thread] = mat4x4f(
      select(none, exp(scores[0] * scale - lse4[0]) * (datt[0] - mean4[0]), seen(vec4u(t), t2, windowSize)),
      select(none, exp(scores[1] * scale - lse4[1]) * (datt[1] - mean4[1]), seen(vec4u(t + 1), t2, windowSize)),
      select(none, exp(scores[2] * scale - lse4[2]) * (datt[2] - mean4[2]), seen(vec4u(t + 2), t2, windowSize)),
      select(none, exp(scores[3] * scale - lse4[3]) * (datt[3] - mean4[3]), seen(vec4u(t + 3), t2, windowSize)),
    );
    workgroupBarrier();

    for (var x = 0u; x < blocks; x++) {
      let dscore = dscores[id.y * blocks + x];
      dq0 += sharedInp(place, place.key, start, x * 4, id.x) * dscore;
      if (wide) { dq1 += sharedInp(place, place.key, start, x * 4, id.x + 8) * dscore; }
    }
    workgroupBarrier(); // all have used the gradients of scores before they are overwritten
  }
  addBlock(place, place.query, t, id.x, dq0 * scale);
  if (wide) { addBlock(place, place.query, t, id.x + 8, dq1 * scale); }
}

/// With respect to keys and values: one workgroup for each 32 of them, which alone adds up what reaches them, from all heads
/// of queries that look at them. Blocks of scores lie the other way round here, row j being key j, which spares turning them.
@compute @workgroup_size(8, 8)
fn backwardKeyValue(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) id: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let served = dinp_sizes.NH / dinp_sizes.NKV;
  var place = placeOf(dinp_sizes, served, group, groups);
  if (place.head >= dinp_sizes.heads) { return; }
  let scale = 1 / sqrt(f32(hs));
  let t2 = place.row + id.y * 4;

  var dk0 = mat4x4f();
  var dk1 = mat4x4f();
  var dv0 = mat4x4f();
  var dv1 = mat4x4f();
  let windowSize = dinp_sizes.windowSize;
  let end = min(place.T, place.row + size - 1 + windowSize); // after the last token that sees one of these keys
  for (var n = 0u; n < served; n++) {
    for (var start = place.row; start < end; start += size) {
      stageInp(place, place.query, start, thread);
      var scores = mat4x4f();
      for (var c = 0u; c < hs / 4; c++) {
        let q = sharedInp(place, place.query, start, id.x * 4, c);
        scores += transpose(q) * inpBlock(place, place.key, t2, c);
      }
      stageDout(place, start, thread);
      var datt = mat4x4f();
      for (var c = 0u; c < hs / 4; c++) {
        let d = sharedDout(place, start, id.x * 4, c);
        datt += transpose(d) * inpBlock(place, place.value, t2, c);
      }
      let t = start + id.x * 4 + vec4u(0, 1, 2, 3);
      let rows = place.head * place.T + tokens(place, t[0]);
      let lse4 = vec4f(dinp_lse[rows[0]], dinp_lse[rows[1]], dinp_lse[rows[2]], dinp_lse[rows[3]]);
      let mean4 = vec4f(means[rows[0]], means[rows[1]], means[rows[2]], means[rows[3]]);
      let none = vec4f();
      let real = t < vec4u(place.T);
      let att = mat4x4f(
        select(none, exp(scores[0] * scale - lse4), real & seen(t, vec4u(t2), windowSize)),
        select(none, exp(scores[1] * scale - lse4), real & seen(t, vec4u(t2 + 1), windowSize)),
        select(none, exp(scores[2] * scale - lse4), real & seen(t, vec4u(t2 + 2), windowSize)),
        select(none, exp(scores[3] * scale - lse4), real & seen(t, vec4u(t2 + 3), windowSize)),
      );
      weights[thread] = att;
      dscores[thread] = mat4x4f(
        att[0] * (datt[0] - mean4),
        att[1] * (datt[1] - mean4),
        att[2] * (datt[2] - mean4),
        att[3] * (datt[3] - mean4),
      );
      workgroupBarrier();

      for (var x = 0u; x < blocks; x++) {
        let weight = weights[id.y * blocks + x];
        dv0 += sharedDout(place, start, x * 4, id.x) * weight;
        if (wide) { dv1 += sharedDout(place, start, x * 4, id.x + 8) * weight; }
      }
      stageInp(place, place.query, start, thread);
      for (var x = 0u; x < blocks; x++) {
        let dscore = dscores[id.y * blocks + x];
        dk0 += sharedInp(place, place.query, start, x * 4, id.x) * dscore;
        if (wide) { dk1 += sharedInp(place, place.query, start, x * 4, id.x + 8) * dscore; }
      }
      workgroupBarrier();
    }
    place.head++;
    place.query += hs / 4;
    place.out += hs / 4;
  }
  addBlock(place, place.key, t2, id.x, dk0 * scale);
  addBlock(place, place.value, t2, id.x, dv0);
  if (wide) {
    addBlock(place, place.key, t2, id.x + 8, dk1 * scale);
    addBlock(place, place.value, t2, id.x + 8, dv1);
  }
}
