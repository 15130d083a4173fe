// The example by hand, factor by factor, and what the kernel says.

import { swigluBackward } from "@llm.ts/kernels/swiglu/swiglu.ts";

const [gate, up, dout] = [1, 3, 2];

const s = 1 / (1 + Math.exp(-gate));
const slope = s + gate * s * (1 - s);
const dinp = new Float64Array(2);
swigluBackward(dinp, Float64Array.of(dout), Float64Array.of(gate, up), 1, 1, 1);

const rows = {
  share: s,
  silu: gate * s,
  slope,
  "dgate by hand": dout * up * slope,
  "dup by hand": dout * gate * s,
  "dgate by the kernel": dinp[0],
  "dup by the kernel": dinp[1],
};
for (const [name, value] of Object.entries(rows)) {
  console.log(name.padEnd(20) + value.toFixed(4).padStart(8));
}
