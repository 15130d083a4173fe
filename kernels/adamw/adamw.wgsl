// AdamW on the GPU, in float32. Mathematics and names are those of adamw.ts.

override N: u32; // weights

const threads = 256u;

/// What is the same for all weights. The CPU works these out in float64: 1 - beta^t in float32 would lose digits.
struct Step {
  lr: f32,
  kept: f32, // 1 - lr * weightDecay
  beta1: f32,
  rest1: f32, // 1 - beta1
  beta2: f32,
  rest2: f32, // 1 - beta2
  mShare: f32, // 1 - beta1^t
  vShare: f32, // 1 - beta2^t
  eps: f32,
}

// One thread for each weight.

@group(0) @binding(0) var<storage, read_write> params: array<f32>; // (N), updated
@group(0) @binding(1) var<storage, read> grads: array<f32>; // (N)
@group(0) @binding(2) var<storage, read_write> m: array<f32>; // (N), updated
@group(0) @binding(3) var<storage, read_write> v: array<f32>; // (N), updated
@group(0) @binding(4) var<uniform> step: Step;

@compute @workgroup_size(256)
fn update(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (group.y * groups.x + group.x) * threads + thread;
  if (i >= N) { return; }
  let grad = grads[i];
  let mean = step.beta1 * m[i] + step.rest1 * grad;
  let square = step.beta2 * v[i] + step.rest2 * grad * grad;
  let direction = mean / step.mShare / (sqrt(square / step.vShare) + step.eps);
  params[i] = params[i] * step.kept - step.lr * direction;
  m[i] = mean;
  v[i] = square;
}

// The same with four neighbouring weights for each thread, if N is a multiple of 4: a quarter of the loads and stores,
// each of 16 bytes. That is where the time goes, as there is little arithmetic for so many of them.

@group(0) @binding(0) var<storage, read_write> params4: array<vec4f>; // (N / 4), updated
@group(0) @binding(1) var<storage, read> grads4: array<vec4f>; // (N / 4)
@group(0) @binding(2) var<storage, read_write> m4: array<vec4f>; // (N / 4), updated
@group(0) @binding(3) var<storage, read_write> v4: array<vec4f>; // (N / 4), updated

@compute @workgroup_size(256)
fn updateFours(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (group.y * groups.x + group.x) * threads + thread;
  if (i >= N / 4) { return; }
  let grad = grads4[i];
  let mean = step.beta1 * m4[i] + step.rest1 * grad;
  let square = step.beta2 * v4[i] + step.rest2 * grad * grad;
  let direction = mean / step.mShare / (sqrt(square / step.vShare) + step.eps);
  params4[i] = params4[i] * step.kept - step.lr * direction;
  m4[i] = mean;
  v4[i] = square;
}
