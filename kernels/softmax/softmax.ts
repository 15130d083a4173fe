import type { Floats, Ints } from "../runtime/check.ts";
export function softmaxForward(
  probs: Floats,
  logits: Floats,
  B: number,
  T: number,
  V: number,
  Vp: number,
): void {
  throw new Error("not written yet");
}
export function softmaxBackward(
  dlogits: Floats,
  dprobs: Floats,
  probs: Floats,
  B: number,
  T: number,
  V: number,
  Vp: number,
): void {
  throw new Error("not written yet");
}
