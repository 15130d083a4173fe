// Softmax: each row of logits becomes probabilities. A workgroup of 32 threads for each row.

override V: u32; // tokens
override Vp: u32; // length of a row

const threads = 32u;

@group(0) @binding(0) var<storage, read_write> probs: array<f32>; // (rows, Vp), written
@group(0) @binding(1) var<storage, read> logits: array<f32>; // (rows, Vp)

var<workgroup> partial: array<f32, threads>;

@compute @workgroup_size(threads)
fn softmax(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = group.x * Vp;

  // The largest logit: of this thread's columns, then of all.
  var mine = -3e38;
  for (var i = thread; i < V; i += threads) { mine = max(mine, logits[row + i]); }
  partial[thread] = mine;
  workgroupBarrier();
  for (var half = threads / 2; half > 0; half /= 2) {
    if (thread < half) { partial[thread] = max(partial[thread], partial[thread + half]); }
    workgroupBarrier();
  }
  let largest = partial[0];
  workgroupBarrier();

  // The sum of exponentials, in the same way and in the same memory.
  var sum = 0.0;
  for (var i = thread; i < V; i += threads) { sum += exp(logits[row + i] - largest); }
  partial[thread] = sum;
  workgroupBarrier();
  for (var half = threads / 2; half > 0; half /= 2) {
    if (thread < half) { partial[thread] += partial[thread + half]; }
    workgroupBarrier();
  }
  let total = partial[0];

  for (var i = thread; i < Vp; i += threads) {
    probs[row + i] = select(0.0, exp(logits[row + i] - largest) / total, i < V);
  }
}
