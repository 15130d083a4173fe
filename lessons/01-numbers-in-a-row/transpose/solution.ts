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
        const from = (b * T + t) * C + i; // strides T*C, C, 1
        const to = (b * C + i) * T + t; // strides C*T, T, 1
        out[to] = inp[from];
      }
    }
  }
}
