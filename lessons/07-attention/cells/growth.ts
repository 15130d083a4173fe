// What attention costs as the text grows, in GPT-2 124M: memory and arithmetic of the forward pass.

export const B = 4;
const [L, C, NH] = [12, 768, 12];
const lengths = [64, 256, 1024, 4096];

console.log("MiB kept for the backward pass");
console.log("   T    one att  12 layers  12 lse");
for (const T of lengths) {
  const att = B * NH * T * T * 4; // bytes
  const lse = B * NH * T * 4; // what flash attention keeps
  console.log(String(T).padStart(4) + mib(att, 11) + mib(L * att, 11) + mib(L * lse, 8));
}

console.log("\nGFLOP of one layer, forward");
console.log("   T  attention  its matmuls");
for (const T of lengths) {
  const pairs = (B * NH * T * (T + 1)) / 2; // that may look at each other
  const attention = pairs * 4 * (C / NH);
  const matmuls = 2 * B * T * C * (3 * C) + 2 * B * T * C * C;
  const columns = [attention, matmuls].map((flops) => (flops / 1e9).toFixed(2));
  console.log(String(T).padStart(4) + columns[0].padStart(11) + columns[1].padStart(13));
}

function mib(bytes: number, width: number): string {
  const value = bytes / 2 ** 20;
  return value.toFixed(value < 100 ? 2 : 0).padStart(width);
}
