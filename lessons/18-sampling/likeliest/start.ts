import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** The probabilities from which the next token is drawn, after temperature, top-k and top-p. */
export function keepLikeliest(
  probs: Floats, // (N, Vp), written: 0 for every token that must not be drawn, and for padding
  logits: Floats, // (N, Vp); those from column V on belong to no token
  temperature: number, // above 0
  topK: number, // from 1
  topP: number, // above 0, up to 1
  N: number,
  V: number,
  Vp: number,
): void {
  for (let n = 0; n < N; n++) {
    const row = n * Vp;
    const ids = Array.from({ length: V }, (_, id) => id);
    ids.sort((a, b) => logits[row + b] - logits[row + a]); // the likeliest first
    // TODO: of these, the first topK

    // TODO: their softmax at the temperature

    // TODO: the fewest of them that together have at least topP

    probs.fill(0, row, row + Vp);
    for (const id of ids) {
      probs[row + id] = 1 / ids.length; // TODO: until now, all are equally likely
    }
  }
}
