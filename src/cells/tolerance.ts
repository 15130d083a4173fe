// What a tensor must hold, and by how much it may be off.

import type { Expected } from "./check.ts";

/** Two numbers agree where |got - expected| <= atol + rtol * |expected|. */
export interface Tolerance {
  atol: number;
  rtol: number;
}

/**
 * float32 keeps about 7 digits. PyTorch and a reader sum in different orders, over some hundred numbers, which costs one
 * or two of them.
 */
export const tolerance: Tolerance = { atol: 1e-5, rtol: 1e-5 };

const targets = new WeakMap<Expected, Float32Array>(); // every known mistake is compared with the same ones

/** The numbers that `expected` must hold after the call. */
export function target(expected: Expected): Float32Array {
  const { how, before, torch } = expected;
  if (how !== "adds") return torch;
  const sums = targets.get(expected) ?? torch.map((value, i) => before[i] + value);
  targets.set(expected, sums);
  return sums;
}

/** What the call must do to the tensor: the result where it is written, else the change. */
export function changeOf({ how, before, torch }: Expected): Float32Array {
  return how === "updates" ? torch.map((value, i) => value - before[i]) : torch;
}

/** What the call did to the tensor. */
export function changed(got: Float32Array, { how, before }: Expected): Float32Array {
  return how === "writes" ? got : got.map((value, i) => value - before[i]);
}

/** By how much a number may be off. */
export function allowed(expected: number): number {
  return tolerance.atol + tolerance.rtol * Math.abs(expected);
}
