// What is said of an answer that is right in part, and of its way there.

import { expect, test } from "vitest";
import type { Call, Expected } from "../../src/cells/check.ts";
import { grade } from "../../src/cells/grader.ts";
import { describeStanding, type Standing } from "../../src/cells/standing.ts";

const arrays = (wrong: Record<string, number>): Standing[] =>
  Object.entries(wrong).map(([name, wrong]) => ({ name, right: wrong === 0, wrong, count: 8 }));

test.each([
  ["nothing yet", { dinp: 8, dweight: 8 }, undefined, ""],
  ["part", { dinp: 0, dweight: 8, dbias: 8 }, undefined, "dinp is right: 1 of 3."],
  [
    "more of it",
    { dinp: 0, dweight: 0, dbias: 8 },
    undefined,
    "dinp and dweight are right: 2 of 3.",
  ],
  ["all at once", { dinp: 0, dweight: 0 }, undefined, ""],
  [
    "one more than before",
    { dinp: 0, dweight: 0, dbias: 8 },
    { dinp: 0, dweight: 8, dbias: 8 },
    "With this change dweight has come right: 2 of 3.",
  ],
  [
    "the last one",
    { dinp: 0, dweight: 0 },
    { dinp: 0, dweight: 3 },
    "With this change dweight has come right, and nothing is left.",
  ],
  [
    "one lost",
    { dinp: 8, dweight: 0 },
    { dinp: 0, dweight: 0 },
    "dweight is right: 1 of 2. dinp was right before this change.",
  ],
  [
    "one for another",
    { dinp: 8, dweight: 0 },
    { dinp: 0, dweight: 8 },
    "With this change dweight has come right: 1 of 2. dinp was right before this change.",
  ],
  [
    "nearer",
    { dinp: 2 },
    { dinp: 8 },
    "Over all sizes, 2 of 8 numbers of dinp are wrong now; before, 8 were.",
  ],
  ["no nearer", { dinp: 8 }, { dinp: 8 }, ""],
  ["farther", { dinp: 8 }, { dinp: 2 }, ""],
  ["passed again", { dinp: 0 }, { dinp: 0 }, ""],
] as [string, Record<string, number>, Record<string, number> | undefined, string][])(
  "%s",
  (_, now, before, says) => {
    expect(describeStanding(arrays(now), before && arrays(before))).toBe(says);
  },
);

test("an array is right where it is in all calls, and what is counted is of the calls that stay the same", () => {
  const expected = (tensor: string, argument: number): Expected => ({
    ...{ tensor, argument, how: "writes", shape: [2], axes: ["i"] },
    ...{ before: new Float32Array(2), torch: Float32Array.of(1, 2) },
  });
  const call = (name: string, seed?: number): Call => ({
    ...{ case: name, sizes: { N: 2 }, names: ["a", "b"], shapes: [[2], [2]] },
    args: [new Float32Array(2), new Float32Array(2)],
    expected: [expected("a", 0), expected("b", 1)],
    ...(seed === undefined ? {} : { seed }),
  });
  const right = () => Float32Array.of(1, 2);
  const calls = [call("first"), call("drawn", 7)];
  const half = [
    [right(), Float32Array.of(1, 5)],
    [Float32Array.of(9, 9), right()],
  ];
  expect(grade(calls, half).arrays).toEqual([
    { name: "a", right: false, wrong: 0, count: 2 },
    { name: "b", right: false, wrong: 1, count: 2 },
  ]);
  const whole = [
    [right(), right()],
    [right(), right()],
  ];
  expect(grade(calls, whole).arrays?.every((one) => one.right)).toBe(true);
});
