// One step of training, and the loss without one.

import type { Floats } from "../runtime/check.ts";
import type { Tables } from "./architecture.ts";
import { type Batch, checkBatchTokens } from "./batch.ts";
import { classifier } from "./classifier.ts";
import { type Model, trainingOf } from "./model.ts";
import { checkOptimiser, type Optimiser, update, zeroGradients } from "./update.ts";

/**
 * Trains on one batch, given as `accumulation` micro-batches. Its loss, before the update, is then
 * read with `readLoss`.
 *
 * @param step number of this step, from 1
 * @throws RangeError if the number of micro-batches, of their tokens, an id, or a number of the
 *   optimiser is wrong; nothing is written then
 */
export function trainStep<A extends Tables, Tensor, Ids>(
  model: Model<A, Tensor, Ids>,
  batches: readonly Batch[],
  step: number,
  optimiser: Optimiser,
): void {
  const { forward, backward } = model.architecture;
  const { B, T, accumulation } = model.sizes;
  trainingOf("trainStep", model);
  checkOptimiser("trainStep", step, optimiser);
  if (batches.length !== accumulation) {
    throw new RangeError(
      `trainStep: got ${batches.length} micro-batches, expected accumulation = ${accumulation}`,
    );
  }
  for (const batch of batches) checkBatchTokens("trainStep", model, batch);

  zeroGradients(model);
  clearLosses(model);
  batches.forEach(({ inputs, targets }, micro) => {
    forward(model, inputs);
    classifier(model, targets, micro, true);
    backward(model);
  });
  model.backend.crossentropyMean(model.loss, model.losses, accumulation * B * T);
  update(model, step, optimiser);
}

/**
 * Waits for the device and gives the loss of the last step: the mean over all its tokens, in nats.
 *
 * @throws LossFault if it is NaN or infinite: neither is a loss. A loss of 0 is one, where the model is so sure of every
 *   token that float32 knows no smaller number
 */
export async function readLoss<A extends Tables, Tensor, Ids>(
  model: Model<A, Tensor, Ids>,
): Promise<number> {
  const [loss] = await model.backend.read(model.loss);
  if (!Number.isFinite(loss)) {
    throw new LossFault(
      `the loss is ${loss}, which no text can give: lower the learning rate, or go back to the last checkpoint`,
    );
  }
  return loss;
}

/**
 * The loss on a batch that is not trained on: the mean over its tokens, in nats. Only activations are written.
 *
 * @param texts how many of the B count, where the last batch is not full: the first ones; the others may be anything
 * @throws RangeError if the number of tokens or an id is wrong, LossFault as `readLoss` does
 */
export async function validationLoss<A extends Tables, Tensor, Ids>(
  model: Model<A, Tensor, Ids>,
  batch: Batch,
  texts = model.sizes.B,
): Promise<number> {
  const { B, T } = model.sizes;
  if (!Number.isSafeInteger(texts) || texts < 1 || texts > B) {
    throw new RangeError(
      `validationLoss: texts is ${texts}, expected an integer from 1 to B = ${B}`,
    );
  }
  lookAt("validationLoss", model, batch);
  const losses = model.backend.view(model.firstLosses, 0, texts * T);
  model.backend.crossentropyMean(model.loss, losses, texts * T);
  return readLoss(model);
}

/**
 * The loss at each position of a batch that is not trained on, in nats: (B, T). Only activations are written.
 *
 * @throws RangeError if the number of tokens or an id is wrong
 */
export async function tokenLosses<A extends Tables, Tensor, Ids>(
  model: Model<A, Tensor, Ids>,
  batch: Batch,
): Promise<Floats> {
  lookAt("tokenLosses", model, batch);
  return (await model.backend.read(model.firstLosses)).slice();
}

/** Computes the losses of a batch that is not trained on. @param caller for the errors */
function lookAt<A extends Tables, Tensor, Ids>(
  caller: string,
  model: Model<A, Tensor, Ids>,
  batch: Batch,
): void {
  checkBatchTokens(caller, model, batch);
  clearLosses(model);
  model.architecture.forward(model, batch.inputs);
  classifier(model, batch.targets, 0, false);
}

/** Marks all losses as not computed: whatever the device leaves out, the mean is then NaN. */
function clearLosses<A extends Tables, Tensor, Ids>(model: Model<A, Tensor, Ids>): void {
  const { backend, losses, loss, unknown } = model;
  backend.write(losses, unknown.losses);
  backend.write(loss, unknown.loss);
}

/** The norm of all gradients together in the last step, before they were clipped. */
export async function readGradientNorm<A extends Tables, Tensor, Ids>(
  model: Model<A, Tensor, Ids>,
): Promise<number> {
  const [squares] = await model.backend.read(trainingOf("readGradientNorm", model).squares);
  return Math.sqrt(squares);
}

/** The computation went wrong: what was computed is no loss. */
export class LossFault extends Error {
  override name = "LossFault";
}
