// Cross-entropy on the GPU. Mathematics and names are those of crossentropy.ts.

override rows: u32 = 1; // B*T
override V: u32 = 1; // tokens
override Vp: u32 = 1; // length of a row
override N: u32 = 1; // losses, in `mean`
override threads: u32 = 32; // in a workgroup that reduces

// From probabilities: one thread for each row, as a row has one target.

@group(0) @binding(0) var<storage, read_write> losses: array<f32>; // (rows), written
@group(0) @binding(1) var<storage, read> probs: array<f32>; // (rows, Vp)
@group(0) @binding(2) var<storage, read> targets: array<u32>; // (rows)

@compute @workgroup_size(64)
fn forward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let bt = (group.y * groups.x + group.x) * 64 + thread;
  if (bt >= rows) { return; }
  let p = probs[bt * Vp + targets[bt]];
  // Of log(0) and 1 / 0 WGSL promises no value. Devices keep to infinity for 1 / 0, and to NaN for NaN, where log does not.
  losses[bt] = select(1 / p, -log(p), p > 0);
}

@group(0) @binding(0) var<storage, read_write> dprobs: array<f32>; // (rows, Vp), added to
@group(0) @binding(1) var<storage, read> dprobs_dlosses: array<f32>; // (rows)
@group(0) @binding(2) var<storage, read> dprobs_probs: array<f32>; // (rows, Vp)
@group(0) @binding(3) var<storage, read> dprobs_targets: array<u32>; // (rows)

@compute @workgroup_size(64)
fn backward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let bt = (group.y * groups.x + group.x) * 64 + thread;
  if (bt >= rows) { return; }
  let answer = bt * Vp + dprobs_targets[bt];
  dprobs[answer] -= dprobs_dlosses[bt] / dprobs_probs[answer]; // loss = -log(p): dloss/dp = -1 / p
}

// Through softmax at once: dlogits_i += (probs_i - 1[i = target]) * dloss. One workgroup for each row.

@group(0) @binding(0) var<storage, read_write> dlogits: array<f32>; // (rows, Vp), added to
@group(0) @binding(1) var<storage, read> dlogits_dlosses: array<f32>; // (rows)
@group(0) @binding(2) var<storage, read> dlogits_probs: array<f32>; // (rows, Vp)
@group(0) @binding(3) var<storage, read> dlogits_targets: array<u32>; // (rows)

@compute @workgroup_size(threads)
fn softmaxBackward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let bt = group.y * groups.x + group.x;
  if (bt >= rows) { return; }
  let row = bt * Vp;
  let dloss = dlogits_dlosses[bt];
  for (var i = thread; i < V; i += threads) {
    let indicator = select(0.0, 1.0, i == dlogits_targets[bt]);
    dlogits[row + i] += (dlogits_probs[row + i] - indicator) * dloss;
  }
}

// From logits, softmax, loss and gradient in one go: what training runs. One workgroup for each row, which is read
// twice: first for its largest logit and, at the same time, the sum of exponentials, then to be overwritten.
// When a larger logit turns up, what has been summed so far is moved to it:
//
//   exp(x - new max) = exp(x - old max) * exp(old max - new max)
//
// The target is left out of that sum and comes in at the end. Where the model is sure of it, loss and gradient come from
// the others alone, whose digits would be lost if a 1 were added to them.
//
// Source: Milakov, Gimelshein 2018, "Online normalizer calculation for softmax", https://arxiv.org/abs/1805.02867.

const lowest = -3.4028234e38; // no float32 is lower, except minus infinity

/// What a part of a row comes to, without the target: sum = sum of exp(x - max) over it.
struct Part {
  max: f32,
  sum: f32,
}

fn join(a: Part, b: Part) -> Part {
  let m = max(a.max, b.max);
  return Part(m, a.sum * power(a.max - m) + b.sum * power(b.max - m));
}

/// exp(x), and NaN for NaN, which exp is not on every device: a loss that is not a number must be seen.
fn power(x: f32) -> f32 { return select(x, exp(x), x == x); }

/// log(x), and NaN for NaN.
fn logarithm(x: f32) -> f32 { return select(x, log(x), x == x); }

/// log(1 + x) for x from 0 up. Of log near 1 WGSL promises no more than 2^-21, so a small x takes the series
/// 2 (w + w^3 / 3 + w^5 / 5 + ...), where w = x / (2 + x). Its first four terms are right to 3e-7 of the result.
fn log1p(x: f32) -> f32 {
  let w = x / (2 + x);
  let square = w * w;
  let series = 2 * w * (1 + square * (1.0 / 3 + square * (1.0 / 5 + square / 7)));
  return select(logarithm(1 + x), series, x < 0.5);
}

/// A row with its target: the largest logit, two sums of exp(x - max), and the loss.
struct Row {
  max: f32,
  others: f32, // of all but the target
  sum: f32, // of all
  loss: f32,
}

/// Joins the target's logit and the part of all others. NaN in either is in every number but `max`.
fn withTarget(x: f32, part: Part) -> Row {
  // Comparisons, which a NaN fails. Where no logit is over minus infinity, x - m is NaN, as in PyTorch.
  let m = select(x, part.max, part.max > x && part.sum > 0);
  let others = part.sum * exp(part.max - m);
  let sum = others + power(x - m);
  return Row(m, others, sum, select(logarithm(sum) + (m - x), log1p(others), x == m));
}

var<workgroup> partial: array<Part, threads>;
var<workgroup> answerLogit: f32; // the target's: whichever thread has its column reads it for all

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

@group(0) @binding(0) var<storage, read_write> fused_logits: array<f32>; // (rows, Vp), overwritten with dlogits
@group(0) @binding(1) var<storage, read_write> fused_losses: array<f32>; // (rows), written
@group(0) @binding(2) var<storage, read> fused_dlosses: array<f32>; // (rows)
@group(0) @binding(3) var<storage, read> fused_targets: array<u32>; // (rows)

/// The part with one more logit.
fn include(part: Part, x: f32) -> Part {
  if (x > part.max) { return Part(x, part.sum * exp(part.max - x) + 1); }
  return Part(part.max, part.sum + power(x - part.max));
}

@compute @workgroup_size(threads)
fn fused(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let bt = group.y * groups.x + group.x;
  if (bt >= rows) { return; }
  let row = bt * Vp;
  let answer = fused_targets[bt];
  let dloss = fused_dlosses[bt];


  var mine = Part(lowest, 0);
  for (var i = thread; i < V; i += threads) {
    let x = fused_logits[row + i];
    if (i == answer) { answerLogit = x; } else { mine = include(mine, x); }
  }
  let others = joinOverWorkgroup(thread, mine); // its barriers also let all see answerLogit
  let all = withTarget(answerLogit, others);

  let scale = dloss / all.sum;
  for (var i = thread; i < V; i += threads) {
    if (i == answer) {
      fused_losses[bt] = all.loss;
      fused_logits[row + i] = -all.others * scale; // (probs_i - 1) * dloss: it is short of 1 by what the others have
    } else {
      fused_logits[row + i] = exp(fused_logits[row + i] - all.max) * scale; // probs_i * dloss
    }
  }
  for (var i = V + thread; i < Vp; i += threads) { fused_logits[row + i] = 0; } // padding
}

// The same, four logits at a time, where Vp is a multiple of 4: a quarter of the loads, each of 16 bytes. V need not be
// one, so the last four may be part tokens, part padding.

@group(0) @binding(0) var<storage, read_write> fused_fours: array<vec4f>; // (rows, Vp / 4), overwritten with dlogits

/// The part with up to four more logits, those that count.
fn includeFour(part: Part, x: vec4f, counts: vec4<bool>) -> Part {
  let logits = select(vec4f(lowest), x, counts);
  let m = max(part.max, max(max(logits.x, logits.y), max(logits.z, logits.w)));
  let d = x - m;
  let e = select(vec4f(0), select(d, exp(d), d == d), counts); // NaN for NaN, as in power
  return Part(m, part.sum * exp(part.max - m) + ((e.x + e.y) + (e.z + e.w)));
}

@compute @workgroup_size(threads)
fn fusedFours(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let bt = group.y * groups.x + group.x;
  if (bt >= rows) { return; }
  let row = bt * (Vp / 4);
  let answer = fused_targets[bt];
  let dloss = fused_dlosses[bt];

  var mine = Part(lowest, 0);
  for (var i = thread; i < Vp / 4; i += threads) {
    let column = 4 * i + vec4u(0, 1, 2, 3);
    let x = fused_fours[row + i];
    if (i == answer / 4) { answerLogit = x[answer % 4]; }
    mine = includeFour(mine, x, (column < vec4u(V)) & (column != vec4u(answer)));
  }
  let others = joinOverWorkgroup(thread, mine);
  let all = withTarget(answerLogit, others);
  if (thread == 0) { fused_losses[bt] = all.loss; }

  let scale = dloss / all.sum;
  for (var i = thread; i < Vp / 4; i += threads) {
    let column = 4 * i + vec4u(0, 1, 2, 3);
    let gradient = select(exp(fused_fours[row + i] - all.max), vec4f(-all.others), column == vec4u(answer));
    fused_fours[row + i] = select(vec4f(0), gradient * scale, column < vec4u(V));
  }
}

// The mean of N losses: one workgroup.

@group(0) @binding(0) var<storage, read_write> mean_mean: array<f32>; // (1), written
@group(0) @binding(1) var<storage, read> mean_losses: array<f32>; // (N)

var<workgroup> sums: array<f32, threads>;

@compute @workgroup_size(threads)
fn mean(@builtin(local_invocation_index) thread: u32) {
  var sum = 0.0;
  for (var i = thread; i < N; i += threads) { sum += mean_losses[i]; }
  sums[thread] = sum;
  workgroupBarrier();
  for (var half = threads / 2; half > 0; half /= 2) {
    if (thread < half) { sums[thread] += sums[thread + half]; }
    workgroupBarrier();
  }
  if (thread == 0) { mean_mean[0] = sums[0] / f32(N); }
}
