// Logits in a sketch, as bars that one drags, each above or below its word.

import { bar, digits, label, line, named, type SketchHandle, sketchWidth } from "./sketch.ts";

export const words = ["red", "green", "blue", "grey", "pink"];
export const V = words.length;

const most = 4; // the largest logit, and the least is minus that
const zero = 96; // y of a logit of 0
const unit = 17; // of 1
const left = 58;
const column = (sketchWidth - left) / V;

/** The middle of a word's column. */
export const middle = (v: number): number => left + column * (v + 0.5);
export const width = 34; // of a bar

/** The bars from 0 to each logit, and what they are called. */
export const drawLogits = (logits: readonly number[]): string =>
  [
    label(0, zero + 5, "logits", { role: "soft", symbol: "logits" }),
    line(left, zero, sketchWidth, zero),
    ...logits.map((z, v) =>
      named(
        "logits",
        bar(middle(v) - width / 2, width, zero, zero - unit * z, "input"),
        label(middle(v), zero - unit * z + (z < 0 ? 24 : -14), digits(z, 1), {
          role: "input",
          anchor: "middle",
        }),
      ),
    ),
  ].join("");

/** A handle at the end of each bar. @param set the state with another logit at v */
export const logitHandles = <State>(
  logits: readonly number[],
  set: (v: number, value: number) => State,
): SketchHandle<State>[] =>
  logits.map((z, v) => ({
    name: `logit of ${words[v]}`,
    symbol: "logits",
    role: "input",
    cx: middle(v),
    cy: zero - unit * z,
    y: {
      ...{ min: -most, max: most, step: 0.1, value: z },
      at: ({ y }) => (zero - y) / unit,
      set: (value) => set(v, Math.round(10 * value) / 10),
    },
  }));

/** Bars for the probabilities, from a line upwards. @param foot y of the line @param high of a probability of 1 */
export const drawProbs = (probs: ArrayLike<number>, foot: number, high: number): string =>
  [
    label(0, foot, "probs", { role: "soft", symbol: "probs" }),
    line(left, foot, sketchWidth, foot),
    ...Array.from(probs, (p, v) =>
      named(
        "probs",
        bar(middle(v) - width / 2, width, foot, foot - high * p, "output"),
        label(middle(v), foot - high * p - 5, p.toFixed(3), {
          anchor: "middle",
          role: "output",
        }),
      ),
    ),
  ].join("");
