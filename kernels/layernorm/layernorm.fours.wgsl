// LayerNorm on the GPU, four channels at a time. Mathematics and names are those of layernorm.ts; layernorm.wgsl is the
// plain form, for any number of channels. C must be a multiple of 4.
//
// Eight threads work on a row, and a workgroup on eight rows. Eight neighbouring threads load 32 neighbouring values, a
// whole line of a GPU's cache, and so few have little to join: each reads the others' sums for itself, behind a single
// barrier, where the plain form halves the number of summands in five steps and waits after each.

override C: u32; // channels
override rows: u32; // B*T
override chunk: u32 = 1; // rows that one workgroup adds up for dweight and dbias
override chunks: u32 = 1; // number of those parts

override fours: u32 = C / 4;

const eps = 1e-5;
const across = 8u; // threads of a row
const height = 8u; // rows of a workgroup

var<workgroup> sums: array<vec2f, 64>; // (height, across)
var<workgroup> squares: array<f32, 64>; // (height, across)

fn sumOf(x: vec4f) -> f32 {
  return dot(x, vec4f(1));
}

// Forward: one workgroup for each eight rows. Threads of rows beyond the last compute the last once more and store nothing:
// at a barrier all must be there.

@group(0) @binding(0) var<storage, read_write> out: array<vec4f>; // (rows, C), written
@group(0) @binding(1) var<storage, read_write> mean: array<f32>; // (rows), written
@group(0) @binding(2) var<storage, read_write> rstd: array<f32>; // (rows), written
@group(0) @binding(3) var<storage, read> inp: array<vec4f>; // (rows, C)
@group(0) @binding(4) var<storage, read> weight: array<vec4f>; // (C)
@group(0) @binding(5) var<storage, read> bias: array<vec4f>; // (C)

@compute @workgroup_size(8, 8)
fn forward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) id: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let bt = (group.y * groups.x + group.x) * height + id.y;
  let row = min(bt, rows - 1) * fours;
  let first = id.y * across; // of this row's sums

  var sum = vec4f();
  for (var i = id.x; i < fours; i += across) { sum += inp[row + i]; }
  sums[thread].x = sumOf(sum);
  workgroupBarrier();
  var m = 0.0;
  for (var i = first; i < first + across; i++) { m += sums[i].x; }
  m /= f32(C);

  var square = vec4f();
  for (var i = id.x; i < fours; i += across) {
    let centred = inp[row + i] - m;
    square += centred * centred;
  }
  squares[thread] = sumOf(square);
  workgroupBarrier();
  var variance = 0.0;
  for (var i = first; i < first + across; i++) { variance += squares[i]; }
  variance /= f32(C);
  let s = 1 / sqrt(variance + eps);

  if (bt >= rows) { return; }
  for (var i = id.x; i < fours; i += across) {
    out[row + i] = (inp[row + i] - m) * s * weight[i] + bias[i];
  }
  if (id.x == 0) {
    mean[bt] = m;
    rstd[bt] = s;
  }
}

// Backward with respect to inp: one workgroup for each eight rows.

@group(0) @binding(0) var<storage, read_write> dinp: array<vec4f>; // (rows, C), added to
@group(0) @binding(1) var<storage, read> dinp_dout: array<vec4f>; // (rows, C)
@group(0) @binding(2) var<storage, read> dinp_inp: array<vec4f>; // (rows, C)
@group(0) @binding(3) var<storage, read> dinp_weight: array<vec4f>; // (C)
@group(0) @binding(4) var<storage, read> dinp_mean: array<f32>; // (rows)
@group(0) @binding(5) var<storage, read> dinp_rstd: array<f32>; // (rows)

@compute @workgroup_size(8, 8)
fn backwardInp(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) id: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let bt = (group.y * groups.x + group.x) * height + id.y;
  let row = min(bt, rows - 1) * fours;
  let first = id.y * across;
  let m = dinp_mean[min(bt, rows - 1)];
  let s = dinp_rstd[min(bt, rows - 1)];

  var dnormSum = vec4f();
  var dnormNormSum = vec4f();
  for (var i = id.x; i < fours; i += across) {
    let norm = (dinp_inp[row + i] - m) * s;
    let dnorm = dinp_weight[i] * dinp_dout[row + i];
    dnormSum += dnorm;
    dnormNormSum += dnorm * norm;
  }
  sums[thread] = vec2f(sumOf(dnormSum), sumOf(dnormNormSum));
  workgroupBarrier();
  var means = vec2f(); // of dnorm, and of dnorm * norm
  for (var i = first; i < first + across; i++) { means += sums[i]; }
  means /= f32(C);

  if (bt >= rows) { return; }
  for (var i = id.x; i < fours; i += across) {
    let norm = (dinp_inp[row + i] - m) * s;
    let dnorm = dinp_weight[i] * dinp_dout[row + i];
    dinp[row + i] += (dnorm - means[0] - norm * means[1]) * s;
  }
}

// Backward with respect to weight and bias, in two stages, as in the plain form. First each thread adds up four channels of
// `chunk` rows.

@group(0) @binding(0) var<storage, read_write> weightSums: array<vec4f>; // (chunks, C), written
@group(0) @binding(1) var<storage, read_write> biasSums: array<vec4f>; // (chunks, C), written
@group(0) @binding(2) var<storage, read> sums_dout: array<vec4f>; // (rows, C)
@group(0) @binding(3) var<storage, read> sums_inp: array<vec4f>; // (rows, C)
@group(0) @binding(4) var<storage, read> sums_mean: array<f32>; // (rows)
@group(0) @binding(5) var<storage, read> sums_rstd: array<f32>; // (rows)

@compute @workgroup_size(64)
fn sumChunks(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x; // four channels
  let part = id.y;
  if (i >= fours) { return; }
  var weightSum = vec4f();
  var biasSum = vec4f();
  for (var bt = part * chunk; bt < min(rows, (part + 1) * chunk); bt++) {
    let d = sums_dout[bt * fours + i];
    weightSum += (sums_inp[bt * fours + i] - sums_mean[bt]) * sums_rstd[bt] * d;
    biasSum += d;
  }
  weightSums[part * fours + i] = weightSum;
  biasSums[part * fours + i] = biasSum;
}

// Then one thread for each four channels adds up the parts.

@group(0) @binding(0) var<storage, read_write> dweight: array<vec4f>; // (C), added to
@group(0) @binding(1) var<storage, read_write> dbias: array<vec4f>; // (C), added to
@group(0) @binding(2) var<storage, read> parts_weightSums: array<vec4f>; // (chunks, C)
@group(0) @binding(3) var<storage, read> parts_biasSums: array<vec4f>; // (chunks, C)

@compute @workgroup_size(64)
fn backwardWeight(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (group.y * groups.x + group.x) * 64 + thread;
  if (i >= fours) { return; }
  var weightSum = vec4f();
  var biasSum = vec4f();
  for (var part = 0u; part < chunks; part++) {
    weightSum += parts_weightSums[part * fours + i];
    biasSum += parts_biasSums[part * fours + i];
  }
  dweight[i] += weightSum;
  dbias[i] += biasSum;
}
