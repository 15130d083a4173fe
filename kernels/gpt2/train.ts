// One step of training, and the loss without one.

import type { Floats, Ints } from "../runtime/check.ts";
import type { GPT2 } from "./model.ts";
import type { Optimiser } from "./update.ts";

export interface Batch {
  readonly inputs: Ints; // (B, T)
  readonly targets: Ints; // (B, T), the token that follows each input
}

/**
 * Trains on one batch, given as `accumulation` micro-batches. Its loss, before the update, is then read with `readLoss`.
 *
 * @param step number of this step, from 1
 * @throws RangeError if the number of micro-batches, of their tokens, or an id is wrong; nothing is written then
 */
export function trainStep<Tensor, Ids>(
  model: GPT2<Tensor, Ids>,
  batches: readonly Batch[],
  step: number,
  optimiser: Optimiser,
): void {
  throw new Error("not written yet");
}

/**
 * Waits for the device and gives the loss of the last step: the mean over all its tokens, in nats.
 *
 * @throws LossFault if it is NaN, infinite or exactly 0: none of these is a loss
 */
export async function readLoss<Tensor, Ids>(model: GPT2<Tensor, Ids>): Promise<number> {
  throw new Error("not written yet");
}

/** The loss on a batch that is not trained on. Leaves parameters, m and v as they are. Gradients are lost. */
export async function validationLoss<Tensor, Ids>(
  model: GPT2<Tensor, Ids>,
  batch: Batch,
): Promise<number> {
  throw new Error("not written yet");
}

/** The norm of all gradients together in the last step, before they were clipped. */
export async function readGradientNorm<Tensor, Ids>(model: GPT2<Tensor, Ids>): Promise<number> {
  throw new Error("not written yet");
}

/** The computation went wrong: what was computed is no loss. */
export class LossFault extends Error {
  override name = "LossFault";
}
