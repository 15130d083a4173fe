import type { Ints } from "../runtime/check.ts";
import type { GPT2 } from "./model.ts";

/**
 * Computes the loss of every token. In a model made for training also the gradients with respect to lnf and, added, wte.
 * Call after `forward`.
 *
 * @param targets (B, T) the token that follows each input
 * @param micro number of the micro-batch, from 0 to accumulation - 1: where in `losses` the results go
 */
export function classifier<Tensor, Ids>(
  model: GPT2<Tensor, Ids>,
  targets: Ints,
  micro: number,
): void {
  throw new Error("not written yet");
}
