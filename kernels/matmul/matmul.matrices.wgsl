// Matmul on the matrix units of a GPU, for a weight in float16: its subgroups multiply matrices of 8x8 or 16x16 numbers in one
// instruction. Only Dawn shows them so far, as the experiment that is enabled below.
// matmul.wgsl has the same names for the same things, and A is stored as (M, K). N, K, strides and offsets must be multiples of 4.
//
// Such units multiply float16 alone, and add in float32. The weight is float16, A is not: it is taken as the sum of two such
// numbers, high + low, of which the second is what the first leaves over, so that 22 of its 24 bits count. For none to be too
// large or too small for float16, each row of A is first scaled by a power of two, which loses nothing, and out is scaled back.

enable f16;
enable chromium_experimental_subgroup_matrix;

const side = 8u; // of the matrices: replaced by what the GPU has
alias Left = subgroup_matrix_left<f16, side, side>;
alias Right = subgroup_matrix_right<f16, side, side>;
alias Sum = subgroup_matrix_result<f32, side, side>;

override lanes: u32; // threads of a subgroup
override M: u32; // rows of A and out
override N: u32; // columns of B and out
override K: u32; // columns of A, rows of B
override transposedB: bool; // whether B is stored as (N, K)
override strideA: u32; // values from one row of A to the next
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

// A workgroup is one subgroup, and computes 32x32 values.
const tile = 32u;
const depth = 32u; // columns of A, rows of B that are loaded at a time
const sides = tile / side;

var<workgroup> largest: array<atomic<u32>, tile>; // the bits of the largest |a| of each row, which grow as it does
var<workgroup> high: array<f16, tile * depth>; // (tile, depth) of A
var<workgroup> low: array<f16, tile * depth>;
var<workgroup> tileB: array<f16, depth * tile>; // (depth, tile)
var<workgroup> sums: array<f32, tile * tile>; // (tile, tile) of out, scaled

fn loadLow(at: u32) -> Left { return subgroupMatrixLoad<Left, row_major>(&low, at, depth); }
fn loadHigh(at: u32) -> Left { return subgroupMatrixLoad<Left, row_major>(&high, at, depth); }
fn loadB(at: u32) -> Right { return subgroupMatrixLoad<Right, row_major>(&tileB, at, tile); }
fn storeSum(at: u32, sum: Sum) { subgroupMatrixStore<row_major>(&sums, at, sum, tile); }
fn multiplyAdd(a: Left, b: Right, sum: Sum) -> Sum { return subgroupMatrixMultiplyAccumulate(a, b, sum); }

/// The power of two that takes a row's largest number to between 2^14 and 2^15, of the 2^16 that float16 reaches.
fn scaleOf(row: u32) -> u32 {
  let exponent = atomicLoad(&largest[row]) >> 23; // 127 more than it is, as float32 has it
  return clamp(127 + 14 + 127 - exponent, 1u, 253u);
}

/// 2^(exponent - 127).
fn power(exponent: u32) -> f32 { return bitcast<f32>(exponent << 23); }

fn findLargest(m: u32, thread: u32) {
  for (var row = 0u; row < tile && m + row < M; row++) {
    let at = (offsetA + (m + row) * strideA) / 4;
    var most = vec4f();
    for (var k = thread; k < K / 4; k += lanes) { most = max(most, abs(A[at + k])); }
    atomicMax(&largest[row], bitcast<u32>(max(max(most.x, most.y), max(most.z, most.w))));
  }
  workgroupBarrier();
}

/// Loads what is within A and B of the columns from k and the rows from k; the rest is 0.
fn loadTiles(m: u32, n: u32, k: u32, thread: u32) {
  for (var i = thread; i < tile * depth / 4; i += lanes) {
    let row = i / (depth / 4);
    let column = k + i % (depth / 4) * 4;
    var a = vec4f();
    if (m + row < M && column < K) {
      a = A[(offsetA + (m + row) * strideA + column) / 4] * power(scaleOf(row));
    }
    // The bits that float16 has room for: no compiler can take what they leave over for 0, as it may if `a` is narrowed and widened.
    let first = bitcast<vec4f>(bitcast<vec4u>(a) & vec4u(0xffffe000));
    for (var j = 0u; j < 4; j++) {
      high[4 * i + j] = f16(first[j]);
      low[4 * i + j] = f16(a[j] - first[j]);
    }
  }
  for (var i = thread; i < depth * tile / 4; i += lanes) {
    // Four numbers of a row as it is stored: of B, or of what B is the transpose of.
    let row = select(i / (tile / 4), i / (depth / 4), transposedB);
    let column = select(i % (tile / 4), i % (depth / 4), transposedB) * 4;
    let at = select(vec2u(k + row, n + column), vec2u(n + row, k + column), transposedB);
    let within = select(vec2u(K, N), vec2u(N, K), transposedB);
    var b = vec4h();
    if (all(at < within)) { b = B[(at.x * strideB + at.y) / 4]; }
    for (var j = 0u; j < 4; j++) {
      tileB[select(row * tile + column + j, (column + j) * tile + row, transposedB)] = b[j];
    }
  }
  workgroupBarrier();
}

/// Leaves the 32x32 values of out from row m and column n in `sums`.
fn multiply(m: u32, n: u32, thread: u32) {
  findLargest(m, thread);
  var sum: array<array<Sum, sides>, sides>;
  for (var k = 0u; k < K; k += depth) {
    loadTiles(m, n, k, thread);
    for (var d = 0u; d < depth; d += side) {
      var b: array<Right, sides>;
      for (var j = 0u; j < sides; j++) { b[j] = loadB(d * tile + j * side); }
      for (var i = 0u; i < sides; i++) {
        let a = loadHigh(i * side * depth + d);
        let rest = loadLow(i * side * depth + d);
        for (var j = 0u; j < sides; j++) {
          sum[i][j] = multiplyAdd(a, b[j], multiplyAdd(rest, b[j], sum[i][j]));
        }
      }
    }
    workgroupBarrier(); // all have used the tiles before they are overwritten
  }
  for (var i = 0u; i < sides; i++) {
    for (var j = 0u; j < sides; j++) { storeSum(i * side * tile + j * side, sum[i][j]); }
  }
  workgroupBarrier();
}

/// Where four values of out are that a thread stores, the i-th of the tile's: the row and the column.
fn placeOf(i: u32) -> vec2u { return vec2u(i / (tile / 4), i % (tile / 4) * 4); }

/// Stores what is within out of the 32x32 values from row m and column n.
fn multiplyAndStore(m: u32, n: u32, thread: u32) {
  multiply(m, n, thread);
  for (var i = thread; i < tile * tile / 4; i += lanes) {
    let place = placeOf(i);
    if (m + place.x >= M || n + place.y >= N) { continue; }
    let first = place.x * tile + place.y;
    var four = vec4f(sums[first], sums[first + 1], sums[first + 2], sums[first + 3]);
    four *= power(254 - scaleOf(place.x));
    let at = (offsetOut + (m + place.x) * strideOut + n + place.y) / 4;
    if (accumulate) { four += out[at]; }
    if (addBias) { four += bias[(n + place.y) / 4]; }
    out[at] = four;
  }
}

@compute @workgroup_size(lanes)
fn matrices(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  multiplyAndStore(group.y * tile, group.x * tile, thread);
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

@compute @workgroup_size(lanes)
fn matricesFused(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let corner = vec2u(group.y, group.x) * tile;
  multiplyAndStore(corner.x, corner.y, thread);
  for (var i = thread; i < tile * tile / 4; i += lanes) {
    let place = corner + placeOf(i);
    if (place.x >= M || place.y >= N) { continue; }
    let at = (offsetOut + place.x * strideOut + place.y) / 4;
    if (bent) { next[at] = gelu(out[at]); } else { next[at] = added[at] + out[at]; }
  }
}
