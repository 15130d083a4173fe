// out = 2 inp, a thread for each number.

override N: u32; // numbers

@group(0) @binding(0) var<storage, read> inp: array<f32>; // (N)
@group(0) @binding(1) var<storage, read_write> out: array<f32>; // (N)

@compute @workgroup_size(64)
fn double(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= N) { return; }
  out[i] = 2 * inp[i];
}
