// RMSNorm on the GPU. Mathematics and names are those of rmsnorm.ts.
//
// A row of C channels is worked on by one workgroup: each of its threads takes every 32nd channel, and sums over the row
// are joined in workgroup memory, always in the same order, so that the same input gives the same bits.

override C: u32; // channels
override rows: u32; // B*T
override chunk: u32 = 1; // rows that one workgroup adds up for dweight
override chunks: u32 = 1; // number of those parts

const threads = 32u; // few: every step of a sum over the workgroup waits for all of them

var<workgroup> partial: array<f32, threads>;

/// The sum of x over the workgroup's threads, for all of them. Each step halves the number of summands.
fn sumOverWorkgroup(thread: u32, x: f32) -> f32 {
  partial[thread] = x;
  workgroupBarrier();
  for (var half = threads / 2; half > 0; half /= 2) {
    if (thread < half) { partial[thread] += partial[thread + half]; }
    workgroupBarrier();
  }
  return partial[0];
}

struct Settings {
  eps: f32,
}

// Forward: one workgroup for each row.

@group(0) @binding(0) var<storage, read_write> out: array<f32>; // (rows, C), written
@group(0) @binding(1) var<storage, read_write> rstd: array<f32>; // (rows), written
@group(0) @binding(2) var<storage, read> inp: array<f32>; // (rows, C)
@group(0) @binding(3) var<storage, read> weight: array<f32>; // (C)
@group(0) @binding(4) var<uniform> settings: Settings;

@compute @workgroup_size(32)
fn forward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let bt = group.y * groups.x + group.x;
  if (bt >= rows) { return; }
  let row = bt * C;

  var squares = 0.0;
  for (var i = thread; i < C; i += threads) { squares += inp[row + i] * inp[row + i]; }
  let r = 1 / sqrt(sumOverWorkgroup(thread, squares) / f32(C) + settings.eps);

  for (var i = thread; i < C; i += threads) { out[row + i] = inp[row + i] * r * weight[i]; }
  if (thread == 0) { rstd[bt] = r; }
}

// Backward with respect to inp: one workgroup for each row.

@group(0) @binding(0) var<storage, read_write> dinp: array<f32>; // (rows, C), added to
@group(0) @binding(1) var<storage, read> dinp_dout: array<f32>; // (rows, C)
@group(0) @binding(2) var<storage, read> dinp_inp: array<f32>; // (rows, C)
@group(0) @binding(3) var<storage, read> dinp_weight: array<f32>; // (C)
@group(0) @binding(4) var<storage, read> dinp_rstd: array<f32>; // (rows)

@compute @workgroup_size(32)
fn backwardInp(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let bt = group.y * groups.x + group.x;
  if (bt >= rows) { return; }
  let row = bt * C;
  let r = dinp_rstd[bt];

  var dnormNormSum = 0.0;
  for (var i = thread; i < C; i += threads) {
    let norm = dinp_inp[row + i] * r;
    let dnorm = dinp_weight[i] * dinp_dout[row + i];
    dnormNormSum += dnorm * norm;
  }
  let dnormNormMean = sumOverWorkgroup(thread, dnormNormSum) / f32(C);

  for (var i = thread; i < C; i += threads) {
    let norm = dinp_inp[row + i] * r;
    let dnorm = dinp_weight[i] * dinp_dout[row + i];
    dinp[row + i] += (dnorm - norm * dnormNormMean) * r;
  }
}

// Backward with respect to weight: a sum over all rows, in two stages and so in a fixed order. First each workgroup adds
// up `chunk` rows of 64 channels, one channel a thread.

@group(0) @binding(0) var<storage, read_write> weightSums: array<f32>; // (chunks, C), written
@group(0) @binding(1) var<storage, read> sums_dout: array<f32>; // (rows, C)
@group(0) @binding(2) var<storage, read> sums_inp: array<f32>; // (rows, C)
@group(0) @binding(3) var<storage, read> sums_rstd: array<f32>; // (rows)

@compute @workgroup_size(64)
fn sumChunks(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x; // channel
  let part = id.y;
  if (i >= C) { return; }
  var weightSum = 0.0;
  for (var bt = part * chunk; bt < min(rows, (part + 1) * chunk); bt++) {
    weightSum += sums_inp[bt * C + i] * sums_rstd[bt] * sums_dout[bt * C + i];
  }
  weightSums[part * C + i] = weightSum;
}

// Then one thread for each channel adds up the parts.

@group(0) @binding(0) var<storage, read_write> dweight: array<f32>; // (C), added to
@group(0) @binding(1) var<storage, read> parts_weightSums: array<f32>; // (chunks, C)

@compute @workgroup_size(64)
fn backwardWeight(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (group.y * groups.x + group.x) * 64 + thread;
  if (i >= C) { return; }
  var weightSum = 0.0;
  for (var part = 0u; part < chunks; part++) { weightSum += parts_weightSums[part * C + i]; }
  dweight[i] += weightSum;
}
