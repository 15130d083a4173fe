import type { Floats } from "@llm.ts/kernels/runtime/check.ts";
import { add, type Lanes, loadUpTo, madd, mul, splat, storeUpTo, sub, sum } from "../lanes.ts";

/** Normalises each row, then scales and shifts it: four channels at once. */
export function layernormForward(
  out: Floats, // (B, T, C), written
  mean: Floats, // (B, T), written
  rstd: Floats, // (B, T), written
  inp: Floats, // (B, T, C)
  weight: Floats, // (C)
  bias: Floats, // (C)
  B: number,
  T: number,
  C: number,
): void {
  for (let bt = 0; bt < B * T; bt++) {
    const row = bt * C;

    let sums: Lanes = splat(0);
    for (let i = 0; i < C; i += 4) sums = add(sums, loadUpTo(inp, row + i, C - i));
    const m = sum(sums) / C;

    sums = splat(0);
    const centre = splat(m);
    for (let i = 0; i < C; i += 4) {
      const d = sub(loadUpTo(inp, row + i, C - i), centre);
      sums = madd(d, d, sums);
    }
    const s = 1 / Math.sqrt(sum(sums) / C + 1e-5);

    const scale = splat(s);
    for (let i = 0; i < C; i += 4) {
      const norm = mul(sub(loadUpTo(inp, row + i, C - i), centre), scale);
      const scaled = madd(norm, loadUpTo(weight, i, C - i), loadUpTo(bias, i, C - i));
      storeUpTo(out, row + i, scaled, C - i);
    }
    mean[bt] = m;
    rstd[bt] = s;
  }
}
