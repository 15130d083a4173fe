// RoPE on the GPU. Mathematics and names are those of rope.ts. One thread for each pair of channels: no pair needs another.

override rows: u32; // tokens, B*T
override T: u32; // of one text
override turned: u32; // heads of a token that are turned, NH + NKV
override heads: u32; // of a token, NH + 2 NKV
override hs: u32; // channels of a head
override apart: u32; // the channels of a pair are so far apart: 1 or hs/2
override back: u32; // 1 for the backward pass, which turns the other way

const threads = 256u;

@group(0) @binding(0) var<storage, read_write> qkv: array<f32>; // (rows, heads, hs), updated
@group(0) @binding(1) var<storage, read> cis: array<f32>; // (T, 2, hs/2)

@compute @workgroup_size(256)
fn turn(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let pairs = hs / 2;
  let n = (group.y * groups.x + group.x) * threads + thread;
  if (n >= rows * turned * pairs) { return; }
  let i = n % pairs;
  let head = n / pairs % turned;
  let bt = n / pairs / turned;

  let first = (bt * heads + head) * hs + i / apart * 2 * apart + i % apart;
  let a = qkv[first];
  let b = qkv[first + apart];
  let cos = cis[bt % T * hs + i];
  let sin = select(1.0, -1.0, back == 1) * cis[bt % T * hs + pairs + i];
  qkv[first] = a * cos - b * sin;
  qkv[first + apart] = a * sin + b * cos;
}
