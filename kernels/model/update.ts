// What comes after the gradients: they are clipped, and AdamW moves every parameter.
// Sources: Pascanu et al. 2013 (clipping by the norm), Loshchilov and Hutter 2019 (AdamW).

import type { Tables } from "./architecture.ts";
import { type Model, trainingOf } from "./model.ts";
import { decays, lengthOf, namesOf } from "./parameters.ts";

/** How a step moves the parameters. */
export interface Optimiser {
  /** Learning rate; see schedule.ts for one that changes from step to step. */
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  /** Applied to matrices only, unless decayVectors says otherwise. */
  readonly weightDecay: number;
  /** Whether biases and the scales of layernorm decay too, as in llm.c's train_gpt2.c. Default false. */
  readonly decayVectors?: boolean;
  /** Largest norm of all gradients together; longer ones are scaled down to it. Infinity: none are. */
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
export function zeroGradients<A extends Tables, Tensor, Ids>(model: Model<A, Tensor, Ids>): void {
  const { gradients } = trainingOf("zeroGradients", model);
  for (const name of namesOf(model.architecture.parameters)) model.backend.zero(gradients[name]);
}

/**
 * Clips the gradients and moves the parameters by one step of AdamW.
 *
 * The norm is that of all gradients together: one long vector is shortened, and keeps its direction.
 *
 * @param step number of this step, from 1
 * @throws RangeError if step or a number of the optimiser is out of its range; nothing is written then
 */
export function update<A extends Tables, Tensor, Ids>(
  model: Model<A, Tensor, Ids>,
  step: number,
  optimiser: Optimiser,
): void {
  const { backend, config, parameters } = model;
  const table = model.architecture.parameters;
  const { gradients, m, v, squares } = trainingOf("update", model);
  checkOptimiser("update", step, optimiser);
  const { lr, beta1, beta2, eps, weightDecay, decayVectors = false, maxNorm } = optimiser;

  backend.zero(squares);
  for (const name of namesOf(table)) {
    backend.gradientSquares(squares, gradients[name], lengthOf(table, name, config));
  }
  for (const name of namesOf(table)) {
    const [params, grads] = [parameters[name], gradients[name]];
    const N = lengthOf(table, name, config);
    const decay = decayVectors || decays(table, name, config) ? weightDecay : 0;
    backend.clipGradients(grads, squares, maxNorm, N);
    // biome-ignore format: one line for each kernel
    backend.adamwUpdate(params, grads, m[name], v[name], step, lr, beta1, beta2, eps, decay, N);
  }
  backend.submit();
}

/** @throws RangeError naming the first number that is out of its range */
export function checkOptimiser(caller: string, step: number, optimiser: Optimiser): void {
  const { lr, beta1, beta2, eps, weightDecay, maxNorm } = optimiser;
  const check = (name: string, value: number, right: boolean, expected: string) => {
    if (typeof value !== "number" || !right) {
      throw new RangeError(`${caller}: ${name} is ${value}, expected ${expected}`);
    }
  };
  check("step", step, Number.isSafeInteger(step) && step >= 1, "an integer from 1");
  check("lr", lr, lr >= 0 && lr < Infinity, "a number from 0");
  check("beta1", beta1, beta1 >= 0 && beta1 < 1, "a number from 0 to below 1");
  check("beta2", beta2, beta2 >= 0 && beta2 < 1, "a number from 0 to below 1");
  check("eps", eps, eps >= 0 && eps < Infinity, "a number from 0");
  check("weightDecay", weightDecay, weightDecay >= 0 && weightDecay < Infinity, "a number from 0");
  check("maxNorm", maxNorm, maxNorm > 0, "a number above 0");
}
