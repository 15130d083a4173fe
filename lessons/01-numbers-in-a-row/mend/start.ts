import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Writes the sum of each row. */
export function rowSums(
  out: Floats, // (B, T), written
  inp: Floats, // (B, T, C)
  B: number,
  T: number,
  C: number,
): void {
  for (let bt = 0; bt < B * T; bt++) {
    const row = inp.subarray(bt * C, (bt + 1) * C);
    out[bt] = 0;
    for (let i = 0; i < C; i++) out[bt] += row[i];
  }
}
