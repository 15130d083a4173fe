// Two matrix products, one after the other, and the one product that does the same. Then GELU between the two.

import { geluForward } from "@llm.ts/kernels/gelu/gelu.ts";
import { matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";

const C = 2; // channels
const H = 4; // hidden channels
const W1 = Float64Array.of(1, -1, 2, 0, 0, 1, -1, 1); // (H, C)
const b1 = Float64Array.of(0.5, -1, 0, 1); // (H)
const W2 = Float64Array.of(1, 0, -1, 2, 0, 1, 1, -1); // (C, H)
const b2 = Float64Array.of(0, 1); // (C)

// The one product: W = W2 W1 and b = W2 b1 + b2.
const W = new Float64Array(C * C);
const b = b2.slice();
for (let o = 0; o < C; o++) {
  for (let k = 0; k < H; k++) {
    b[o] += W2[o * H + k] * b1[k];
    for (let i = 0; i < C; i++) W[o * C + i] += W2[o * H + k] * W1[k * C + i];
  }
}

function two(inp: Float64Array, bend: boolean): Float64Array {
  const hidden = new Float64Array(H);
  matmulForward(hidden, inp, W1, b1, 1, 1, C, H);
  if (bend) geluForward(hidden, hidden, H);
  const out = new Float64Array(C);
  matmulForward(out, hidden, W2, b2, 1, 1, H, C);
  return out;
}

function one(inp: Float64Array): Float64Array {
  const out = new Float64Array(C);
  matmulForward(out, inp, W, b, 1, 1, C, C);
  return out;
}

const p = Float64Array.of(1, 2);
const q = Float64Array.of(3, -2);
const between = p.map((x, i) => (x + q[i]) / 2);

console.log("            two products  one product");
for (const inp of [p, q, between]) console.log(list(inp), list(two(inp, false)), list(one(inp)));

console.log("\nwith GELU between the two:");
const [atP, atQ] = [two(p, true), two(q, true)];
for (const inp of [p, q, between]) console.log(list(inp), list(two(inp, true)));
console.log("halfway between the first two:");
console.log("            ", list(atP.map((x, i) => (x + atQ[i]) / 2)));

function list(row: Float64Array): string {
  return Array.from(row, (x) => x.toFixed(2).padStart(6)).join("");
}
