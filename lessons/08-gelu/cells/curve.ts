// GELU, its slope and ReLU over the numbers from -4 to 3.

import { geluBackward, geluForward } from "@llm.ts/kernels/gelu/gelu.ts";

const N = 141;
export const x = Float64Array.from({ length: N }, (_, i) => -4 + i / 20);

export const out = new Float64Array(N);
geluForward(out, x, N);

export const slope = new Float64Array(N);
geluBackward(slope, new Float64Array(N).fill(1), x, N); // dout = 1: what comes out is the slope

export const relu = x.map((value) => Math.max(0, value));

console.log(`at x = ${x[100]}: GELU ${out[100].toFixed(4)}, slope ${slope[100].toFixed(4)}`);
