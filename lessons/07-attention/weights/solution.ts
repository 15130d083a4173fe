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
      const row = (bh * T + t) * T;
      let dattMean = 0; // of the row's datt, weighted by att
      for (let t2 = 0; t2 <= t; t2++) {
        dattMean += att[row + t2] * datt[row + t2];
      }
      for (let t2 = 0; t2 <= t; t2++) {
        dpreatt[row + t2] += att[row + t2] * (datt[row + t2] - dattMean);
      }
    }
  }
}
