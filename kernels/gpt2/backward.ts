import type { GPT2 } from "./model.ts";

/** Adds the gradients with respect to all parameters. Call after `forward` and `classifier`, with the same batch. */
export function backward<Tensor, Ids>(model: GPT2<Tensor, Ids>): void {
  throw new Error("not written yet");
}
