import type { Floats, Ints } from "../runtime/check.ts";
export function gradientSquares(sum: Floats, grads: Floats, N: number): void {
  throw new Error("not written yet");
}
export function clipGradients(grads: Floats, sum: Floats, maxNorm: number, N: number): void {
  throw new Error("not written yet");
}
