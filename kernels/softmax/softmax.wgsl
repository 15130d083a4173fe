// Softmax on the GPU. Mathematics and names are those of softmax.ts.
//
// A row is worked on by one workgroup, and read twice: once for its largest logit and, at the same time, the sum of
// exponentials, then for the probabilities. When a larger logit turns up, what has been summed so far is moved to it:
//
//   exp(x - new max) = exp(x - old max) * exp(old max - new max)
//
// Source: Milakov, Gimelshein 2018, "Online normalizer calculation for softmax", https://arxiv.org/abs/1805.02867.

override rows: u32; // B*T
override V: u32; // tokens
override Vp: u32; // length of a row
override threads: u32 = 32; // in a workgroup

const lowest = -3.4028234e38; // no float32 is lower, except minus infinity

/// What a part of a row comes to: sum = sum of exp(x - max) over it.
struct Part {
  max: f32,
  sum: f32,
}

fn join(a: Part, b: Part) -> Part {
  let m = max(a.max, b.max);
  return Part(m, a.sum * power(a.max - m) + b.sum * power(b.max - m));
}

/// exp(x), and NaN for NaN, which exp is not on every device: a logit that is not a number must be seen.
fn power(x: f32) -> f32 { return select(x, exp(x), x == x); }

/// The probability of a logit. In a row where none is above minus infinity the sum is 0, and the largest is minus infinity too:
/// then x - largest is NaN, and so are the probabilities, as in PyTorch.
fn share(x: f32, row: Part) -> f32 {
  let largest = select(x, row.max, row.sum != 0);
  return power(x - largest) / row.sum;
}

/// The part with one more logit.
fn include(part: Part, x: f32) -> Part {
  if (x > part.max) { return Part(x, part.sum * exp(part.max - x) + 1); }
  return Part(part.max, part.sum + power(x - part.max));
}

var<workgroup> partial: array<Part, threads>;

/// The parts of all threads as one, for all of them. Each step halves their number, always in the same order.
fn joinOverWorkgroup(thread: u32, part: Part) -> Part {
  partial[thread] = part;
  workgroupBarrier();
  for (var half = threads / 2; half > 0; half /= 2) {
    if (thread < half) { partial[thread] = join(partial[thread], partial[thread + half]); }
    workgroupBarrier();
  }
  return partial[0];
}

// Forward: one workgroup for each row.

@group(0) @binding(0) var<storage, read_write> probs: array<f32>; // (rows, Vp), written
@group(0) @binding(1) var<storage, read> logits: array<f32>; // (rows, Vp)

@compute @workgroup_size(threads)
fn forward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let bt = group.y * groups.x + group.x;
  if (bt >= rows) { return; }
  let row = bt * Vp;

  var mine = Part(lowest, 0);
  for (var i = thread; i < V; i += threads) { mine = include(mine, logits[row + i]); }
  let all = joinOverWorkgroup(thread, mine);

  for (var i = thread; i < V; i += threads) {
    probs[row + i] = share(logits[row + i], all);
  }
  for (var i = V + thread; i < Vp; i += threads) { probs[row + i] = 0; } // padding
}

// Forward where probs is the same memory as logits. A GPU does not let one buffer be bound both to be read and to be
// written, so this is an entry point of its own. Each thread overwrites only what it alone reads.

@group(0) @binding(0) var<storage, read_write> both: array<f32>; // (rows, Vp), logits overwritten with probs

@compute @workgroup_size(threads)
fn forwardInPlace(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let bt = group.y * groups.x + group.x;
  if (bt >= rows) { return; }
  let row = bt * Vp;

  var mine = Part(lowest, 0);
  for (var i = thread; i < V; i += threads) { mine = include(mine, both[row + i]); }
  let all = joinOverWorkgroup(thread, mine);

  for (var i = thread; i < V; i += threads) {
    both[row + i] = share(both[row + i], all);
  }
  for (var i = V + thread; i < Vp; i += threads) { both[row + i] = 0; }
}

// Backward: one workgroup for each row.

@group(0) @binding(0) var<storage, read_write> dlogits: array<f32>; // (rows, Vp), added to
@group(0) @binding(1) var<storage, read> dlogits_dprobs: array<f32>; // (rows, Vp)
@group(0) @binding(2) var<storage, read> dlogits_probs: array<f32>; // (rows, Vp)

var<workgroup> sums: array<f32, threads>;

@compute @workgroup_size(threads)
fn backward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let bt = group.y * groups.x + group.x;
  if (bt >= rows) { return; }
  let row = bt * Vp;

  var sum = 0.0;
  for (var i = thread; i < V; i += threads) {
    sum += dlogits_probs[row + i] * dlogits_dprobs[row + i];
  }
  sums[thread] = sum;
  workgroupBarrier();
  for (var half = threads / 2; half > 0; half /= 2) {
    if (thread < half) { sums[thread] += sums[thread + half]; }
    workgroupBarrier();
  }
  let mean = sums[0]; // of dprobs, weighted by the probabilities

  for (var i = thread; i < V; i += threads) {
    dlogits[row + i] += dlogits_probs[row + i] * (dlogits_dprobs[row + i] - mean);
  }
}
