// One parameter is moved, everything else is held still: what happens to the loss?

import { encoderBackward, encoderForward } from "@llm.ts/kernels/encoder/encoder.ts";

const [B, T, C] = [2, 3, 2];
const inp = Int32Array.of(
  ...[0, 1, 2], // to be or
  ...[3, 0, 1], // not to be
);
const wte = Float64Array.of(1, 0, 0, 2, 3, 1, -1, 1, 2, 2);
const wpe = Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8);
const wish = Float64Array.of(-0.5, 0, 0, 2, 3, 2, -1, 1, 2.5, 1, 0, 3); // (B, T, C)

const k = 0; // the number that is moved: wte[0], the first channel of "to"

export const w: number[] = []; // its value
export const loss: number[] = []; // the loss there
export const slope: number[] = []; // the derivative there, by encoderBackward
export const first: number[] = []; // dout where "to" comes first
export const second: number[] = []; // and where it comes again

for (let step = 0; step <= 80; step++) {
  w.push(-1.2 + 0.05 * step);
  wte[k] = w[step];

  const out = new Float64Array(B * T * C);
  encoderForward(out, inp, wte, wpe, B, T, C);
  const dout = out.map((y, n) => y - wish[n]); // the derivative of half a square
  loss.push(dout.reduce((sum, d) => sum + 0.5 * d * d, 0));

  const dwte = new Float64Array(wte.length);
  const dwpe = new Float64Array(wpe.length);
  encoderBackward(dwte, dwpe, dout, inp, B, T, C);
  slope.push(dwte[k]);
  first.push(dout[0 * C]); // b = 0, t = 0
  second.push(dout[4 * C]); // b = 1, t = 1
}

const least = loss.indexOf(Math.min(...loss));
console.log(`the loss is smallest at w = ${w[least].toFixed(2)}: ${loss[least].toFixed(3)}`);
