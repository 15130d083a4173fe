import type { Floats, Ints } from "../runtime/check.ts";
export function encoderForward(
  out: Floats,
  inp: Ints,
  wte: Floats,
  wpe: Floats,
  B: number,
  T: number,
  C: number,
): void {
  throw new Error("not written yet");
}
export function encoderBackward(
  dwte: Floats,
  dwpe: Floats,
  dout: Floats,
  inp: Ints,
  B: number,
  T: number,
  C: number,
): void {
  throw new Error("not written yet");
}
