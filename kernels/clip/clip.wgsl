// Gradient clipping on the GPU. Mathematics and names are those of clip.ts.
//
// The norm never leaves the GPU: clipGradients finds the sum where gradientSquares left it.

override N: u32 = 1; // gradients
override parts: u32 = 1; // workgroups among which they are shared out

const threads = 64u;

var<workgroup> partial: array<f32, threads>;

/// The sum of x over the workgroup's threads, for all of them. Each step halves the number of summands.
fn sumOverWorkgroup(thread: u32, x: f32) -> f32 {
  partial[thread] = x;
  workgroupBarrier();
  for (var half = threads / 2; half > 0; half /= 2) {
    if (thread < half) { partial[thread] += partial[thread + half]; }
    workgroupBarrier();
  }
  return partial[0];
}

// The sum of squares, in two stages and so in a fixed order. First each workgroup adds up its share: neighbouring
// threads take neighbouring gradients, and all go on together by as many as there are threads.

@group(0) @binding(0) var<storage, read_write> squares: array<f32>; // (parts), written
@group(0) @binding(1) var<storage, read> squares_grads: array<f32>; // (N)

@compute @workgroup_size(64)
fn sumParts(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let part = group.y * groups.x + group.x;
  if (part >= parts) { return; }
  var sum = 0.0;
  for (var i = part * threads + thread; i < N; i += parts * threads) {
    sum += squares_grads[i] * squares_grads[i];
  }
  sum = sumOverWorkgroup(thread, sum);
  if (thread == 0) { squares[part] = sum; }
}

// Then one workgroup adds up the parts.

@group(0) @binding(0) var<storage, read_write> total: array<f32>; // (1), added to
@group(0) @binding(1) var<storage, read> total_squares: array<f32>; // (parts)

@compute @workgroup_size(64)
fn sumTotal(@builtin(local_invocation_index) thread: u32) {
  var sum = 0.0;
  for (var i = thread; i < parts; i += threads) { sum += total_squares[i]; }
  sum = sumOverWorkgroup(thread, sum);
  if (thread == 0) { total[0] += sum; }
}

// Clipping: one thread for each gradient.

struct Settings {
  maxNorm: f32,
}

@group(0) @binding(0) var<storage, read_write> grads: array<f32>; // (N), scaled
@group(0) @binding(1) var<storage, read> sum: array<f32>; // (1)
@group(0) @binding(2) var<uniform> settings: Settings;

@compute @workgroup_size(64)
fn clip(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (group.y * groups.x + group.x) * threads + thread;
  if (i >= N) { return; }
  let norm = sqrt(sum[0]) + 1e-6;
  // A comparison and not min(1, ...), which may turn a NaN into 1: a norm that is NaN is not below maxNorm.
  if (norm <= settings.maxNorm) { return; }
  grads[i] *= settings.maxNorm / norm;
}
