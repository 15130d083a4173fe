// The reader's lines beside ours: which are taken to be the same, and which to stand in the place of which.

import { expect, test } from "vitest";
import { pairLines } from "../../src/cells/beside.ts";

test("lines that are alike pair up, whatever their indentation, and what is between them stands side by side", () => {
  const yours = "a\n  b\nmine\nalso mine\nc\n";
  const ours = "a\nb\nours\nc\nd\n";
  expect(pairLines(yours, ours)).toEqual([
    { same: true, yours: ["a", "  b"], ours: ["a", "b"] },
    { same: false, yours: ["mine", "also mine"], ours: ["ours"] },
    { same: true, yours: ["c"], ours: ["c"] },
    { same: false, yours: [], ours: ["d"] },
  ]);
});

test("texts that differ in their last line break alone are the same, and texts without a common line stand whole", () => {
  expect(pairLines("a\nb\n", "a\nb")).toEqual([
    { same: true, yours: ["a", "b"], ours: ["a", "b"] },
  ]);
  expect(pairLines("x\ny", "a\nb")).toEqual([{ same: false, yours: ["x", "y"], ours: ["a", "b"] }]);
});
