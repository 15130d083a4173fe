// What is drawn under the losses, and which steps: worked out by hand.

import { expect, test } from "vitest";
import { pointsOf } from "../../src/trainer/panels/curve.ts";
import { powers, short, stripsOf } from "../../src/trainer/panels/strips.ts";
import { closer, further } from "../../src/trainer/panels/zoom.ts";
import { settingsAt } from "../../src/training/changes.ts";
import type { Change } from "../../src/training/history.ts";
import { defaults } from "../../src/training/settings.ts";

const settings = {
  ...defaults.tiny,
  ...{ B: 2, T: 8, accumulation: 3, steps: 20, warmup: 2, learningRate: 0.01 },
};

test("half of the steps are around the one that is read off, and never fewer than ten", () => {
  expect(closer([1, 101], 51)).toEqual([26, 76]);
  expect(closer([1, 101], 3)).toEqual([1, 51]);
  expect(closer([1, 101], 101)).toEqual([51, 101]);
  expect(closer([51, 101], 60)).toEqual([51, 76]);
  expect(closer([40, 52], 46)).toEqual([41, 51]);
  expect(closer([1, 6], 3)).toEqual([1, 6]);
});

test("twice the steps are around it too, until all are shown", () => {
  expect(further([51, 61], 56, [1, 101])).toEqual([46, 66]);
  expect(further([1, 26], 4, [1, 101])).toEqual([1, 51]);
  expect(further([81, 101], 101, [1, 101])).toEqual([61, 101]);
  expect(further([26, 76], 51, [1, 101])).toBeNull();
});

test("the losses of a part are its own, smoothed with those before it", () => {
  const losses = [6, 4, 2, 4, 9].map((loss, i) => ({ step: i + 1, loss }));
  expect(pointsOf(losses, 2, 5, [3, 4])).toEqual([
    { step: 3, loss: 2, smooth: 3 },
    { step: 4, loss: 4, smooth: 3 },
  ]);
  expect(pointsOf(losses, 2, 1, [3, 4])).toEqual([{ step: 3.5, loss: 3, smooth: 3 }]);
});

test("a changed run had other settings before each change", () => {
  const changes: Change[] = [
    { step: 5, setting: "learningRate", from: 0.04, to: 0.02 },
    { step: 7, setting: "steps", from: 10, to: 20 },
    { step: 7, setting: "learningRate", from: 0.02, to: 0.01 },
  ];
  const at = (step: number) => {
    const { learningRate, steps } = settingsAt(settings, changes, step);
    return [learningRate, steps];
  };
  expect([5, 6, 7, 8].map(at)).toEqual([
    [0.04, 10],
    [0.02, 10],
    [0.02, 10],
    [0.01, 20],
  ]);
  expect(settings.learningRate).toBe(0.01);
});

test("of each step the gradient, the rate that it had and the tokens of a second are drawn", () => {
  const losses = [{ step: 1, loss: 7, norm: 3.25, seconds: 0.5 }];
  const changes: Change[] = [{ step: 1, setting: "learningRate", from: 0.04, to: 0.01 }];
  const strips = stripsOf({ losses, validations: [], changes }, settings);
  expect(strips.map((strip) => [strip.name, strip.value(losses[0])])).toEqual([
    ["Length of the gradient", 3.25],
    ["Learning rate", 0.02], // the first of two steps of warm-up
    ["Speed", 96],
  ]);
  expect(strips[0].rule).toEqual({ at: 1, label: "clipped at 1" });
  const [unclipped] = stripsOf({ losses, validations: [] }, { ...settings, maxNorm: 0 });
  expect(unclipped.rule).toBeUndefined();
});

test("an axis has round numbers of few letters", () => {
  expect(powers(0.5, 40)).toEqual([0.1, 1, 10, 100]);
  expect(powers(1.5, 8)).toEqual([1, 2, 5, 10, 20, 50]);
  expect([0, 0.5, 12, 1500, 2_000_000, 0.002, 0.00015].map(short)).toEqual([
    ...["0", "0.5", "12", "1.5k", "2M", "2e−3", "1.5e−4"],
  ]);
});
