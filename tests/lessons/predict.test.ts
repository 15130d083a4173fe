// What a prediction's numbers and curves are judged by.

import { expect, test } from "vitest";
import { curves } from "../../src/predict/curves.ts";
import { type Asked, judgeNumbers, parseNumber, written } from "../../src/predict/numbers.ts";
import { across, distance, judgeCurve, type Plot, up, valueAt } from "../../src/predict/plot.ts";
import { describeGuesses } from "../../src/reader/did.ts";

test.each([
  ["12", 12],
  [" -0.5 ", -0.5],
  ["−3", -3],
  ["+.25", 0.25],
  ["1e3", 1000],
  ["16,777,217", 16777217],
  ["1 024", 1024],
  ["1/32", 0.03125],
  ["2^6", 64],
  ["2**-10", 2 ** -10],
  ["-2 ^ 2", -4],
  ["1 / 2^5", 0.03125],
])("%s is a number", (text, value) => {
  expect(parseNumber(text)).toBe(value);
});

test("a number may bring its unit along", () => {
  expect(parseNumber("12 %", "%")).toBe(12);
  expect(parseNumber("475MiB", "MiB")).toBe(475);
  expect(() => parseNumber("475 kB", "MiB")).toThrow("“475 kB” is not a number");
});

test.each([
  "",
  "nine",
  "1.2.3",
  "1e",
  "0x10",
  "1/0",
  "1/2/3",
  "2^",
  "^2",
  "2^3^4",
  "2^x",
  "Infinity",
  "0,500,000",
  "12 or so",
])("“%s” is not", (text) => {
  expect(() => parseNumber(text)).toThrow("write it in digits");
});

test("a comma before decimals gets its own word", () => {
  expect(() => parseNumber("0,5")).toThrow("write a point before the decimals, as in 0.5.");
});

test("numbers are written as in a sentence", () => {
  expect([1024, -0.5, 6e-8].map((value) => written(value))).toEqual(["1,024", "−0.5", "6e−8"]);
  expect([written(12, "%"), written(4, "times")]).toEqual(["12%", "4 times"]);
});

test("a guess is right, close enough, or told the answer", () => {
  const loss = { value: 6.93, within: 0.1 };
  const near = "You said 7; it is 6.93. That is near enough: you saw how large it is.";
  const judged = (asked: Asked, guess: string) => {
    const { held, says } = judgeNumbers([asked], [guess]);
    return [held, says];
  };
  expect(judged(loss, "6.93")).toEqual(["right", "You said 6.93, and so it is."]);
  expect(judged(loss, "7")).toEqual(["near", near]);
  expect(judged(loss, "7.1")).toEqual(["far", "You said 7.1; it is 6.93."]);
  expect(judged({ value: 23 }, "24")).toEqual(["far", "You said 24; it is 23."]);
  const bytes = [
    { label: "`é`", value: 2 },
    { label: "`漢`", value: 3 },
  ];
  expect(judgeNumbers(bytes, ["2", "4"])).toEqual({
    held: "far",
    says: "é: you said 2, and so it is.\n漢: you said 4; it is 3.",
    because: [1],
  });
  expect(judgeNumbers([loss], ["7"]).because).toEqual([]); // near is no mistake
  expect(judgeNumbers(bytes, ["2", "3"]).held).toBe("right");
  expect(judgeNumbers([{ value: 1 }, loss], ["1", "7"]).held).toBe("near");
  expect(() => judgeNumbers(bytes, ["2"])).toThrow("2 numbers");
});

test.each([
  [475, "100", "You said 100; it is 475, 4.8 times as much."],
  [64, "128", "You said 128; it is 64, and yours is 2 times as much."],
  [-3, "3", "You said 3; it is −3: the size is right, and the sign is the other one."],
  [-3, "1", "You said 1; it is −3."],
  [0, "1", "You said 1; it is 0."],
  [5, "0", "You said 0; it is 5."],
  [12000, "1", "You said 1; it is 12,000, 12,000 times as much."],
])("of %d, the guess %s is told by how much it is off", (value, guess, says) => {
  expect(judgeNumbers([{ value }], [guess]).says).toBe(says);
});

test.each([
  [{ asked: 5, made: 0, right: 0, near: 0, line: false }, ""],
  [
    { asked: 5, made: 4, right: 2, near: 1, line: false },
    "Before you looked, you guessed 4 of 5 answers: 2 were right and 1 was near.",
  ],
  [
    { asked: 5, made: 5, right: 0, near: 0, line: true },
    "Before you looked, you guessed all 5 answers. The line of the derivation is your own.",
  ],
  [{ asked: 3, made: 0, right: 0, near: 0, line: true }, "The line of the derivation is your own."],
  [
    { asked: 1, made: 1, right: 1, near: 0, line: false },
    "Before you looked, you guessed the one answer, and it was right.",
  ],
])("the end of a lesson says of %j: %s", (guesses, says) => {
  expect(describeGuesses(guesses)).toBe(says);
});

const straight: Plot = {
  x: { label: "x", from: 0, to: 8, ticks: [] },
  y: { label: "y", from: 0, to: 1, ticks: [] },
  truth: [0, 0.25, 0.5, 0.75, 1],
};

test("a place in the drawing and its value belong together", () => {
  expect(valueAt(up(0.3, straight.y), straight.y)).toBeCloseTo(0.3, 12);
  expect(valueAt(-1000, straight.y)).toBe(1);
  expect(across(8, straight.x)).toBeGreaterThan(across(0, straight.x));
  expect(up(1, straight.y)).toBeLessThan(up(0, straight.y));
});

test("two curves are compared along all of x", () => {
  const flat = Array(9).fill(0.5);
  expect(distance(flat, straight)).toEqual({ mean: 0.3, most: 0.5, at: 0 });
  expect(judgeCurve(flat, straight).says).toBe(
    "Yours is the dashed line: on average 0.3 away from the true one, and at most 0.5 (x = 0).",
  );
  const same = Array.from({ length: 9 }, (_, i) => i / 8);
  const both = [flat, same].map((curve) => judgeCurve(curve, straight));
  expect(both.map(({ held }) => held)).toEqual(["far", "near"]);
  expect(both.map(({ because }) => because)).toEqual([[0], []]);
  expect(judgeCurve(same, straight).says).toMatch(/^Very close\..* on average 0 away/);
});

test("the curves are those of the formulas, and fit their pictures", () => {
  const at = (name: keyof typeof curves, x: number) => {
    const { x: axis, truth } = curves[name];
    return truth[Math.round(((x - axis.from) / (axis.to - axis.from)) * (truth.length - 1))];
  };
  expect(at("gelu-slope", 0)).toBeCloseTo(0.5, 12);
  expect(Math.max(...curves["gelu-slope"].truth)).toBeCloseTo(1.129, 3);
  expect(at("loss", 1)).toBeCloseTo(0, 12);
  expect(at("loss", 0.52)).toBeCloseTo(-Math.log(0.52), 3);
  expect(at("temperature", 0.1)).toBeGreaterThan(0.999);
  expect(at("temperature", 4.1)).toBeCloseTo(0.307, 3);
  expect([1, 20, 21].map((step) => at("schedule", step))).toEqual([0.05, 1, 1]);
  expect(at("schedule", 81)).toBeCloseTo(0.1, 12);
  for (const { y, truth } of Object.values<Plot>(curves)) {
    expect(Math.min(...truth)).toBeGreaterThanOrEqual(y.from);
    expect(Math.max(...truth)).toBeLessThanOrEqual(y.to);
  }
});
