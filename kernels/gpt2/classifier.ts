// From vectors to losses: the classifier compares each token's vector with the embedding of every token of the
// vocabulary. Logits are by far the widest thing in the network, so they are made, used and forgotten for some rows at a
// time, and their gradient is written over them.

import type { Ints } from "../runtime/check.ts";
import { checkTokens } from "./forward.ts";
import { type GPT2, trainingOf } from "./model.ts";

/**
 * Computes the loss of every token: -log of the probability that the model gives to its target. Call after `forward`.
 *
 * With `gradients`, sets dlnf and adds to the gradient of wte, as `backward` expects. The embeddings are used twice, here
 * as the weight of the classifier and at the beginning as the encoder's table; their gradient has a term from each.
 *
 * @param targets (B, T) the token that follows each input
 * @param micro number of the micro-batch, from 0 to accumulation - 1: where in `losses` the results go
 * @param gradients false for a loss that is not trained on
 * @throws RangeError if a number of tokens, an id or `micro` is out of range; nothing is written then
 */
export function classifier<Tensor, Ids>(
  model: GPT2<Tensor, Ids>,
  targets: Ints,
  micro: number,
  gradients: boolean,
): void {
  const { backend, config, weights } = model;
  const { V, Vp, C } = config;
  checkTokens("classifier", "targets", model, targets);
  const chunks = model.chunks[micro];
  if (chunks === undefined) {
    throw new RangeError(
      `classifier: micro is ${micro}, expected an integer from 0 to ${model.chunks.length - 1}`,
    );
  }
  const training = gradients ? trainingOf("classifier", model) : null;
  backend.writeIds(model.targets, targets);
  if (training) backend.zero(training.dacts.lnf);

  for (const { rows, lnf, dlnf, logits, losses, dlosses, targets } of chunks) {
    backend.matmulForward(logits, lnf, weights.wte, null, 1, rows, C, Vp); // (rows, C) -> (rows, Vp)
    backend.crossentropySoftmaxFused(logits, losses, dlosses, targets, 1, rows, V, Vp);
    if (training && dlnf) {
      const dlogits = logits; // overwritten by the line above
      const dwte = training.dweights.wte;
      backend.matmulBackward(dlnf, dwte, null, dlogits, lnf, weights.wte, 1, rows, C, Vp);
    }
    backend.submit();
  }
}
