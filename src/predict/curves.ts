// The curves that lessons ask for. They are computed when the site is built, by the kernels.

import { crossentropyForward } from "@llm.ts/kernels/crossentropy/crossentropy.ts";
import { geluBackward } from "@llm.ts/kernels/gelu/gelu.ts";
import { learningRate } from "@llm.ts/kernels/model/schedule.ts";
import { softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";
import { type Plot, type PlotAxis, spaced } from "./plot.ts";

function plot(
  x: PlotAxis,
  y: PlotAxis,
  compute: (at: Float64Array) => Iterable<number>,
  samples = 101,
): Plot {
  const at = Float64Array.from({ length: samples }, (_, i) => spaced(i, samples, x));
  return { x, y, truth: Array.from(compute(at), (value) => Number(value.toPrecision(4))) };
}

/** Of a row of logits, the probability of the first at each temperature. */
function firstProbability(logits: readonly number[], temperatures: Float64Array): number[] {
  const [T, V] = [temperatures.length, logits.length];
  const probs = new Float64Array(T * V);
  const rows = Float64Array.from({ length: T * V }, (_, i) => logits[i % V]);
  for (let i = 0; i < rows.length; i++) rows[i] /= temperatures[Math.floor(i / V)];
  softmaxForward(probs, rows, 1, T, V, V);
  return Array.from({ length: T }, (_, t) => probs[t * V]);
}

export const curves = {
  "gelu-slope": plot(
    { label: "x", from: -4, to: 4, ticks: [-4, -2, 0, 2, 4] },
    { label: "slope", from: -0.5, to: 1.5, ticks: [-0.5, 0, 0.5, 1, 1.5], step: 0.05 },
    (x) => {
      const dinp = new Float64Array(x.length);
      geluBackward(dinp, new Float64Array(x.length).fill(1), x, x.length);
      return dinp;
    },
  ),
  loss: plot(
    { label: "p", from: 0.04, to: 1, ticks: [0.2, 0.4, 0.6, 0.8, 1] },
    { label: "loss", from: 0, to: 4, ticks: [0, 1, 2, 3, 4], step: 0.1 },
    (p) => {
      const losses = new Float64Array(p.length);
      crossentropyForward(losses, p, new Int32Array(p.length), 1, p.length, 1);
      return losses;
    },
  ),
  temperature: plot(
    { label: "temperature", from: 0.1, to: 4.1, ticks: [1, 2, 3, 4] },
    { label: "probability", from: 0, to: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1], step: 0.02 },
    (temperatures) => firstProbability([2, 1, 0, -1, -2], temperatures),
  ),
  schedule: plot(
    { label: "step", from: 1, to: 81, ticks: [1, 21, 41, 61, 81] },
    { label: "learning rate", from: 0, to: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1], step: 0.02 },
    (steps) => {
      const shape = {
        kind: "cosine",
        lr: 1,
        warmupSteps: 20,
        totalSteps: 80,
        floor: 0.1,
      } as const;
      return steps.map((step) => learningRate(shape, step));
    },
    81, // a step each
  ),
} satisfies Record<string, Plot>;
