// Guessing from counts: losses worked out by hand.

import { expect, test } from "vitest";
import { lossOfCounts } from "../../src/training/counts.ts";

test("single tokens: a token that was never read gets its part of what is spread over all", () => {
  // Read: a a a b, V = 4. p(a) = (3 + 20/4) / 24 = 1/3, p(b) = (1 + 5) / 24 = 1/4, p(d) = 5/24.
  const read = [0, 0, 0, 1];
  const loss = (...text: number[]) => lossOfCounts(read, [2, ...text], text.length, 0, 4);
  expect(loss(0)).toBeCloseTo(Math.log(3), 12);
  expect(loss(1)).toBeCloseTo(Math.log(4), 12);
  expect(loss(3)).toBeCloseTo(Math.log(24 / 5), 12);
  expect(loss(0, 1)).toBeCloseTo((Math.log(3) + Math.log(4)) / 2, 12);
});

test("pairs: seen twenty times, a context weighs as much as the single tokens", () => {
  // Read: a b, twenty times. p(b) = (20 + 20/2) / (40 + 20) = 1/2; after a, which 20 times is followed by b:
  // (20 + 20/2) / (20 + 20) = 3/4.
  const read = Array.from({ length: 40 }, (_, i) => i % 2);
  expect(lossOfCounts(read, [0, 1], 1, 0, 2)).toBeCloseTo(Math.log(2), 12);
  expect(lossOfCounts(read, [0, 1], 1, 1, 2)).toBeCloseTo(Math.log(4 / 3), 12);
});

test("triples: a context that was never seen is the shorter one's guess", () => {
  const read = Array.from({ length: 40 }, (_, i) => i % 2);
  // After b b, which never was: as after b, 19 or 20 times followed by a: b occurs 20 times, the last at the end.
  const afterB = (19 + 20 / 2) / (20 + 20);
  const pairs = lossOfCounts(read, [1, 1, 0], 2, 1, 2);
  const triples = lossOfCounts(read, [1, 1, 0], 2, 2, 2);
  expect(pairs).toBeCloseTo(-(Math.log(1 / 2 / 2) + Math.log(afterB)) / 2, 12);
  expect(triples).toBeCloseTo(pairs, 12);
});

test("only targets count, and what comes after them changes nothing", () => {
  const read = [0, 1, 2, 0, 1, 2];
  const loss = lossOfCounts(read, [0, 1, 2], 2, 2, 3);
  expect(lossOfCounts(read, [0, 1, 2, 2, 2], 2, 2, 3)).toBe(loss);
  expect(lossOfCounts(read, [0, 1, 2, 2, 2], 4, 2, 3)).toBeGreaterThan(loss);
});
