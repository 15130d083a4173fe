// SwiGLU and GeGLU on the GPU. Mathematics and names are those of swiglu.ts. One thread for each channel of each token.

override rows: u32; // tokens, B*T
override F: u32; // channels that come out
override gelu: u32; // 1 where the gate is GELU, 0 where it is silu

const scale = 0.7978845608028654; // sqrt(2 / pi)
const cubic = 0.044715;
const farthest = 12.0; // from here on GELU's share is 0 or 1 to the last bit, and x^3 must not overflow
const threads = 256u;

/// The sigmoid of z, and 1 minus it, from e = exp(-|z|), which is at most 1 and never overflows.
fn sigmoid(z: f32) -> vec2f {
  let e = exp(-abs(z));
  return select(vec2f(e, 1.0), vec2f(1.0, e), z >= 0) / (1 + e);
}

/// x, or 12 with x's sign where x is farther from 0 than that. Where x is NaN the comparison fails, so it stays NaN.
fn near(x: f32) -> f32 {
  return select(x, sign(x) * farthest, abs(x) > farthest);
}

/// The gate's share of x, and that share's derivative with respect to x.
fn shareOf(gate: f32) -> vec2f {
  if (gelu == 0) {
    let s = sigmoid(gate);
    return vec2f(s.x, s.x * s.y);
  }
  let x = near(gate);
  let s = sigmoid(2 * scale * (x + cubic * x * x * x));
  return vec2f(s.x, s.x * s.y * 2 * scale * (1 + 3 * cubic * x * x));
}

// Forward.

@group(0) @binding(0) var<storage, read_write> out: array<f32>; // (rows, F), written
@group(0) @binding(1) var<storage, read> inp: array<f32>; // (rows, 2F)

@compute @workgroup_size(256)
fn forward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let n = (group.y * groups.x + group.x) * threads + thread;
  if (n >= rows * F) { return; }
  let at = n / F * 2 * F + n % F;
  let gate = inp[at];
  out[n] = gate * shareOf(gate).x * inp[at + F];
}

// Backward. A product has two gradients, each with the other factor; the gate's goes on through  x * share(x).

@group(0) @binding(0) var<storage, read_write> dinp: array<f32>; // (rows, 2F), added to
@group(0) @binding(1) var<storage, read> dinp_dout: array<f32>; // (rows, F)
@group(0) @binding(2) var<storage, read> dinp_inp: array<f32>; // (rows, 2F)

@compute @workgroup_size(256)
fn backward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let n = (group.y * groups.x + group.x) * threads + thread;
  if (n >= rows * F) { return; }
  let at = n / F * 2 * F + n % F;
  let gate = dinp_inp[at];
  let share = shareOf(gate);
  dinp[at] += dinp_dout[n] * dinp_inp[at + F] * (share.x + gate * share.y);
  dinp[at + F] += dinp_dout[n] * gate * share.x;
}
