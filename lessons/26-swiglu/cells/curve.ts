// silu, its slope, and GELU beside them, over the numbers from -6 to 4.

import { geluForward } from "@llm.ts/kernels/gelu/gelu.ts";
import { swigluBackward, swigluForward } from "@llm.ts/kernels/swiglu/swiglu.ts";

const N = 201;
export const x = Float64Array.from({ length: N }, (_, i) => -6 + i / 20);
const inp = Float64Array.of(...x, ...new Float64Array(N).fill(1)); // values of 1: what comes out is silu

export const silu = new Float64Array(N);
swigluForward(silu, inp, 1, 1, N);

const dinp = new Float64Array(2 * N);
swigluBackward(dinp, new Float64Array(N).fill(1), inp, 1, 1, N);
export const slope = dinp.slice(0, N);

export const gelu = new Float64Array(N);
geluForward(gelu, x, N);

const lowest = silu.indexOf(Math.min(...silu));
const steepest = slope.indexOf(Math.max(...slope));
console.log(`lowest: silu(${x[lowest].toFixed(2)}) = ${silu[lowest].toFixed(3)}`);
console.log(`steepest: slope ${slope[steepest].toFixed(3)} at ${x[steepest].toFixed(2)}`);
