// Weights in 8 bits on the GPU. Mathematics and names are those of q8.ts. A word holds four whole numbers, the first in its lowest
// bits; a shift to the left and one back to the right give it its sign.
//
// The matrix may be too large to be bound whole: then the shaders run once for each part of its rows.

override C: u32; // channels, a multiple of 32
override OC: u32 = 1; // rows of the whole matrix, which are the channels that come out
override first: u32; // the first row that is bound
override rows: u32; // how many are bound
override BT: u32; // B*T
override hasBias: u32 = 0;
override T: u32 = 1;
override hasPlaces: u32 = 0;

/// The four numbers of a word.
fn four(word: u32) -> vec4f {
  let bits = vec4u(word << 24, word << 16, word << 8, word);
  return vec4f(vec4i(bits) >> vec4u(24));
}

// Matmul: one workgroup for each output. Its threads take the words of the row in turn.

@group(0) @binding(0) var<storage, read_write> out: array<f32>; // (B, T, OC), written
@group(0) @binding(1) var<storage, read> inp: array<f32>; // (B, T, C)
@group(0) @binding(2) var<storage, read> whole: array<u32>; // (rows, C / 4)
@group(0) @binding(3) var<storage, read> scales: array<f32>; // (rows, C / 32)
@group(0) @binding(4) var<storage, read> bias: array<f32>; // (OC), or anything where there is none

const threads = 64u;
var<workgroup> partial: array<f32, threads>;

@compute @workgroup_size(64)
fn matmul(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let number = group.y * groups.x + group.x;
  if (number >= BT * rows) { return; }
  let row = number % rows;
  let bt = number / rows;

  var sum = 0.0;
  for (var word = thread; word < C / 4; word += threads) {
    let at = bt * C + 4 * word;
    let x = vec4f(inp[at], inp[at + 1], inp[at + 2], inp[at + 3]);
    sum += dot(x, four(whole[row * (C / 4) + word])) * scales[row * (C / 32) + word / 8];
  }
  partial[thread] = sum;
  workgroupBarrier();
  for (var half = threads / 2; half > 0; half /= 2) {
    if (thread < half) { partial[thread] += partial[thread + half]; }
    workgroupBarrier();
  }
  if (thread > 0) { return; }
  let o = first + row;
  var result = partial[0];
  if (hasBias == 1) { result += bias[o]; }
  out[bt * OC + o] = result;
}

// Embedding: one thread for each word of four values. A token whose row is in another part is left alone.

struct Settings {
  scale: f32,
}

@group(0) @binding(0) var<storage, read_write> rows_out: array<f32>; // (B, T, C), written
@group(0) @binding(1) var<storage, read> ids: array<u32>; // (B, T)
@group(0) @binding(2) var<storage, read> table: array<u32>; // (rows, C / 4)
@group(0) @binding(3) var<storage, read> table_scales: array<f32>; // (rows, C / 32)
@group(0) @binding(4) var<storage, read> wpe: array<f32>; // (T, C), or anything where there is none
@group(0) @binding(5) var<uniform> settings: Settings;

@compute @workgroup_size(64)
fn embedding(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let number = (group.y * groups.x + group.x) * 64 + thread;
  let bt = number / (C / 4);
  if (bt >= BT) { return; }
  let row = ids[bt] - first; // of a token before the first one this wraps around, to a number far too large
  if (row >= rows) { return; }
  let word = number % (C / 4);
  let by = settings.scale * table_scales[row * (C / 32) + word / 8];
  let values = by * four(table[row * (C / 4) + word]);
  for (var i = 0u; i < 4; i++) {
    var value = values[i];
    if (hasPlaces == 1) { value += wpe[bt % T * C + 4 * word + i]; }
    rows_out[4 * number + i] = value;
  }
}
