// How a run is written down, and where the figure puts it.

import { expect, test } from "vitest";
import { between, frameOf, pathOf } from "../../src/recorded/curve.ts";
import { numbersOf, spoken, writingOf } from "../../src/recorded/words.ts";
import { type Recording, type Stop, stepsToStop, thin } from "../../src/training/recording.ts";
import { defaultSampling, defaults } from "../../src/training/settings.ts";

const stop = (step: number, loss: number, text = "", ends: number[] = []): Stop => ({
  ...{ step, loss, text, ends, seconds: step / 10 },
});

const recording: Recording = {
  settings: { ...defaults.tiny, steps: 400 },
  sampling: defaultSampling,
  text: { name: "", train: 0, validation: 0 },
  computer: "",
  targets: 4,
  baselines: [5, 4, 3.5],
  losses: [
    [1, 6.9],
    [400, 3],
  ],
  stops: [stop(0, 6.9), stop(100, 4.9), stop(400, 3.3)],
};

test("a run is stopped where the square root of the step is a multiple", () => {
  expect(stepsToStop(400, 5)).toEqual([0, 25, 100, 225, 400]);
  expect(stepsToStop(2, 9)).toEqual([0, 1, 2]); // each step once
});

test("the first twenty losses are kept, later ones are means at mean steps", () => {
  const losses = Array.from({ length: 400 }, (_, i) => 8 - (i + 1) / 100);
  const points = thin(losses, 20);
  expect(points.slice(0, 20)).toEqual(
    Array.from({ length: 20 }, (_, i) => [i + 1, Number((8 - (i + 1) / 100).toFixed(4))]),
  );
  // Between the roots 5 and 6: steps 25 to 35.
  expect(points.find(([step]) => step === 30)).toEqual([30, 7.7]);
  expect(points.find(([step]) => step === 56)).toEqual([56, 7.44]); // between the roots 7 and 8
  expect(points).toHaveLength(20 + 17); // the roots 4 to 20
  // These losses lie on a line, so a mean is on it too, but for the rounding of its step.
  for (const [step, loss] of points) expect(Math.abs(loss - 8 + step / 100)).toBeLessThan(0.0051);
  expect(points.at(-1)).toEqual([400, 4]);
});

test("steps are as far from the left as their square root says, losses as far down as they are low", () => {
  const { x, y, levels, ticks } = frameOf(recording);
  expect([0, 100, 400].map(x)).toEqual([0, 0.5, 1]);
  expect(y(7)).toBeCloseTo(0, 12); // a tenth over the highest
  expect(y(2.85)).toBeCloseTo(1, 12);
  expect(levels).toEqual([3, 4, 5, 6, 7]);
  expect(ticks).toEqual([0, 10, 50, 100, 200, 400]);
});

test("between two stops it is in between, on the line that is drawn", () => {
  const frame = frameOf(recording);
  const { x, y } = between(recording.stops, frame, 1.5);
  expect(x).toBeCloseTo(0.75, 12);
  expect(y).toBeCloseTo(frame.y(4.1), 12);
  expect(between(recording.stops, frame, 2)).toEqual({ x: 1, y: frame.y(3.3) });
  const down = Math.round(1000 * frame.y(4.9));
  expect(pathOf([[100, 4.9]], frame)).toBe(`M500 ${down}`);
  expect(pathOf(recording.losses, frame)).toMatch(/^M50 \d+L1000 964$/);
});

test("the numbers of a stop are said as the figure shows them", () => {
  expect(numbersOf(stop(1234, 3.456))).toEqual({ step: "1,234", loss: "3.46", time: "2 min 3 s" });
  expect(spoken(stop(0, 6.971))).toBe("step 0, loss 6.97, after 0 s");
});

test("the end of a text leaves a line free, whatever was written before it, and no control character is shown", () => {
  const marker = "<|endoftext|>";
  const written = `\nYes.\n\n${marker}ROMEO:${marker}No\u0007\t.\n`;
  const ends = [7, 7 + marker.length + 6];
  expect(writingOf(stop(1, 1, written, ends))).toBe("\nYes.\n\nROMEO:\n\nNo\uFFFD\t.");
  // Spelled out in letters it is text.
  expect(writingOf(stop(1, 1, marker))).toBe(marker);
});
