import type { Floats, Ints } from "../runtime/check.ts";
export function adamwUpdate(
  params: Floats,
  grads: Floats,
  m: Floats,
  v: Floats,
  t: number,
  lr: number,
  beta1: number,
  beta2: number,
  eps: number,
  weightDecay: number,
  N: number,
): void {
  throw new Error("not written yet");
}
