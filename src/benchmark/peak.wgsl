// What a GPU can do at most: multiplications and additions with nothing else to wait for, and memory copied with nothing
// else to do.

override rounds: u32 = 1;
override count: u32 = 1; // fours of values to copy

@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;

// Eight chains of four values each, so that a multiply-add need not wait for the one before it. They begin with numbers
// that no compiler knows, and each is multiplied by less than 1, so that none overflows or vanishes.

@compute @workgroup_size(64)
fn multiplyAdd(@builtin(global_invocation_id) id: vec3u) {
  let x = out[id.x] * 0.5 + 0.25;
  let y = x * 0.5;
  var a = y; var b = y + 1; var c = y + 2; var d = y + 3;
  var e = y + 4; var f = y + 5; var g = y + 6; var h = y + 7;
  for (var i = 0u; i < rounds; i++) {
    a = a * x + y; b = b * x + y; c = c * x + y; d = d * x + y;
    e = e * x + y; f = f * x + y; g = g * x + y; h = h * x + y;
  }
  out[id.x] = a + b + c + d + e + f + g + h;
}

@group(0) @binding(1) var<storage, read> inp: array<vec4f>;

@compute @workgroup_size(256)
fn copy(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (group.y * groups.x + group.x) * 256 + thread;
  if (i < count) { out[i] = inp[i]; }
}
