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
      // TODO: where does the row of this place begin in dout?
      // TODO: and where do the rows begin that it took from wte and from wpe?

      for (let i = 0; i < C; i++) {
        // out_i = wte_i + wpe_i
        // TODO: what goes back into dwte?
        // TODO: what goes back into dwpe?
      }
    }
  }
}
