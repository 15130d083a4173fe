// The embedding on the GPU. Mathematics and names are those of embedding.ts.
//
// wte may be too large to be bound whole: then the shaders run once for each part of its rows, and leave tokens whose row is
// in another part alone.

override rows: u32; // B*T
override C: u32; // channels
override firstToken: u32; // the token of the first row that is bound
override tokens: u32; // rows that are bound

struct Settings {
  scale: f32,
}

// Forward: one thread for each of the B*T*C values.

@group(0) @binding(0) var<storage, read_write> out: array<f32>; // (B, T, C), written
@group(0) @binding(1) var<storage, read> inp: array<u32>; // (B, T)
@group(0) @binding(2) var<storage, read> wte: array<f32>; // (tokens, C)
@group(0) @binding(3) var<uniform> settings: Settings;

@compute @workgroup_size(64)
fn forward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (group.y * groups.x + group.x) * 64 + thread;
  if (i >= rows * C) { return; }
  let row = inp[i / C] - firstToken; // of a token before the first one this wraps around, to a number far too large
  if (row >= tokens) { return; }
  out[i] = settings.scale * wte[row * C + i % C];
}

// Backward. A token collects dout from every place where it occurs, and two threads must not add to one number at the same
// time. So the places come sorted by token, and the workgroup of the first place of a token adds up all of them, in order.

@group(0) @binding(0) var<storage, read_write> dwte: array<f32>; // (tokens, C), added to
@group(0) @binding(1) var<storage, read> dwte_dout: array<f32>; // (B, T, C)
@group(0) @binding(2) var<storage, read> dwte_inp: array<u32>; // (B, T)
@group(0) @binding(3) var<storage, read> places: array<u32>; // (B*T), every bt, sorted by inp[bt], equal ones by bt
@group(0) @binding(4) var<uniform> dwte_settings: Settings;

@compute @workgroup_size(64)
fn backward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let first = group.y * groups.x + group.x; // in places
  if (first >= rows) { return; }
  let token = dwte_inp[places[first]];
  let row = token - firstToken;
  if (row >= tokens) { return; }
  if (first > 0 && dwte_inp[places[first - 1]] == token) { return; } // another workgroup has this token

  for (var i = thread; i < C; i += 64) {
    var sum = 0.0;
    for (var k = first; k < rows && dwte_inp[places[k]] == token; k++) {
      sum += dwte_dout[places[k] * C + i];
    }
    dwte[row * C + i] += dwte_settings.scale * sum;
  }
}
