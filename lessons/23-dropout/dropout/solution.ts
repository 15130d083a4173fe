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
    if (training === 0) out[i] = inp[i];
    else out[i] = isKept(seed, step, i, p) ? inp[i] / (1 - p) : 0;
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
    if (training === 0) dinp[i] += dout[i];
    else if (isKept(seed, step, i, p)) dinp[i] += dout[i] / (1 - p);
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
