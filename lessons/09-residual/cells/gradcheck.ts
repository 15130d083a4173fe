// Two blocks of the exercise, every input moved a little up and a little down, in float64.

import { geluBackward, geluForward } from "@llm.ts/kernels/gelu/gelu.ts";
import { residualBackward, residualForward } from "@llm.ts/kernels/residual/residual.ts";

const N = 12;
const h = 1e-5;
const inp = Float64Array.from({ length: N }, (_, i) => 2 * Math.sin(3 * i + 1));
const dout = Float64Array.from({ length: N }, (_, i) => Math.cos(5 * i));

const mid = block(inp);
const [dmid, dinp] = [new Float64Array(N), new Float64Array(N)];
blockBackward(dmid, dout, mid);
blockBackward(dinp, dmid, inp);

export let largest = 0;
for (let i = 0; i < N; i++) {
  const value = inp[i];
  inp[i] = value + h;
  const above = loss();
  inp[i] = value - h;
  const below = loss();
  inp[i] = value;
  largest = Math.max(largest, Math.abs((above - below) / (2 * h) - dinp[i]));
}
console.log(`dinp: largest difference ${largest.toExponential(1)}`);

/** x + gelu(x) */
function block(x: Float64Array): Float64Array {
  const [branch, y] = [new Float64Array(N), new Float64Array(N)];
  geluForward(branch, x, N);
  residualForward(y, x, branch, N);
  return y;
}

function blockBackward(dx: Float64Array, dy: Float64Array, x: Float64Array): void {
  const dbranch = new Float64Array(N);
  residualBackward(dx, dbranch, dy, N);
  geluBackward(dx, dbranch, x, N);
}

/** A loss whose derivative by the output is dout. */
function loss(): number {
  return block(block(inp)).reduce((sum, y, i) => sum + dout[i] * y, 0);
}
