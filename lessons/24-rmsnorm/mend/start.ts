import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Scales each row of C channels to a mean square of 1. */
export function rmsnormForward(
  out: Floats, // (B, T, C), written
  rstd: Floats, // (B, T), written
  inp: Floats, // (B, T, C)
  weight: Floats, // (C)
  eps: number,
  B: number,
  T: number,
  C: number,
): void {
  for (let bt = 0; bt < B * T; bt++) {
    const row = bt * C;

    let squares = 0;
    for (let i = 0; i < C; i++) squares += inp[row + i] * inp[row + i];
    const r = 1 / (Math.sqrt(squares / C) + eps);

    for (let i = 0; i < C; i++) out[row + i] = inp[row + i] * r * weight[i];
    rstd[bt] = r;
  }
}
