// The gradient of a bias: dbias[o] += the sum of dout[row, o] over all rows. A thread for each column.

override rows: u32; // B*T
override OC: u32; // columns

@group(0) @binding(0) var<storage, read_write> dbias: array<f32>; // (OC), added to
@group(0) @binding(1) var<storage, read> dout: array<f32>; // (rows, OC)

@compute @workgroup_size(64)
fn biasBackward(@builtin(global_invocation_id) id: vec3u) {
  // TODO: which column is this thread's? Is there one? Then its sum, and where it goes.
}
