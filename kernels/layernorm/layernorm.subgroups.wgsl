// LayerNorm's sums over rows, for GPUs that offer subgroups: threads that run in step and can add their values up without
// going through the workgroup's memory. Mathematics and names are those of layernorm.ts. C must be a multiple of 4. What is
// summed over all rows is as in layernorm.fours.wgsl.
//
// How many threads a subgroup has differs from GPU to GPU (4 to 128), as does which they are. Nothing here depends on it.

enable subgroups;

override C: u32; // channels
override rows: u32; // B*T

override fours: u32 = C / 4;

const eps = 1e-5;
const threads = 64u;

var<workgroup> partial: array<vec2f, threads>;

/// The sum of x over the workgroup's threads, for all of them: one step within each subgroup, one to join them.
fn sumOverWorkgroup(thread: u32, x: vec2f) -> vec2f {
  let sum = subgroupAdd(x);
  partial[thread] = select(vec2f(), sum, subgroupElect()); // one thread of each subgroup speaks for it
  workgroupBarrier();
  // Every subgroup adds all of that up for itself, its threads sharing the work out among themselves.
  let number = subgroupExclusiveAdd(1u); // of this thread in its subgroup
  let present = subgroupAdd(1u);
  var share = vec2f();
  for (var i = number; i < threads; i += present) { share += partial[i]; }
  let total = subgroupAdd(share);
  workgroupBarrier(); // all have read it before anyone writes again
  return total;
}

fn sumOf(x: vec4f) -> f32 {
  return dot(x, vec4f(1));
}

// Forward: one workgroup for each row.

@group(0) @binding(0) var<storage, read_write> out: array<vec4f>; // (rows, C), written
@group(0) @binding(1) var<storage, read_write> mean: array<f32>; // (rows), written
@group(0) @binding(2) var<storage, read_write> rstd: array<f32>; // (rows), written
@group(0) @binding(3) var<storage, read> inp: array<vec4f>; // (rows, C)
@group(0) @binding(4) var<storage, read> weight: array<vec4f>; // (C)
@group(0) @binding(5) var<storage, read> bias: array<vec4f>; // (C)

@compute @workgroup_size(64)
fn forward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let bt = group.y * groups.x + group.x;
  if (bt >= rows) { return; }
  let row = bt * fours;

  var sum = vec4f();
  for (var i = thread; i < fours; i += threads) { sum += inp[row + i]; }
  let m = sumOverWorkgroup(thread, vec2f(sumOf(sum), 0)).x / f32(C);

  var squares = vec4f();
  for (var i = thread; i < fours; i += threads) {
    let centred = inp[row + i] - m;
    squares += centred * centred;
  }
  let s = 1 / sqrt(sumOverWorkgroup(thread, vec2f(sumOf(squares), 0)).x / f32(C) + eps);

  for (var i = thread; i < fours; i += threads) {
    out[row + i] = (inp[row + i] - m) * s * weight[i] + bias[i];
  }
  if (thread == 0) {
    mean[bt] = m;
    rstd[bt] = s;
  }
}

// Backward with respect to inp: one workgroup for each row, both of its sums in one go.

@group(0) @binding(0) var<storage, read_write> dinp: array<vec4f>; // (rows, C), added to
@group(0) @binding(1) var<storage, read> dinp_dout: array<vec4f>; // (rows, C)
@group(0) @binding(2) var<storage, read> dinp_inp: array<vec4f>; // (rows, C)
@group(0) @binding(3) var<storage, read> dinp_weight: array<vec4f>; // (C)
@group(0) @binding(4) var<storage, read> dinp_mean: array<f32>; // (rows)
@group(0) @binding(5) var<storage, read> dinp_rstd: array<f32>; // (rows)

@compute @workgroup_size(64)
fn backwardInp(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let bt = group.y * groups.x + group.x;
  if (bt >= rows) { return; }
  let row = bt * fours;
  let m = dinp_mean[bt];
  let s = dinp_rstd[bt];

  var dnormSum = vec4f();
  var dnormNormSum = vec4f();
  for (var i = thread; i < fours; i += threads) {
    let norm = (dinp_inp[row + i] - m) * s;
    let dnorm = dinp_weight[i] * dinp_dout[row + i];
    dnormSum += dnorm;
    dnormNormSum += dnorm * norm;
  }
  let sums = vec2f(sumOf(dnormSum), sumOf(dnormNormSum));
  let means = sumOverWorkgroup(thread, sums) / f32(C); // of dnorm, and of dnorm * norm

  for (var i = thread; i < fours; i += threads) {
    let norm = (dinp_inp[row + i] - m) * s;
    let dnorm = dinp_weight[i] * dinp_dout[row + i];
    dinp[row + i] += (dnorm - means[0] - norm * means[1]) * s;
  }
}
