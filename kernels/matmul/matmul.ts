import type { Floats, Ints } from "../runtime/check.ts";
export function matmulForward(
  out: Floats,
  inp: Floats,
  weight: Floats,
  bias: Floats | null,
  B: number,
  T: number,
  C: number,
  OC: number,
): void {
  throw new Error("not written yet");
}
export function matmulBackward(
  dinp: Floats,
  dweight: Floats,
  dbias: Floats | null,
  dout: Floats,
  inp: Floats,
  weight: Floats,
  B: number,
  T: number,
  C: number,
  OC: number,
): void {
  throw new Error("not written yet");
}
