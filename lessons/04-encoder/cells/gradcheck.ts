// Every number of both tables is moved a little up and a little down, and the change of the loss is measured.

import { encoderBackward, encoderForward } from "@llm.ts/kernels/encoder/encoder.ts";

const [B, T, C, V, maxT] = [3, 4, 5, 6, 7];
const h = 1e-5;

const inp = Int32Array.from({ length: B * T }, (_, bt) => (bt * bt + 1) % V); // several of them repeat
const wte = Float64Array.from({ length: V * C }, (_, k) => Math.sin(3 * k + 1));
const wpe = Float64Array.from({ length: maxT * C }, (_, k) => Math.cos(2 * k));
const dout = Float64Array.from({ length: B * T * C }, (_, k) => Math.sin(5 * k));

const dwte = new Float64Array(V * C);
const dwpe = new Float64Array(maxT * C);
encoderBackward(dwte, dwpe, dout, inp, B, T, C);

export const errors = { dwte: compare(wte, dwte), dwpe: compare(wpe, dwpe) };
for (const [name, error] of Object.entries(errors)) {
  console.log(`${name}: largest difference ${error.toExponential(1)}`);
}

/** A loss whose derivative with respect to out is dout. */
function loss(): number {
  const out = new Float64Array(B * T * C);
  encoderForward(out, inp, wte, wpe, B, T, C);
  return out.reduce((sum, y, k) => sum + dout[k] * y, 0);
}

/** How far at most the gradient is from (L(x + h) - L(x - h)) / 2h. */
function compare(table: Float64Array, gradient: Float64Array): number {
  let largest = 0;
  for (let k = 0; k < table.length; k++) {
    const value = table[k];
    table[k] = value + h;
    const above = loss();
    table[k] = value - h;
    const below = loss();
    table[k] = value;
    largest = Math.max(largest, Math.abs((above - below) / (2 * h) - gradient[k]));
  }
  return largest;
}
