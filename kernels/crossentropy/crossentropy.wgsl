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
fn forward(@builtin(global_invocation_id) id: vec3u) {
  let bt = id.x;
  if (bt >= rows) { return; }
  let p = probs[bt * Vp + targets[bt]];
  losses[bt] = select(1 / p, -log(p), p > 0); // infinite at 0, NaN for NaN: neither is so of log on every device
}

@group(0) @binding(0) var<storage, read_write> dprobs: array<f32>; // (rows, Vp), added to
@group(0) @binding(1) var<storage, read> dprobs_dlosses: array<f32>; // (rows)
@group(0) @binding(2) var<storage, read> dprobs_probs: array<f32>; // (rows, Vp)
@group(0) @binding(3) var<storage, read> dprobs_targets: array<u32>; // (rows)

@compute @workgroup_size(64)
fn backward(@builtin(global_invocation_id) id: vec3u) {
  let bt = id.x;
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
// Source: Milakov, Gimelshein 2018, "Online normalizer calculation for softmax", https://arxiv.org/abs/1805.02867.

const lowest = -3.4028234e38; // no float32 is lower, but for minus infinity

/// What a part of a row comes to: sum = sum of exp(x - max) over it.
struct Part {
  max: f32,
  sum: f32,
}

fn join(a: Part, b: Part) -> Part {
  let m = max(a.max, b.max);
  return Part(m, a.sum * exp(a.max - m) + b.sum * exp(b.max - m));
}

/// log(x), and NaN for NaN, which log is not on every device: a loss that is not a number must be seen.
fn logarithm(x: f32) -> f32 { return select(x, log(x), x == x); }

/// exp(x), and NaN for NaN.
fn power(x: f32) -> f32 { return select(x, exp(x), x == x); }

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
  for (var i = thread; i < V; i += threads) { mine = include(mine, fused_logits[row + i]); }
  let all = joinOverWorkgroup(thread, mine);

  let scale = dloss / all.sum;
  for (var i = thread; i < V; i += threads) {
    let x = fused_logits[row + i];
    let gradient = exp(x - all.max) * scale; // probs_i * dloss
    if (i == answer) {
      fused_losses[bt] = logarithm(all.sum) + (all.max - x);
      fused_logits[row + i] = gradient - dloss; // (probs_i - 1) * dloss
    } else {
      fused_logits[row + i] = gradient;
    }
  }
  for (var i = V + thread; i < Vp; i += threads) { fused_logits[row + i] = 0; } // padding
}

// The same, four logits at a time, where Vp is a multiple of 4: a quarter of the loads, each of 16 bytes. V need not be
// one, so the last four may be part tokens, part padding.

@group(0) @binding(0) var<storage, read_write> fused_fours: array<vec4f>; // (rows, Vp / 4), overwritten with dlogits

/// The part with up to four more logits, those that are tokens.
fn includeFour(part: Part, x: vec4f, isToken: vec4<bool>) -> Part {
  let tokens = select(vec4f(lowest), x, isToken);
  let m = max(part.max, max(max(tokens.x, tokens.y), max(tokens.z, tokens.w)));
  let d = x - m;
  let e = select(vec4f(0), select(d, exp(d), d == d), isToken); // NaN for NaN, as in power
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
    mine = includeFour(mine, fused_fours[row + i], column < vec4u(V));
  }
  let all = joinOverWorkgroup(thread, mine);

  let scale = dloss / all.sum;
  for (var i = thread; i < Vp / 4; i += threads) {
    let column = 4 * i + vec4u(0, 1, 2, 3);
    let x = fused_fours[row + i];
    let gradient = exp(x - all.max) * scale - select(vec4f(0), vec4f(dloss), column == vec4u(answer));
    fused_fours[row + i] = select(vec4f(0), gradient, column < vec4u(V));
    if (i == answer / 4) { fused_losses[bt] = logarithm(all.sum) + (all.max - x[answer % 4]); }
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
