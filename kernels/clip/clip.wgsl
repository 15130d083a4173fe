// Gradient clipping on the GPU. Mathematics and names are those of clip.ts.
//
// The norm never leaves the GPU: clipGradients reads the sum where gradientSquares left it.

override N: u32 = 1; // gradients
override parts: u32 = 1; // workgroups that share them

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

// The same, four gradients at a time, where N is a multiple of 4: a quarter of the loads, each of 16 bytes.

@group(0) @binding(1) var<storage, read> squares_grads4: array<vec4f>; // (N / 4)

@compute @workgroup_size(64)
fn sumPartsFours(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let part = group.y * groups.x + group.x;
  if (part >= parts) { return; }
  var sum = 0.0;
  for (var i = part * threads + thread; i < N / 4; i += parts * threads) {
    sum += dot(squares_grads4[i], squares_grads4[i]);
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

/// What every gradient is multiplied by. A comparison instead of min(1, ...), which may turn a NaN into 1: a norm that is
/// NaN is not below maxNorm.
fn factor() -> f32 {
  let norm = sqrt(sum[0]) + 1e-6;
  return select(settings.maxNorm / norm, 1.0, norm <= settings.maxNorm);
}

@compute @workgroup_size(256)
fn clip(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (group.y * groups.x + group.x) * 256 + thread;
  if (i >= N) { return; }
  let scale = factor();
  if (scale == 1) { return; } // nothing to write; a NaN is not equal to 1, nor to anything
  grads[i] *= scale;
}

// The same, four at a time.

@group(0) @binding(0) var<storage, read_write> grads4: array<vec4f>; // (N / 4), scaled

@compute @workgroup_size(256)
fn clipFours(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (group.y * groups.x + group.x) * 256 + thread;
  if (i >= N / 4) { return; }
  let scale = factor();
  if (scale == 1) { return; }
  grads4[i] *= scale;
}
