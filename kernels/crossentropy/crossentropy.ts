import type { Floats, Ints } from "../runtime/check.ts";
export function crossentropyForward(
  losses: Floats,
  probs: Floats,
  targets: Ints,
  B: number,
  T: number,
  Vp: number,
): void {
  throw new Error("not written yet");
}
export function crossentropyBackward(
  dprobs: Floats,
  dlosses: Floats,
  probs: Floats,
  targets: Ints,
  B: number,
  T: number,
  Vp: number,
): void {
  throw new Error("not written yet");
}
export function crossentropySoftmaxBackward(
  dlogits: Floats,
  dlosses: Floats,
  probs: Floats,
  targets: Ints,
  B: number,
  T: number,
  V: number,
  Vp: number,
): void {
  throw new Error("not written yet");
}
export function crossentropySoftmaxFused(
  logits: Floats,
  losses: Floats,
  dlosses: Floats,
  targets: Ints,
  B: number,
  T: number,
  V: number,
  Vp: number,
): void {
  throw new Error("not written yet");
}
export function crossentropyMean(mean: Floats, losses: Floats, N: number): void {
  throw new Error("not written yet");
}
