import type { GPT2 } from "./model.ts";

/** How a step moves the parameters. */
export interface Optimiser {
  /** Learning rate; see schedule.ts for one that changes from step to step. */
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  /** Applied to matrices only. */
  readonly weightDecay: number;
  /** Largest norm of all gradients together; longer ones are scaled down to it. */
  readonly maxNorm: number;
}

/** Those of GPT-3 (Brown et al. 2020, appendix B), but for the learning rate. */
export const defaultOptimiser: Optimiser = {
  lr: 1e-3,
  beta1: 0.9,
  beta2: 0.95,
  eps: 1e-8,
  weightDecay: 0.1,
  maxNorm: 1,
};

/** Sets the gradients of all parameters to 0. */
export function zeroGradients<Tensor, Ids>(model: GPT2<Tensor, Ids>): void {
  throw new Error("not written yet");
}

/**
 * Clips the gradients and moves the parameters by one step of AdamW.
 *
 * @param step number of this step, from 1
 */
export function update<Tensor, Ids>(
  model: GPT2<Tensor, Ids>,
  step: number,
  optimiser: Optimiser,
): void {
  throw new Error("not written yet");
}
