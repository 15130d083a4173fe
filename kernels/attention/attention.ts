import type { Floats, Ints } from "../runtime/check.ts";
export function attentionForward(
  out: Floats,
  preatt: Floats,
  att: Floats,
  inp: Floats,
  B: number,
  T: number,
  C: number,
  NH: number,
): void {
  throw new Error("not written yet");
}
export function attentionBackward(
  dinp: Floats,
  dpreatt: Floats,
  datt: Floats,
  dout: Floats,
  inp: Floats,
  att: Floats,
  B: number,
  T: number,
  C: number,
  NH: number,
): void {
  throw new Error("not written yet");
}
