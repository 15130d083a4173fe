import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Writes a copy of inp whose last two dimensions are swapped: out[b, i, t] = inp[b, t, i]. */
export function transpose(
  out: Floats, // (B, C, T), written
  inp: Floats, // (B, T, C)
  B: number,
  T: number,
  C: number,
): void {
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      for (let i = 0; i < C; i++) {
        // TODO: the offset of (b, t, i) in inp, and the offset of (b, i, t) in out.
      }
    }
  }
}
