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
    let sum = 0; // a JavaScript number is a float64
    for (let i = 0; i < C; i++) sum += row[i];
    out[bt] = sum; // rounded to float32 once, here
  }
}
