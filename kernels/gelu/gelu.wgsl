// GELU on the GPU. One thread for each value: no value needs another.
//
//   out = x * share,   share = (1 + tanh u) / 2,   u = sqrt(2 / pi) * (x + 0.044715 * x^3)
//
// share is the logistic function in other words:  (1 + tanh u) / 2 = 1 / (1 + exp(-2u)).  So it is written here,
// because WGSL promises less than five digits for tanh, and on some devices tanh of a large number is not a number.

override N: u32; // values

const scale = 0.7978845608028654; // sqrt(2 / pi)
const cubic = 0.044715;
const farthest = 12.0; // from here on share is 0 or 1 to the last bit, and x^3 must not overflow
const threads = 256u;

/// x, or 12 with x's sign where x is farther from 0 than that: the share is the same there, and the x^3 in its exponent does not
/// overflow. Where x is NaN the comparison fails, so it stays NaN; clamp may lose it.
fn near(x: f32) -> f32 {
  return select(x, sign(x) * farthest, abs(x) > farthest);
}

/// exp(-2|u|): from 0 to 1, so it never overflows, on whichever side of 0 x is.
fn power(x: f32) -> f32 {
  return exp(-2 * scale * (abs(x) + cubic * abs(x) * x * x));
}

/// 1 / (1 + exp(-2u)), from e = exp(-2|u|). Where u < 0 both sides of the fraction are multiplied by e.
fn shareOf(x: f32, e: f32) -> f32 {
  return select(e, 1.0, x >= 0) / (1 + e);
}

// Forward.

@group(0) @binding(0) var<storage, read_write> out: array<f32>; // (N), written
@group(0) @binding(1) var<storage, read> inp: array<f32>; // (N)

@compute @workgroup_size(256)
fn forward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (group.y * groups.x + group.x) * threads + thread;
  if (i >= N) { return; }
  let x = near(inp[i]);
  out[i] = inp[i] * shareOf(x, power(x));
}

// Backward. The product rule gives two terms, one for each place of x in  out = x * share(u):
//
//   d out / dx = share + x * d share / du * du/dx
//   d share / du = 2 * share * (1 - share) = 2e / (1 + e)^2        the same on both sides of 0: nothing cancels
//   du/dx = sqrt(2 / pi) * (1 + 3 * 0.044715 * x^2)

@group(0) @binding(0) var<storage, read_write> dinp: array<f32>; // (N), added to
@group(0) @binding(1) var<storage, read> dinp_dout: array<f32>; // (N)
@group(0) @binding(2) var<storage, read> dinp_inp: array<f32>; // (N)

@compute @workgroup_size(256)
fn backward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (group.y * groups.x + group.x) * threads + thread;
  if (i >= N) { return; }
  let x = near(dinp_inp[i]);
  let e = power(x);
  let dshare = 2 * e / ((1 + e) * (1 + e));
  let du = scale * (1 + 3 * cubic * x * x);
  dinp[i] += (shareOf(x, e) + x * dshare * du) * dinp_dout[i];
}
