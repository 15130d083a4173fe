// Packing on the GPU. One thread for each word, which holds two numbers.
//
// pack2x16float would be one call, but WGSL leaves open how it rounds, and lets a device take numbers near 0 for 0, in
// float32 too. So everything here is bits, and every GPU gives those that PyTorch gives.

override N: u32; // numbers

const threads = 256u;
const infinity = 0x7f800000u;

/// Half of the last of the bits that stay, or a little less where that is 0: of two equally near, the even one is taken.
fn plusHalf(size: u32, bits: u32) -> u32 {
  return size + (1u << (bits - 1)) - 1 + ((size >> bits) & 1);
}

fn toBfloat16(word: u32) -> u32 {
  let size = word & 0x7fffffff;
  return ((word >> 16) & 0x8000) | select(plusHalf(size, 16) >> 16, 0x7fc0, size > infinity);
}

fn toFloat16(word: u32) -> u32 {
  let size = word & 0x7fffffff;
  return ((word >> 16) & 0x8000) | select(sizeInFloat16(size), 0x7e00, size > infinity);
}

fn sizeInFloat16(size: u32) -> u32 {
  let rounded = plusHalf(size, 13);
  if (rounded >= (127 + 16) << 23) { return 0x7c00; }
  if (size >= (127 - 14) << 23) { return (rounded - ((127 - 15) << 23)) >> 13; }
  // Subnormal: a whole number of 2^-24. The float32 is its fraction, with the 1 before it, times 2^(exponent - 150).
  let exponent = size >> 23;
  if (exponent < 102) { return 0; } // less than half of 2^-24
  return plusHalf((size & 0x7fffff) | 0x800000, 126 - exponent) >> (126 - exponent);
}

fn fromFloat16(bits: u32) -> u32 {
  let sign = (bits & 0x8000) << 16;
  let size = bits & 0x7fff;
  if (size >= 0x7c00) { return sign | infinity | (size << 13); }
  if (size >= 0x0400) { return sign | ((size << 13) + ((127 - 15) << 23)); }
  return sign | bitcast<u32>(f32(size) * 0x1p-24); // 0, or far from float32's own subnormals
}

/// The word that a thread has.
fn place(group: vec3u, groups: vec3u, thread: u32) -> u32 {
  return (group.y * groups.x + group.x) * threads + thread;
}

// From 32 bits to 16.

@group(0) @binding(0) var<storage, read_write> packed: array<u32>; // (N / 2, rounded up), written
@group(0) @binding(1) var<storage, read> inp: array<u32>; // (N), the bits of float32

/// The bits of number i; those of 0 after the last.
fn bitsOf(i: u32) -> u32 {
  if (i >= N) { return 0; }
  return inp[i];
}

@compute @workgroup_size(256)
fn packBfloat16(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = place(group, groups, thread);
  if (2 * i >= N) { return; }
  packed[i] = toBfloat16(inp[2 * i]) | (toBfloat16(bitsOf(2 * i + 1)) << 16);
}

@compute @workgroup_size(256)
fn packFloat16(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = place(group, groups, thread);
  if (2 * i >= N) { return; }
  packed[i] = toFloat16(inp[2 * i]) | (toFloat16(bitsOf(2 * i + 1)) << 16);
}

// And back.

@group(0) @binding(0) var<storage, read_write> out: array<u32>; // (N), written: the bits of float32
@group(0) @binding(1) var<storage, read> out_packed: array<u32>; // (N / 2, rounded up)

@compute @workgroup_size(256)
fn unpackBfloat16(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = place(group, groups, thread);
  if (2 * i >= N) { return; }
  let word = out_packed[i];
  out[2 * i] = word << 16;
  if (2 * i + 1 < N) { out[2 * i + 1] = word & 0xffff0000; }
}

@compute @workgroup_size(256)
fn unpackFloat16(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = place(group, groups, thread);
  if (2 * i >= N) { return; }
  let word = out_packed[i];
  out[2 * i] = fromFloat16(word & 0xffff);
  if (2 * i + 1 < N) { out[2 * i + 1] = fromFloat16(word >> 16); }
}
