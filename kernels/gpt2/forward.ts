import type { Floats, Ints } from "../runtime/check.ts";
import type { GPT2 } from "./model.ts";

/**
 * Runs the model on B texts of T tokens, up to and with the last layernorm.
 *
 * @param inputs (B, T) token ids, each below V
 * @throws RangeError if their number is not B*T or an id is out of range; nothing is written then
 */
export function forward<Tensor, Ids>(model: GPT2<Tensor, Ids>, inputs: Ints): void {
  throw new Error("not written yet");
}

/**
 * The logits of `rows` rows from row `start` on, row b*T + t being token t of text b. Call after `forward`.
 *
 * @returns (rows, Vp) values; in each row the first V count
 * @throws RangeError if the rows are not within B*T or are more than rowsPerChunk
 */
export async function readLogits<Tensor, Ids>(
  model: GPT2<Tensor, Ids>,
  start: number,
  rows: number,
): Promise<Floats> {
  throw new Error("not written yet");
}
