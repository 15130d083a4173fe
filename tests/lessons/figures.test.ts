import { expect, test } from "vitest";
import { nearest } from "../../src/figures/controls.ts";

test("a slider begins at the value that is nearest, the first where two are", () => {
  expect(nearest([0.1, 0.9, 1.2, 3], 1)).toBe(1);
  expect(nearest([0, 2], 1)).toBe(0);
  expect(nearest([5], -100)).toBe(0);
});
