import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";

/** Adds the gradients of the loss with respect to wte and wpe. */
export function encoderBackward(
  dwte: Floats, // (V, C), added to
  dwpe: Floats, // (maxT, C), added to
  dout: Floats, // (B, T, C)
  inp: Ints, // (B, T), token ids
  B: number,
  T: number,
  C: number,
): void {
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      const bt = b * T + t;
      const row = bt * C;
      const token = inp[bt] * C;
      const position = t * C;
      for (let i = 0; i < C; i++) {
        dwte[token + i] += dout[row + i];
        dwpe[position + i] += dout[row + i];
      }
    }
  }
}
