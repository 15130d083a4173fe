// Attention for a text that grows, on the GPU: mathematics and names are those of cached.ts. One workgroup answers one new
// token in one head. It goes through the keys 64 at a time: first each thread computes the weight of one of them, then each
// thread adds up one channel over all 64.
//
// Nothing is compiled in, as T is another with every token: one shader serves a whole text.
//
// It is the form of grouped.cached.ts too, where heads of queries share keys and values and look back only so far. For GPT-2's
// attention NKV is NH and the window is T.

struct Sizes {
  R: u32,
  T: u32,
  NH: u32,
  NKV: u32, // heads of keys and values
  hs: u32,
  windowSize: u32, // tokens that a query sees, T at the most
}

@group(0) @binding(0) var<storage, read_write> out: array<f32>; // (R, NH hs), written
@group(0) @binding(1) var<storage, read> inp: array<f32>; // (T, (NH + 2 NKV) hs)
@group(0) @binding(2) var<uniform> sizes: Sizes;

const threads = 64u;
const lowest = -3.4028234e38; // no float32 is lower, but for minus infinity

var<workgroup> partial: array<f32, threads>;
var<workgroup> weights: array<f32, threads>; // of the 64 at hand

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

@compute @workgroup_size(64)
fn forward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = group.y * groups.x + group.x; // (r, h)
  let NH = sizes.NH;
  let NKV = sizes.NKV;
  let hs = sizes.hs;
  if (row >= sizes.R * NH) { return; }
  let token = (NH + 2 * NKV) * hs; // values of one token
  let h = row % NH;
  let t = sizes.T - sizes.R + row / NH;
  let q = t * token + h * hs;
  let keys = (NH + h / (NH / NKV)) * hs; // where the key of token 0 begins, for this head
  let o = row * hs;
  let seen = min(sizes.windowSize, t + 1);
  let scale = 1 / sqrt(f32(hs));

  for (var i = thread; i < hs; i += threads) { out[o + i] = 0; }
  var largest = lowest;
  var sum = 0.0; // of exp(score - largest) over the keys so far; out holds the values, weighted likewise
  for (var start = t + 1 - seen; start <= t; start += threads) {
    let t2 = start + thread;
    var score = lowest;
    if (t2 <= t) {
      let k = keys + t2 * token;
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
        answer += weights[j] * inp[keys + (start + j) * token + NKV * hs + i];
      }
      out[o + i] = answer;
    }
    workgroupBarrier(); // all have used the weights before they are overwritten
  }
  for (var i = thread; i < hs; i += threads) { out[o + i] /= sum; }
}
