// From vectors to losses: the classifier compares each token's vector with a row of its weight for every token of the
// vocabulary; in GPT-2 these rows are the embeddings, which it shares with the encoder. Logits are by far the widest thing
// in the network, so they are computed, used and forgotten for some rows at a time, and their gradient is written over them.

import type { Floats, Ints } from "../runtime/check.ts";
import type { Tables, Weights } from "./architecture.ts";
import { checkTokens } from "./batch.ts";
import { type Model, trainingOf } from "./model.ts";

/**
 * Computes the loss of every token: -log of the probability that the model gives to its target. Call after `forward`.
 *
 * With `gradients`, sets the gradient of the last activation and adds to that of the weight, as `backward` expects.
 * GPT-2's embeddings are used twice, here as the weight and at the beginning as the encoder's table; their gradient has a
 * term from each.
 *
 * @param targets (B, T) the token that follows each input
 * @param micro number of the micro-batch, from 0 to accumulation - 1: where in `losses` the results go
 * @param gradients false for a loss that is not trained on
 * @throws RangeError if a number of tokens, an id or `micro` is out of range; nothing is written then
 */
export function classifier<A extends Tables, Tensor, Ids>(
  model: Model<A, Tensor, Ids>,
  targets: Ints,
  micro: number,
  gradients: boolean,
): void {
  const { backend, config, weights } = model;
  const { V, Vp, C } = config;
  const weight = headOf(model, weights); // (Vp, C)
  checkTokens("classifier", "targets", model, targets);
  const chunks = model.chunks[micro];
  if (chunks === undefined) {
    throw new RangeError(
      `classifier: micro is ${micro}, expected an integer from 0 to ${model.chunks.length - 1}`,
    );
  }
  const training = gradients ? trainingOf("classifier", model) : null;
  backend.writeIds(model.targets, targets);
  const dweight = training && headOf(model, training.dweights);

  for (const { rows, inp, dinp, logits, losses, dlosses, targets } of chunks) {
    backend.matmulForward(logits, inp, weight, null, 1, rows, C, Vp); // (rows, C) -> (rows, Vp)
    backend.crossentropySoftmaxFused(logits, losses, dlosses, targets, 1, rows, V, Vp);
    if (dweight && dinp) {
      const dlogits = logits; // overwritten by the line above
      backend.zero(dinp);
      backend.matmulBackward(dinp, dweight, null, dlogits, inp, weight, 1, rows, C, Vp);
    }
    backend.submit();
  }
}

/**
 * The logits of `rows` rows from row `start` on, row b*T + t being token t of text b. Call after `forward`.
 *
 * @returns (rows, Vp) values; in each row the first V count
 * @throws RangeError if the rows are not within B*T or are more than rowsPerChunk
 */
export async function readLogits<A extends Tables, Tensor, Ids>(
  model: Model<A, Tensor, Ids>,
  start: number,
  rows: number,
): Promise<Floats> {
  const { architecture, backend, config, sizes, weights, acts } = model;
  const { C, Vp } = config;
  const { B, T, rowsPerChunk } = sizes;
  const whole = Number.isInteger(start) && Number.isInteger(rows);
  if (!whole || start < 0 || rows < 1 || start + rows > B * T || rows > rowsPerChunk) {
    throw new RangeError(
      `readLogits: ${rows} rows from row ${start}, expected 1 to ${rowsPerChunk} rows within the ${B * T} of B*T`,
    );
  }
  const last = (acts as Record<string, unknown>)[architecture.last] as Tensor; // (B, T, C)
  const inp = backend.view(last, start * C, rows * C);
  const logits = backend.view(model.logits, 0, rows * Vp);
  backend.matmulForward(logits, inp, headOf(model, weights), null, 1, rows, C, Vp); // (rows, C) -> (rows, Vp)
  return backend.read(logits);
}

/** The classifier's weight among the parameters, or among their gradients. */
function headOf<A extends Tables, Tensor, Ids>(
  { architecture }: Model<A, Tensor, Ids>,
  weights: Weights<A, Tensor>,
): Tensor {
  return (weights as Record<string, unknown>)[architecture.head] as Tensor;
}
