// Grouped attention with its table of weights, on the GPU. Mathematics and names are those of grouped.kept.ts.
//
// A row of preatt and att, one query of one head against all keys, is worked on by one workgroup: its threads each take
// every 64th key, then every 64th channel. Where preatt and att are too large to be bound whole, these are some rows of them.

override T: u32;
override NH: u32;
override NKV: u32; // heads of keys and values
override hs: u32;
override windowSize: u32; // tokens that a query sees, T at the most
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

/// Where the query of head h, token t of text b begins in qkv.
fn queryAt(b: u32, h: u32, t: u32) -> u32 {
  return ((b * T + t) * (NH + 2 * NKV) + h) * hs;
}

/// Where a key is: of head g of NKV. Its value is NKV*hs further.
fn keyAt(b: u32, g: u32, t: u32) -> u32 {
  return queryAt(b, NH + g, t);
}

/// Where the same head's part is in out and dout.
fn outAt(b: u32, h: u32, t: u32) -> u32 {
  return ((b * T + t) * NH + h) * hs;
}

/// The first token that a query sees.
fn firstOf(t: u32) -> u32 {
  return select(0u, t + 1 - windowSize, t + 1 > windowSize);
}

// Forward: one workgroup for each row (b, h, t).

@group(0) @binding(0) var<storage, read_write> out: array<f32>; // (B, T, NH hs), written
@group(0) @binding(1) var<storage, read_write> preatt: array<f32>; // (rows, T), written
@group(0) @binding(2) var<storage, read_write> att: array<f32>; // (rows, T), written
@group(0) @binding(3) var<storage, read> qkv: array<f32>; // (B, T, (NH + 2 NKV) hs)

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
  let g = h / (NH / NKV);
  let scale = 1 / sqrt(f32(hs));
  let q = queryAt(b, h, t);
  let start = firstOf(t);

  var largest = lowest;
  for (var t2 = start + thread; t2 <= t; t2 += threads) {
    let k = keyAt(b, g, t2);
    var score = 0.0;
    for (var i = 0u; i < hs; i++) { score += qkv[q + i] * qkv[k + i]; }
    preatt[row + t2] = score * scale;
    largest = max(largest, score * scale);
  }
  largest = maxOverWorkgroup(thread, largest);

  var sum = 0.0;
  for (var t2 = start + thread; t2 <= t; t2 += threads) {
    let e = exp(preatt[row + t2] - largest);
    att[row + t2] = e;
    sum += e;
  }
  sum = sumOverWorkgroup(thread, sum);
  for (var t2 = start + thread; t2 <= t; t2 += threads) { att[row + t2] /= sum; }
  for (var t2 = thread; t2 < T; t2 += threads) {
    if (t2 < start || t2 > t) {
      preatt[row + t2] = 0;
      att[row + t2] = 0;
    }
  }
  storageBarrier(); // from here on each thread reads the weights that all have written

  let o = outAt(b, h, t);
  for (var i = thread; i < hs; i += threads) {
    var answer = 0.0;
    for (var t2 = start; t2 <= t; t2++) {
      answer += att[row + t2] * qkv[keyAt(b, g, t2) + NKV * hs + i];
    }
    out[o + i] = answer;
  }
}

// Backward with respect to att, preatt and the query: one workgroup for each row (b, h, t).

@group(0) @binding(0) var<storage, read_write> dqkv: array<f32>; // (B, T, (NH + 2 NKV) hs), added to
@group(0) @binding(1) var<storage, read_write> dpreatt: array<f32>; // (rows, T), added to
@group(0) @binding(2) var<storage, read_write> datt: array<f32>; // (rows, T), added to
@group(0) @binding(3) var<storage, read> q_dout: array<f32>; // (B, T, NH hs)
@group(0) @binding(4) var<storage, read> q_qkv: array<f32>; // (B, T, (NH + 2 NKV) hs)
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
  let g = h / (NH / NKV);
  let scale = 1 / sqrt(f32(hs));
  let q = queryAt(b, h, t);
  let o = outAt(b, h, t);
  let start = firstOf(t);

  var mean = 0.0; // of the row's datt, weighted by att
  for (var t2 = start + thread; t2 <= t; t2 += threads) {
    let v = keyAt(b, g, t2) + NKV * hs;
    var sum = 0.0;
    for (var i = 0u; i < hs; i++) { sum += q_dout[o + i] * q_qkv[v + i]; }
    datt[row + t2] += sum;
    mean += q_att[row + t2] * datt[row + t2];
  }
  mean = sumOverWorkgroup(thread, mean);
  for (var t2 = start + thread; t2 <= t; t2 += threads) {
    dpreatt[row + t2] += q_att[row + t2] * (datt[row + t2] - mean);
  }
  storageBarrier();

  for (var i = thread; i < hs; i += threads) {
    var sum = 0.0;
    for (var t2 = start; t2 <= t; t2++) { sum += dpreatt[row + t2] * q_qkv[keyAt(b, g, t2) + i]; }
    dqkv[q + i] += sum * scale;
  }
}

// Backward with respect to the key and the value: one workgroup for each (b, g, t2), which alone adds up what reaches them, from
// all heads of queries that look at them and all tokens whose window they are in. Of these it takes the rows that are bound.

@group(0) @binding(0) var<storage, read_write> kv_dqkv: array<f32>; // (B, T, (NH + 2 NKV) hs), added to
@group(0) @binding(1) var<storage, read> kv_dpreatt: array<f32>; // (rows, T)
@group(0) @binding(2) var<storage, read> kv_dout: array<f32>; // (B, T, NH hs)
@group(0) @binding(3) var<storage, read> kv_qkv: array<f32>; // (B, T, (NH + 2 NKV) hs)
@group(0) @binding(4) var<storage, read> kv_att: array<f32>; // (rows, T)

override keys: u32 = 1; // B*NKV*T

@compute @workgroup_size(64)
fn backwardKeyValue(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let number = group.y * groups.x + group.x;
  if (number >= keys) { return; }
  let t2 = number % T;
  let g = number / T % NKV;
  let b = number / T / NKV;
  let scale = 1 / sqrt(f32(hs));
  let k = keyAt(b, g, t2);
  let after = select(T, t2 + windowSize, windowSize < T - t2); // the last token that sees it

  for (var i = thread; i < hs; i += threads) {
    var dk = 0.0;
    var dv = 0.0;
    for (var h = g * (NH / NKV); h < (g + 1) * (NH / NKV); h++) {
      let row = (b * NH + h) * T; // of the head's token 0, of all B*NH*T
      let end = min(row + after, first + rows);
      for (var r = max(row + t2, first); r < end; r++) {
        let at = (r - first) * T + t2;
        dk += kv_dpreatt[at] * kv_qkv[queryAt(b, h, r - row) + i];
        dv += kv_att[at] * kv_dout[outAt(b, h, r - row) + i];
      }
    }
    kv_dqkv[k + i] += dk * scale;
    kv_dqkv[k + NKV * hs + i] += dv;
  }
}
