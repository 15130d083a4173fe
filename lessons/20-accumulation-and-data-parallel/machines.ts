// An all-reduce on plain arrays: one row of `grads` for each machine.

import { ringStep } from "./ring/solution.ts";

/** Gives every machine the sum of all gradients. `sent` is told what each sends in a step. */
export function allReduce(
  grads: Float32Array, // (machines, N), changed: in the end every row is the same
  machines: number,
  N: number, // a multiple of machines
  sent: (count: number) => void = () => {},
): void {
  // Reduce-scatter: each machine comes to hold the whole sum of one chunk.
  for (let step = 0; step < machines - 1; step++) {
    ringStep(grads, step, machines, N);
    sent(N / machines);
  }
  // All-gather: the sums travel once more around the ring.
  for (let step = 0; step < machines - 1; step++) {
    gatherStep(grads, step, machines, N);
    sent(N / machines);
  }
}

/** As ringStep, but what arrives is whole, and is written over what was there. */
export function gatherStep(grads: Float32Array, step: number, machines: number, N: number): void {
  const length = N / machines;
  for (let from = 0; from < machines; from++) {
    const start = ((from + 1 - step + machines) % machines) * length;
    const chunk = grads.subarray(from * N + start, from * N + start + length);
    grads.set(chunk, ((from + 1) % machines) * N + start);
  }
}
