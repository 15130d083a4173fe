import { openStream, uniform } from "@llm.ts/kernels/runtime/random.ts";

/** Whether number i is kept in a step: with probability 1 - p, and the same whenever it is asked. */
function isKept(seed: number, step: number, i: number, p: number): boolean {
  return uniform(openStream(seed, step), i) >= p;
}

function dropoutForward(
  out: Float32Array, // (N), written
  inp: Float32Array, // (N)
  seed: number,
  step: number, // number of the training step
  p: number, // probability of being dropped, from 0 to below 1
  training: number, // 1 while training, 0 in evaluation
  N: number,
): void {
  for (let i = 0; i < N; i++) {
    out[i] = inp[i]; // TODO: drop some, and scale the others
  }
}

function dropoutBackward(
  dinp: Float32Array, // (N), added to
  dout: Float32Array, // (N)
  seed: number,
  step: number,
  p: number,
  training: number,
  N: number,
): void {
  for (let i = 0; i < N; i++) {
    dinp[i] += dout[i]; // TODO: the same mask, the same scale
  }
}

/** Both passes: this is what Check calls. */
export function dropout(
  out: Float32Array,
  dinp: Float32Array,
  inp: Float32Array,
  dout: Float32Array,
  seed: number,
  step: number,
  p: number,
  training: number,
  N: number,
): void {
  dropoutForward(out, inp, seed, step, p, training, N);
  dropoutBackward(dinp, dout, seed, step, p, training, N);
}
