// The soft cap on the GPU. One thread for each value: no value needs another.
//
// WGSL promises less than five digits for tanh, and on some devices tanh of a large number is not a number. So it is written
// here: with e = exp(-2|z|), which never overflows, tanh |z| = (1 - e) / (1 + e). Near 0 that would take two almost equal
// numbers from each other: there it is the first terms of the series instead.

override N: u32; // values

struct Settings {
  cap: f32,
}

const threads = 256u;
const near = 0.3; // up to here five terms of the series are enough: the sixth is 5e-8 of the sum

fn softcap(x: f32, cap: f32) -> f32 {
  let z = abs(x / cap);
  let e = exp(-2 * z);
  let s = z * z;
  let series = z + z * s * (-1.0 / 3 + s * (2.0 / 15 + s * (-17.0 / 315 + s * (62.0 / 2835))));
  let size = cap * select((1 - e) / (1 + e), series, z < near);
  // The sign of x. Where x is NaN neither comparison holds, and it stays what it is.
  return select(select(x, -size, x < 0), size, x > 0);
}

// Forward.

@group(0) @binding(0) var<storage, read_write> out: array<f32>; // (N), written
@group(0) @binding(1) var<storage, read> inp: array<f32>; // (N)
@group(0) @binding(2) var<uniform> settings: Settings;

@compute @workgroup_size(256)
fn forward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (group.y * groups.x + group.x) * threads + thread;
  if (i >= N) { return; }
  out[i] = softcap(inp[i], settings.cap);
}

// Forward where out is the same memory as inp. A GPU does not let one buffer be bound both to be read and to be written, so
// this is an entry point of its own.

@group(0) @binding(0) var<storage, read_write> both: array<f32>; // (N), inp overwritten with out
@group(0) @binding(1) var<uniform> both_settings: Settings;

@compute @workgroup_size(256)
fn forwardInPlace(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (group.y * groups.x + group.x) * threads + thread;
  if (i >= N) { return; }
  both[i] = softcap(both[i], both_settings.cap);
}

// Backward:  d out / d inp = 1 - (out / cap)^2

@group(0) @binding(0) var<storage, read_write> dinp: array<f32>; // (N), added to
@group(0) @binding(1) var<storage, read> dinp_dout: array<f32>; // (N)
@group(0) @binding(2) var<storage, read> dinp_out: array<f32>; // (N)
@group(0) @binding(3) var<uniform> dinp_settings: Settings;

@compute @workgroup_size(256)
fn backward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (group.y * groups.x + group.x) * threads + thread;
  if (i >= N) { return; }
  let tanh = dinp_out[i] / dinp_settings.cap;
  dinp[i] += dinp_dout[i] * (1 - tanh * tanh);
}
