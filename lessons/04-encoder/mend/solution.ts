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
  const positions = Int32Array.from({ length: T }, (_, t) => t);
  for (let b = 0; b < B; b++) {
    const tokens = inp.subarray(b * T, (b + 1) * T);
    const rows = dout.subarray(b * T * C, (b + 1) * T * C); // (T, C), of this sequence
    addRows(dwte, tokens, rows, C);
    addRows(dwpe, positions, rows, C);
  }
}

/** table[ids] += rows, one row after another: an id that comes twice adds twice. */
function addRows(table: Floats, ids: Ints, rows: Floats, C: number): void {
  for (let k = 0; k < ids.length; k++) {
    for (let i = 0; i < C; i++) {
      table[ids[k] * C + i] += rows[k * C + i];
    }
  }
}
