// AdamW on the GPU. Mathematics and names are those of adamw.ts. One thread for each weight, in float32.

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
