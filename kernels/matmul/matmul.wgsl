// Matmul on the GPU: out = A B, for any M, N, K. The three products of training are this one with other arguments:
//
//   out     (BT, OC) = inp    (BT, C)    times  weight transposed (C, OC), plus bias
//   dinp    (BT, C) += dout   (BT, OC)   times  weight            (OC, C)
//   dweight (OC, C) += dout transposed (OC, BT)  times  inp       (BT, C)
//
// Four rungs, all of them in use. `naive` computes one value of out per thread. `registers` computes 16x16, so that each
// value loaded is used 16 times. `shared64` and `shared256` let 64 or 256 threads load a tile together and use it 64 times.

override M: u32; // rows of A and out
override N: u32; // columns of B and out
override K: u32; // columns of A, rows of B
override transposedA: bool; // whether A is stored as (K, M)
override transposedB: bool; // whether B is stored as (N, K)
override strideA: u32; // values from one row of A, as it is stored, to the next
override strideB: u32;
override strideOut: u32;
override offsetA: u32 = 0; // values before the first of A
override offsetOut: u32 = 0;
override addBias: bool = false; // whether out begins at the bias of its column
override accumulate: bool = false; // whether out begins at what it holds, as gradients do; else at 0

// Naive: one thread for each value of out.

@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> A: array<f32>;
@group(0) @binding(2) var<storage, read> B: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>; // (N); not read unless addBias

@compute @workgroup_size(8, 8)
fn naive(@builtin(global_invocation_id) id: vec3u) {
  let m = id.y;
  let n = id.x;
  if (m >= M || n >= N) { return; }
  var sum = 0.0;
  for (var k = 0u; k < K; k++) {
    let a = A[offsetA + select(m * strideA + k, k * strideA + m, transposedA)];
    let b = B[select(k * strideB + n, n * strideB + k, transposedB)];
    sum += a * b;
  }
  let at = offsetOut + m * strideOut + n;
  if (accumulate) { sum += out[at]; }
  if (addBias) { sum += bias[n]; }
  out[at] = sum;
}

// A weight may be packed: in numbers of 16 bits, two in a word, the first in the lower half. Then it is B, and `naive` is this.
// unpack2x16float may take float16's smallest numbers, below 2^-14, for 0.

override packing: u32 = 0; // of B: 0 not packed, 1 bfloat16, 2 float16

@group(0) @binding(2) var<storage, read> packed: array<u32>; // (number of values / 2, rounded up)

@compute @workgroup_size(8, 8)
fn naivePacked(@builtin(global_invocation_id) id: vec3u) {
  let m = id.y;
  let n = id.x;
  if (m >= M || n >= N) { return; }
  var sum = 0.0;
  for (var k = 0u; k < K; k++) {
    let a = A[offsetA + select(m * strideA + k, k * strideA + m, transposedA)];
    let b = select(k * strideB + n, n * strideB + k, transposedB);
    let bits = (packed[b / 2] >> (16 * (b % 2))) & 0xffff;
    sum += a * select(bitcast<f32>(bits << 16), unpack2x16float(bits).x, packing == 2);
  }
  let at = offsetOut + m * strideOut + n;
  if (accumulate) { sum += out[at]; }
  if (addBias) { sum += bias[n]; }
  out[at] = sum;
}

// From here on values are loaded four at a time, and worked on in blocks of 4x4, which WGSL multiplies as matrices. N, K,
// strides and offsets must be multiples of 4.
//
// A block of A is held as a matrix whose column i is row i of the block; one of B as a matrix whose column k is row k.
// Then column i of (block of B) * (block of A) is row i of the block of out: sum over k of A[i, k] * B[k, ...].

@group(0) @binding(0) var<storage, read_write> out4: array<vec4f>;
@group(0) @binding(1) var<storage, read> A4: array<vec4f>;
@group(0) @binding(2) var<storage, read> B4: array<vec4u>; // bits: of four values, or of eight where B is packed
@group(0) @binding(3) var<storage, read> bias4: array<vec4f>;

/// Four values of B that are side by side, the first at 4 * at. `packing` is known when the shader is compiled, so only one of
/// the three ways is in it.
fn fourOfB(at: u32) -> vec4f {
  if (packing == 0) { return bitcast<vec4f>(B4[at]); }
  let eight = B4[at / 2];
  let words = select(eight.xy, eight.zw, at % 2 == 1);
  if (packing == 1) {
    return bitcast<vec4f>(vec4u(words.x << 16, words.x & 0xffff0000, words.y << 16, words.y & 0xffff0000));
  }
  return vec4f(unpack2x16float(words.x), unpack2x16float(words.y));
}

/// Rows m to m+3 of A, columns k to k+3. Rows beyond M repeat the last: they are computed and not stored.
fn blockA(m: u32, k: u32) -> mat4x4f {
  if (transposedA) {
    let at = (offsetA + k * strideA + m) / 4;
    let step = strideA / 4;
    return transpose(mat4x4f(A4[at], A4[at + step], A4[at + 2 * step], A4[at + 3 * step]));
  }
  let at = (offsetA + k) / 4;
  let step = strideA / 4;
  return mat4x4f(
    A4[at + min(m, M - 1) * step],
    A4[at + min(m + 1, M - 1) * step],
    A4[at + min(m + 2, M - 1) * step],
    A4[at + min(m + 3, M - 1) * step],
  );
}

/// Rows k to k+3 of B, columns n to n+3. Columns beyond N repeat the last four.
fn blockB(k: u32, n: u32) -> mat4x4f {
  let step = strideB / 4;
  let column = min(n, N - 4);
  if (transposedB) {
    let at = column * step + k / 4;
    return transpose(mat4x4f(fourOfB(at), fourOfB(at + step), fourOfB(at + 2 * step), fourOfB(at + 3 * step)));
  }
  let at = k * step + column / 4;
  return mat4x4f(fourOfB(at), fourOfB(at + step), fourOfB(at + 2 * step), fourOfB(at + 3 * step));
}

/// Stores a block at rows m to m+3, columns n to n+3 of out, or what of it is within.
fn store(m: u32, n: u32, block: mat4x4f) {
  if (n >= N) { return; }
  for (var i = 0u; i < 4 && m + i < M; i++) {
    let at = (offsetOut + (m + i) * strideOut + n) / 4;
    var row = block[i];
    if (accumulate) { row += out4[at]; }
    if (addBias) { row += bias4[n / 4]; }
    out4[at] = row;
  }
}

// Registers: one thread computes 16x16 values, 4x4 blocks, straight from memory. Where loads are expensive and registers are
// many, as on a processor that pretends to be a GPU, nothing is faster.

@compute @workgroup_size(2, 2)
fn registers(@builtin(global_invocation_id) id: vec3u) { multiplyRegisters(id); }

fn multiplyRegisters(id: vec3u) {
  let m = id.y * 16;
  let n = id.x * 16;
  if (m >= M || n >= N) { return; }
  var s00 = mat4x4f(); var s01 = mat4x4f(); var s02 = mat4x4f(); var s03 = mat4x4f();
  var s10 = mat4x4f(); var s11 = mat4x4f(); var s12 = mat4x4f(); var s13 = mat4x4f();
  var s20 = mat4x4f(); var s21 = mat4x4f(); var s22 = mat4x4f(); var s23 = mat4x4f();
  var s30 = mat4x4f(); var s31 = mat4x4f(); var s32 = mat4x4f(); var s33 = mat4x4f();
  for (var k = 0u; k < K; k += 4) {
    let b0 = blockB(k, n);
    let b1 = blockB(k, n + 4);
    let b2 = blockB(k, n + 8);
    let b3 = blockB(k, n + 12);
    let a0 = blockA(m, k);
    s00 += b0 * a0; s01 += b1 * a0; s02 += b2 * a0; s03 += b3 * a0;
    let a1 = blockA(m + 4, k);
    s10 += b0 * a1; s11 += b1 * a1; s12 += b2 * a1; s13 += b3 * a1;
    let a2 = blockA(m + 8, k);
    s20 += b0 * a2; s21 += b1 * a2; s22 += b2 * a2; s23 += b3 * a2;
    let a3 = blockA(m + 12, k);
    s30 += b0 * a3; s31 += b1 * a3; s32 += b2 * a3; s33 += b3 * a3;
  }
  store(m, n, s00); store(m, n + 4, s01); store(m, n + 8, s02); store(m, n + 12, s03);
  store(m + 4, n, s10); store(m + 4, n + 4, s11); store(m + 4, n + 8, s12); store(m + 4, n + 12, s13);
  store(m + 8, n, s20); store(m + 8, n + 4, s21); store(m + 8, n + 8, s22); store(m + 8, n + 12, s23);
  store(m + 12, n, s30); store(m + 12, n + 4, s31); store(m + 12, n + 8, s32); store(m + 12, n + 12, s33);
}

// Shared: a workgroup computes 64x64 values. For each 16 columns of A it loads the blocks that it needs into its memory,
// each by one thread, and every thread then multiplies from there.

const tile = 16u; // blocks along each side of the workgroup's 64x64 values
const depth = 4u; // blocks along K that are loaded at a time

var<workgroup> tileA: array<mat4x4f, 64>; // (depth, tile)
var<workgroup> tileB: array<mat4x4f, 64>; // (depth, tile)

/// 64 threads, 8x8 values each.
@compute @workgroup_size(8, 8)
fn shared64(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) id: vec3u,
  @builtin(local_invocation_index) thread: u32,
) { multiplyShared64(group, id, thread); }

fn multiplyShared64(group: vec3u, id: vec3u, thread: u32) {
  let m = group.y * 64;
  let n = group.x * 64;
  var s00 = mat4x4f(); var s01 = mat4x4f();
  var s10 = mat4x4f(); var s11 = mat4x4f();
  for (var k = 0u; k < K; k += 4 * depth) {
    loadTiles(m, n, k, thread);
    for (var d = 0u; d < depth; d++) {
      let a0 = tileA[d * tile + id.y];
      let a1 = tileA[d * tile + id.y + 8];
      let b0 = tileB[d * tile + id.x];
      let b1 = tileB[d * tile + id.x + 8];
      s00 += b0 * a0; s01 += b1 * a0;
      s10 += b0 * a1; s11 += b1 * a1;
    }
    workgroupBarrier(); // all have used the tiles before they are overwritten
  }
  let row = m + id.y * 4;
  let column = n + id.x * 4;
  store(row, column, s00); store(row, column + 32, s01);
  store(row + 32, column, s10); store(row + 32, column + 32, s11);
}

/// 256 threads, 4x4 values each.
@compute @workgroup_size(16, 16)
fn shared256(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) id: vec3u,
  @builtin(local_invocation_index) thread: u32,
) { multiplyShared256(group, id, thread); }

fn multiplyShared256(group: vec3u, id: vec3u, thread: u32) {
  let m = group.y * 64;
  let n = group.x * 64;
  var sum = mat4x4f();
  for (var k = 0u; k < K; k += 4 * depth) {
    loadTiles(m, n, k, thread);
    for (var d = 0u; d < depth; d++) {
      sum += tileB[d * tile + id.x] * tileA[d * tile + id.y];
    }
    workgroupBarrier();
  }
  store(m + id.y * 4, n + id.x * 4, sum);
}

/// Threads 0 to 63 each load one block of A and one of B. Blocks beyond K are 0.
fn loadTiles(m: u32, n: u32, k: u32, thread: u32) {
  if (thread < depth * tile) {
    let block = thread % tile;
    let column = k + thread / tile * 4;
    if (column < K) {
      tileA[thread] = blockA(m + block * 4, column);
      tileB[thread] = blockB(column, n + block * 4);
    } else {
      tileA[thread] = mat4x4f();
      tileB[thread] = mat4x4f();
    }
  }
  workgroupBarrier();
}

// Fused: what the forward pass does next with out is done by the thread that has just stored it, while the values are
// still in the cache, and not by another shader that loads them all from memory once more. out is stored all the same: the
// backward pass of GELU needs it.

override bent: bool = false; // whether `next` is the GELU of out; else it is the sum of out and `added`

@group(0) @binding(4) var<storage, read_write> next4: array<vec4f>; // as out, written
@group(0) @binding(5) var<storage, read> added4: array<vec4f>; // as out; not read if bent

/// As in gelu.wgsl, where it is derived: x / (1 + exp(-2u)), with both sides of the fraction times exp(2u) where u < 0.
fn gelu(inp: vec4f) -> vec4f {
  let x = select(inp, sign(inp) * 12, abs(inp) > vec4f(12));
  let e = exp(-2 * 0.7978845608028654 * (abs(x) + 0.044715 * abs(x) * x * x));
  return inp * (select(e, vec4f(1), x >= vec4f(0)) / (1 + e));
}

/// Goes on with the `size` x `size` values of out at rows from m, columns from n, or with what of them is within.
fn goOn(m: u32, n: u32, size: u32) {
  for (var i = m; i < min(m + size, M); i++) {
    for (var j = n; j < min(n + size, N); j += 4) {
      let at = (offsetOut + i * strideOut + j) / 4;
      if (bent) { next4[at] = gelu(out4[at]); } else { next4[at] = added4[at] + out4[at]; }
    }
  }
}

@compute @workgroup_size(2, 2)
fn registersFused(@builtin(global_invocation_id) id: vec3u) {
  multiplyRegisters(id);
  goOn(id.y * 16, id.x * 16, 16);
}

@compute @workgroup_size(8, 8)
fn shared64Fused(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) id: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  multiplyShared64(group, id, thread);
  let m = group.y * 64 + id.y * 4;
  let n = group.x * 64 + id.x * 4;
  goOn(m, n, 4); goOn(m, n + 32, 4);
  goOn(m + 32, n, 4); goOn(m + 32, n + 32, 4);
}

@compute @workgroup_size(16, 16)
fn shared256Fused(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) id: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  multiplyShared256(group, id, thread);
  goOn(group.y * 64 + id.y * 4, group.x * 64 + id.x * 4, 4);
}

// The gradient of the bias: sums of the columns of dout, first over parts of the rows, then over the parts.

override rows: u32 = 1; // rows to add up
override columns: u32 = 1;
override chunk: u32 = 1; // rows in a part

@group(0) @binding(0) var<storage, read_write> sums: array<f32>; // (parts, columns)
@group(0) @binding(1) var<storage, read> values: array<f32>; // (rows, columns)

@compute @workgroup_size(64)
fn sumColumns(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  let part = id.y;
  if (column >= columns) { return; }
  var sum = 0.0;
  for (var row = part * chunk; row < min(rows, (part + 1) * chunk); row++) {
    sum += values[row * columns + column];
  }
  let at = part * columns + column;
  if (accumulate) { sum += sums[at]; }
  sums[at] = sum;
}
