// Attention on the GPU. Mathematics and names are those of attention.ts.
//
// A row of preatt and att, one query of one head against all keys, is worked on by one workgroup: its threads each take
// every 64th key, then every 64th channel. Where preatt and att are too large to be bound whole, these are some rows of them.

override T: u32;
override C: u32;
override NH: u32;
override first: u32; // number of the first row bound, of all B*NH*T
override rows: u32; // how many are bound

const threads = 64u;
const lowest = -3.4028234e38; // no float32 is lower, but for minus infinity

var<workgroup> partial: array<f32, threads>;

/// The sum of x over the workgroup's threads, for all of them. Each step halves the number of summands.
fn sumOverWorkgroup(thread: u32, x: f32) -> f32 {
  partial[thread] = x;
  workgroupBarrier();
  for (var half = threads / 2; half > 0; half /= 2) {
    if (thread < half) { partial[thread] += partial[thread + half]; }
    workgroupBarrier();
  }
  let sum = partial[0];
  workgroupBarrier(); // all have read it before anyone writes again
  return sum;
}

fn maxOverWorkgroup(thread: u32, x: f32) -> f32 {
  partial[thread] = x;
  workgroupBarrier();
  for (var half = threads / 2; half > 0; half /= 2) {
    if (thread < half) { partial[thread] = max(partial[thread], partial[thread + half]); }
    workgroupBarrier();
  }
  let largest = partial[0];
  workgroupBarrier();
  return largest;
}

/// Where the query of head h, token t of text b begins in inp. Its key is C values further, its value 2*C.
fn queryAt(b: u32, h: u32, t: u32) -> u32 {
  return (b * T + t) * 3 * C + h * (C / NH);
}

/// Where the same head's part begins in out and dout.
fn outAt(b: u32, h: u32, t: u32) -> u32 {
  return (b * T + t) * C + h * (C / NH);
}

// Forward: one workgroup for each row (b, h, t).

@group(0) @binding(0) var<storage, read_write> out: array<f32>; // (B, T, C), written
@group(0) @binding(1) var<storage, read_write> preatt: array<f32>; // (rows, T), written
@group(0) @binding(2) var<storage, read_write> att: array<f32>; // (rows, T), written
@group(0) @binding(3) var<storage, read> inp: array<f32>; // (B, T, 3C)

@compute @workgroup_size(64)
fn forward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let bound = group.y * groups.x + group.x;
  if (bound >= rows) { return; }
  let row = bound * T;
  let t = (first + bound) % T;
  let h = (first + bound) / T % NH;
  let b = (first + bound) / T / NH;
  let hs = C / NH;
  let scale = 1 / sqrt(f32(hs));
  let q = queryAt(b, h, t);

  var largest = lowest;
  for (var t2 = thread; t2 <= t; t2 += threads) {
    let k = queryAt(b, h, t2) + C;
    var score = 0.0;
    for (var i = 0u; i < hs; i++) { score += inp[q + i] * inp[k + i]; }
    preatt[row + t2] = score * scale;
    largest = max(largest, score * scale);
  }
  largest = maxOverWorkgroup(thread, largest);

  var sum = 0.0;
  for (var t2 = thread; t2 <= t; t2 += threads) {
    let e = exp(preatt[row + t2] - largest);
    att[row + t2] = e;
    sum += e;
  }
  sum = sumOverWorkgroup(thread, sum);
  for (var t2 = thread; t2 < T; t2 += threads) {
    if (t2 <= t) {
      att[row + t2] /= sum;
    } else {
      preatt[row + t2] = 0;
      att[row + t2] = 0;
    }
  }
  storageBarrier(); // from here on each thread reads the weights that all have written

  let o = outAt(b, h, t);
  for (var i = thread; i < hs; i += threads) {
    var answer = 0.0;
    for (var t2 = 0u; t2 <= t; t2++) { answer += att[row + t2] * inp[queryAt(b, h, t2) + 2 * C + i]; }
    out[o + i] = answer;
  }
}

// Backward with respect to att, preatt and the query: one workgroup for each row (b, h, t).

@group(0) @binding(0) var<storage, read_write> dinp: array<f32>; // (B, T, 3C), added to
@group(0) @binding(1) var<storage, read_write> dpreatt: array<f32>; // (rows, T), added to
@group(0) @binding(2) var<storage, read_write> datt: array<f32>; // (rows, T), added to
@group(0) @binding(3) var<storage, read> q_dout: array<f32>; // (B, T, C)
@group(0) @binding(4) var<storage, read> q_inp: array<f32>; // (B, T, 3C)
@group(0) @binding(5) var<storage, read> q_att: array<f32>; // (rows, T)

@compute @workgroup_size(64)
fn backwardQuery(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let bound = group.y * groups.x + group.x;
  if (bound >= rows) { return; }
  let row = bound * T;
  let t = (first + bound) % T;
  let h = (first + bound) / T % NH;
  let b = (first + bound) / T / NH;
  let hs = C / NH;
  let scale = 1 / sqrt(f32(hs));
  let q = queryAt(b, h, t);
  let o = outAt(b, h, t);

  var mean = 0.0; // of the row's datt, weighted by att
  for (var t2 = thread; t2 <= t; t2 += threads) {
    let v = queryAt(b, h, t2) + 2 * C;
    var sum = 0.0;
    for (var i = 0u; i < hs; i++) { sum += q_dout[o + i] * q_inp[v + i]; }
    datt[row + t2] += sum;
    mean += q_att[row + t2] * datt[row + t2];
  }
  mean = sumOverWorkgroup(thread, mean);
  for (var t2 = thread; t2 <= t; t2 += threads) {
    dpreatt[row + t2] += q_att[row + t2] * (datt[row + t2] - mean);
  }
  storageBarrier();

  for (var i = thread; i < hs; i += threads) {
    var sum = 0.0;
    for (var t2 = 0u; t2 <= t; t2++) { sum += dpreatt[row + t2] * q_inp[queryAt(b, h, t2) + C + i]; }
    dinp[q + i] += sum * scale;
  }
}

// Backward with respect to the key and the value: one workgroup for each (b, h, t2), which alone adds up what reaches them
// from all tokens t >= t2. Of these it takes the rows that are bound.

@group(0) @binding(0) var<storage, read_write> kv_dinp: array<f32>; // (B, T, 3C), added to
@group(0) @binding(1) var<storage, read> kv_dpreatt: array<f32>; // (rows, T)
@group(0) @binding(2) var<storage, read> kv_dout: array<f32>; // (B, T, C)
@group(0) @binding(3) var<storage, read> kv_inp: array<f32>; // (B, T, 3C)
@group(0) @binding(4) var<storage, read> kv_att: array<f32>; // (rows, T)

override heads: u32 = 1; // B*NH

@compute @workgroup_size(64)
fn backwardKeyValue(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let all = group.y * groups.x + group.x; // number of the row (b, h, t2), of all B*NH*T
  if (all >= heads * T) { return; }
  let t2 = all % T;
  let h = all / T % NH;
  let b = all / T / NH;
  let hs = C / NH;
  let scale = 1 / sqrt(f32(hs));
  let k = queryAt(b, h, t2) + C;

  // Rows t2 to T - 1 of this head, and of these the ones from `first` to first + rows - 1.
  let start = max(all, first);
  let end = min(all - t2 + T, first + rows);
  for (var i = thread; i < hs; i += threads) {
    var dk = 0.0;
    var dv = 0.0;
    for (var r = start; r < end; r++) {
      let t = r % T;
      let at = (r - first) * T + t2;
      dk += kv_dpreatt[at] * kv_inp[queryAt(b, h, t) + i];
      dv += kv_att[at] * kv_dout[outAt(b, h, t) + i];
    }
    kv_dinp[k + i] += dk * scale;
    kv_dinp[k + C + i] += dv;
  }
}
