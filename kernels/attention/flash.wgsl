// Attention without the table of weights, on the GPU: mathematics and names are those of flash.ts. This is the plain form,
// for any size of a head; flash.tiles.wgsl is the fast one.
//
// One query, or in the backward pass one key, is worked on by one workgroup. It goes through the others 64 at a time:
// first each thread computes the weight of one of them, then each thread adds up one channel over all 64.
//
// It is the form of grouped.ts too, where heads of queries share keys and values and look back only so far. For GPT-2's
// attention NKV is NH and the window is T.

override T: u32;
override NH: u32;
override NKV: u32; // heads of keys and values
override hs: u32;
override windowSize: u32; // tokens that a query sees, T at the most
override rows: u32; // B*NH*T, or B*NKV*T for keys and values

const threads = 64u;
const lowest = -3.4028234e38; // no float32 is lower, but for minus infinity

var<workgroup> partial: array<f32, threads>;
var<workgroup> weights: array<f32, threads>; // of the 64 at hand
var<workgroup> dscores: array<f32, threads>;

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

/// Where the query of head h, token t of text b is in inp.
fn queryAt(b: u32, h: u32, t: u32) -> u32 {
  return ((b * T + t) * (NH + 2 * NKV) + h) * hs;
}

/// Where a key is: of head g of NKV. Its value is NKV*hs further.
fn keyAt(b: u32, g: u32, t: u32) -> u32 {
  return queryAt(b, NH + g, t);
}

/// The head of keys that a head of queries looks at.
fn groupOf(h: u32) -> u32 {
  return h / (NH / NKV);
}

/// Where the same head's part is in out and dout.
fn outAt(b: u32, h: u32, t: u32) -> u32 {
  return ((b * T + t) * NH + h) * hs;
}

/// The first token that a query sees.
fn firstOf(t: u32) -> u32 {
  return select(0u, t + 1 - windowSize, t + 1 > windowSize);
}

// Forward: one workgroup for each query (b, h, t).

@group(0) @binding(0) var<storage, read_write> out: array<f32>; // (B, T, NH hs), written
@group(0) @binding(1) var<storage, read_write> lse: array<f32>; // (B, NH, T), written
@group(0) @binding(2) var<storage, read> inp: array<f32>; // (B, T, (NH + 2 NKV) hs)

@compute @workgroup_size(64)
fn forward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= rows) { return; }
  let t = row % T;
  let h = row / T % NH;
  let b = row / T / NH;
  let scale = 1 / sqrt(f32(hs));
  let g = groupOf(h);
  let q = queryAt(b, h, t);
  let o = outAt(b, h, t);

  for (var i = thread; i < hs; i += threads) { out[o + i] = 0; }
  var largest = lowest;
  var sum = 0.0; // of exp(score - largest) over the keys so far; out holds the values, weighted likewise
  for (var start = firstOf(t); start <= t; start += threads) {
    let t2 = start + thread;
    var score = lowest;
    if (t2 <= t) {
      let k = keyAt(b, g, t2);
      score = 0;
      for (var i = 0u; i < hs; i++) { score += inp[q + i] * inp[k + i]; }
      score *= scale;
    }
    let next = max(largest, maxOverWorkgroup(thread, score));
    let shift = exp(largest - next); // what was summed so far is moved to the new largest score
    largest = next;
    let e = select(0, exp(score - largest), t2 <= t);
    weights[thread] = e;
    sum = sum * shift + sumOverWorkgroup(thread, e); // its barriers also let all see all weights

    for (var i = thread; i < hs; i += threads) {
      var answer = out[o + i] * shift;
      for (var j = 0u; j < min(threads, t + 1 - start); j++) {
        answer += weights[j] * inp[keyAt(b, g, start + j) + NKV * hs + i];
      }
      out[o + i] = answer;
    }
    workgroupBarrier(); // all have used the weights before they are overwritten
  }
  for (var i = thread; i < hs; i += threads) { out[o + i] /= sum; }
  if (thread == 0) { lse[row] = largest + log(sum); }
}

// The mean of each row's datt, weighted by att: one thread for each row (b, h, t). Both forms use it.

@group(0) @binding(0) var<storage, read_write> means: array<f32>; // (B, NH, T), written
@group(0) @binding(1) var<storage, read> means_dout: array<f32>; // (B, T, NH hs)
@group(0) @binding(2) var<storage, read> means_out: array<f32>; // (B, T, NH hs)

@compute @workgroup_size(64)
fn dattMeans(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = (group.y * groups.x + group.x) * threads + thread;
  if (row >= rows) { return; }
  let o = outAt(row / T / NH, row / T % NH, row % T);
  var mean = 0.0;
  for (var i = 0u; i < hs; i++) { mean += means_dout[o + i] * means_out[o + i]; }
  means[row] = mean;
}

// Backward. Both kernels are bound to the same five.

@group(0) @binding(0) var<storage, read_write> dinp: array<f32>; // (B, T, (NH + 2 NKV) hs), added to
@group(0) @binding(1) var<storage, read> dinp_dout: array<f32>; // (B, T, NH hs)
@group(0) @binding(2) var<storage, read> dinp_inp: array<f32>; // (B, T, (NH + 2 NKV) hs)
@group(0) @binding(3) var<storage, read> dinp_lse: array<f32>; // (B, NH, T)
@group(0) @binding(4) var<storage, read> dinp_means: array<f32>; // (B, NH, T)

struct Weight {
  att: f32,
  dscore: f32,
}

/// The weight of token t2 for the query of token t, computed again, and the gradient of its score, before scaling.
fn weightOf(b: u32, h: u32, t: u32, t2: u32) -> Weight {
  let q = queryAt(b, h, t);
  let k = keyAt(b, groupOf(h), t2);
  let o = outAt(b, h, t);
  var score = 0.0;
  var datt = 0.0;
  for (var i = 0u; i < hs; i++) {
    score += dinp_inp[q + i] * dinp_inp[k + i];
    datt += dinp_dout[o + i] * dinp_inp[k + NKV * hs + i];
  }
  let row = (b * NH + h) * T + t;
  let att = exp(score / sqrt(f32(hs)) - dinp_lse[row]);
  return Weight(att, att * (datt - dinp_means[row]));
}

/// With respect to the query: one workgroup for each (b, h, t).
@compute @workgroup_size(64)
fn backwardQuery(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= rows) { return; }
  let t = row % T;
  let h = row / T % NH;
  let b = row / T / NH;
  let q = queryAt(b, h, t);
  let g = groupOf(h);

  for (var start = firstOf(t); start <= t; start += threads) {
    if (start + thread <= t) { dscores[thread] = weightOf(b, h, t, start + thread).dscore; }
    workgroupBarrier();
    for (var i = thread; i < hs; i += threads) {
      var dq = 0.0;
      for (var j = 0u; j < min(threads, t + 1 - start); j++) {
        dq += dscores[j] * dinp_inp[keyAt(b, g, start + j) + i];
      }
      dinp[q + i] += dq / sqrt(f32(hs));
    }
    workgroupBarrier();
  }
}

/// With respect to the key and the value: one workgroup for each (b, g, t2), which alone adds up what reaches them, from all
/// heads of queries that look at them.
@compute @workgroup_size(64)
fn backwardKeyValue(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= rows) { return; }
  let t2 = row % T;
  let g = row / T % NKV;
  let b = row / T / NKV;
  let k = keyAt(b, g, t2);
  let v = k + NKV * hs;
  let end = select(T, t2 + windowSize, windowSize < T - t2); // after the last token that sees it

  for (var h = g * (NH / NKV); h < (g + 1) * (NH / NKV); h++) {
    for (var start = t2; start < end; start += threads) {
      if (start + thread < end) {
        let weight = weightOf(b, h, start + thread, t2);
        weights[thread] = weight.att;
        dscores[thread] = weight.dscore;
      }
      workgroupBarrier();
      for (var i = thread; i < hs; i += threads) {
        var dk = 0.0;
        var dv = 0.0;
        for (var j = 0u; j < min(threads, end - start); j++) {
          dk += dscores[j] * dinp_inp[queryAt(b, h, start + j) + i];
          dv += weights[j] * dinp_dout[outAt(b, h, start + j) + i];
        }
        dinp[k + i] += dk / sqrt(f32(hs));
        dinp[v + i] += dv;
      }
      workgroupBarrier();
    }
  }
}
