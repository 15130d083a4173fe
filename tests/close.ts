import type { Floats } from "@llm.ts/kernels/runtime/check.ts";
import { expect } from "vitest";

/**
 * Asserts that two tensors agree element by element: |actual - expected| <= atol + rtol * |expected|.
 *
 * The message names the worst element. NaN and infinity never pass.
 */
export function expectClose(
  what: string,
  actual: Floats,
  expected: Floats,
  { atol, rtol }: { atol: number; rtol: number },
): void {
  expect(actual.length, `${what}: number of values`).toBe(expected.length);
  let worst = -1;
  let excess = 0;
  for (let i = 0; i < expected.length; i++) {
    const over = Math.abs(actual[i] - expected[i]) - (atol + rtol * Math.abs(expected[i]));
    if (!(over <= excess)) {
      worst = i;
      excess = over;
      if (Number.isNaN(over)) break;
    }
  }
  expect(
    worst,
    worst < 0
      ? what
      : `${what}[${worst}] is ${actual[worst]}, expected ${expected[worst]} within ${atol} + ${rtol} * |expected|`,
  ).toBe(-1);
}
