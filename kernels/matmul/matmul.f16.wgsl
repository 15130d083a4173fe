// Matmul's shared rungs for a weight in float16, on GPUs that offer shader-f16: B is read as what it is, four numbers in eight
// bytes, and is kept so in the workgroup's memory, in half the space. Every product and every sum is float32, as in matmul.wgsl,
// which has the same names for the same things. N, K, strides and offsets must be multiples of 4.
//
// Float16's smallest numbers, below 2^-14, may count as 0 here as well.

enable f16;

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

@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> A: array<vec4f>;
@group(0) @binding(2) var<storage, read> B: array<vec4h>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>; // (N); not read unless addBias

/// Rows m to m+3 of A, columns k to k+3, a row in each column of the matrix. Rows beyond M repeat the last.
fn blockA(m: u32, k: u32) -> mat4x4f {
  let step = strideA / 4;
  if (transposedA) {
    let at = (offsetA + k * strideA + m) / 4;
    return transpose(mat4x4f(A[at], A[at + step], A[at + 2 * step], A[at + 3 * step]));
  }
  let at = (offsetA + k) / 4;
  return mat4x4f(
    A[at + min(m, M - 1) * step],
    A[at + min(m + 1, M - 1) * step],
    A[at + min(m + 2, M - 1) * step],
    A[at + min(m + 3, M - 1) * step],
  );
}

/// Rows k to k+3 of B, columns n to n+3. Columns beyond N repeat the last four.
fn blockB(k: u32, n: u32) -> mat4x4h {
  let step = strideB / 4;
  let column = min(n, N - 4);
  if (transposedB) {
    let at = column * step + k / 4;
    return transpose(mat4x4h(B[at], B[at + step], B[at + 2 * step], B[at + 3 * step]));
  }
  let at = k * step + column / 4;
  return mat4x4h(B[at], B[at + step], B[at + 2 * step], B[at + 3 * step]);
}

/// Stores a block at rows m to m+3, columns n to n+3 of out, or what of it is within.
fn store(m: u32, n: u32, block: mat4x4f) {
  if (n >= N) { return; }
  for (var i = 0u; i < 4 && m + i < M; i++) {
    let at = (offsetOut + (m + i) * strideOut + n) / 4;
    var row = block[i];
    if (accumulate) { row += out[at]; }
    if (addBias) { row += bias[n / 4]; }
    out[at] = row;
  }
}

// Shared: a workgroup computes 64x64 values from blocks that it has loaded into its memory.

const tile = 16u; // blocks along each side of the workgroup's 64x64 values
const depth = 4u; // blocks along K that are loaded at a time

var<workgroup> tileA: array<mat4x4f, 64>; // (depth, tile)
var<workgroup> tileB: array<mat4x4h, 64>; // (depth, tile)

/// 64 threads, 8x8 values each.
@compute @workgroup_size(8, 8)
fn shared64F16(
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
      let b0 = mat4x4f(tileB[d * tile + id.x]);
      let b1 = mat4x4f(tileB[d * tile + id.x + 8]);
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
fn shared256F16(
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
      sum += mat4x4f(tileB[d * tile + id.x]) * tileA[d * tile + id.y];
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
      tileB[thread] = mat4x4h();
    }
  }
  workgroupBarrier();
}

// Fused: what the forward pass does next with out, by the thread that has just stored it.

override bent: bool = false; // whether `next` is the GELU of out; else it is the sum of out and `added`

@group(0) @binding(4) var<storage, read_write> next: array<vec4f>; // as out, written
@group(0) @binding(5) var<storage, read> added: array<vec4f>; // as out; not read if bent

/// As in matmul.wgsl, and derived in gelu.wgsl.
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
      if (bent) { next[at] = gelu(out[at]); } else { next[at] = added[at] + out[at]; }
    }
  }
}

@compute @workgroup_size(8, 8)
fn shared64F16Fused(
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
fn shared256F16Fused(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) id: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  multiplyShared256(group, id, thread);
  goOn(group.y * 64 + id.y * 4, group.x * 64 + id.x * 4, 4);
}
