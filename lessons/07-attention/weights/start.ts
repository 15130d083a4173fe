import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Adds the gradient of the scores, given that of the weights. */
export function weightsBackward(
  dpreatt: Floats, // (B, NH, T, T), added to; not touched above the diagonal
  datt: Floats, // (B, NH, T, T)
  att: Floats, // (B, NH, T, T), from the forward pass
  B: number,
  T: number,
  NH: number,
): void {
  for (let bh = 0; bh < B * NH; bh++) {
    for (let t = 0; t < T; t++) {
      const row = (bh * T + t) * T; // the weights of this query are att[row] to att[row + t]

      // TODO: one number for the whole row, in a loop of its own.

      for (let t2 = 0; t2 <= t; t2++) {
        dpreatt[row + t2] += 0; // TODO
      }
    }
  }
}
