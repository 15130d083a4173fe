// LayerNorm at the first attempt: a thread for each row, and in it the three loops of layernorm.ts. It is here to be
// timed beside the others; nothing trains with it.

override C: u32; // channels
override rows: u32; // B*T

const eps = 1e-5;

@group(0) @binding(0) var<storage, read_write> out: array<f32>; // (rows, C), written
@group(0) @binding(1) var<storage, read_write> mean: array<f32>; // (rows), written
@group(0) @binding(2) var<storage, read_write> rstd: array<f32>; // (rows), written
@group(0) @binding(3) var<storage, read> inp: array<f32>; // (rows, C)
@group(0) @binding(4) var<storage, read> weight: array<f32>; // (C)
@group(0) @binding(5) var<storage, read> bias: array<f32>; // (C)

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  let bt = id.x;
  if (bt >= rows) { return; }
  let row = bt * C;

  var sum = 0.0;
  for (var i = 0u; i < C; i++) { sum += inp[row + i]; }
  let m = sum / f32(C);

  var squares = 0.0;
  for (var i = 0u; i < C; i++) {
    let centred = inp[row + i] - m;
    squares += centred * centred;
  }
  let s = 1 / sqrt(squares / f32(C) + eps);

  for (var i = 0u; i < C; i++) {
    out[row + i] = (inp[row + i] - m) * s * weight[i] + bias[i];
  }
  mean[bt] = m;
  rstd[bt] = s;
}
