// Residual on the GPU. One thread for each value.

override N: u32; // values

const threads = 256u;

// Forward: out = inp1 + inp2.

@group(0) @binding(0) var<storage, read_write> out: array<f32>; // (N), written
@group(0) @binding(1) var<storage, read> inp1: array<f32>; // (N)
@group(0) @binding(2) var<storage, read> inp2: array<f32>; // (N)

@compute @workgroup_size(256)
fn forward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (group.y * groups.x + group.x) * threads + thread;
  if (i >= N) { return; }
  out[i] = inp1[i] + inp2[i];
}

// Backward: a sum hands its gradient on to both of its terms unchanged.

@group(0) @binding(0) var<storage, read_write> dinp1: array<f32>; // (N), added to
@group(0) @binding(1) var<storage, read_write> dinp2: array<f32>; // (N), added to
@group(0) @binding(2) var<storage, read> dout: array<f32>; // (N)

@compute @workgroup_size(256)
fn backward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (group.y * groups.x + group.x) * threads + thread;
  if (i >= N) { return; }
  dinp1[i] += dout[i];
  dinp2[i] += dout[i];
}
