// The example of the figure: six tokens, their rows in both tables, and the gradients that come back to them.

import { encoderBackward, encoderForward } from "@llm.ts/kernels/encoder/encoder.ts";

export const words = ["to", "be", "or", "not", "is"];
export const B = 2;
export const T = 3;
export const C = 2;
export const inp = Int32Array.of(
  ...[0, 1, 2], // to be or
  ...[3, 0, 1], // not to be
);
export const wte = Float32Array.of(1, 0, 0, 2, 3, 1, -1, 1, 2, 2);
export const wpe = Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8);

export const out = new Float32Array(B * T * C);
encoderForward(out, inp, wte, wpe, B, T, C);

// For the other half of the figure, backward. The first channel of each row is a different power of two, so that a sum
// shows which rows are in it; the second counts them.
export const dout = Float32Array.of(1, 1, 2, 1, 4, 1, 8, 1, 16, 1, 32, 1);
export const dwte = new Float32Array(wte.length);
export const dwpe = new Float32Array(wpe.length);
encoderBackward(dwte, dwpe, dout, inp, B, T, C);

for (const [bt, id] of inp.entries()) {
  const row = Array.from(out.subarray(bt * C, (bt + 1) * C), (x) => x.toFixed(1));
  console.log(words[id].padEnd(4), `(${row.join(", ")})`);
}
