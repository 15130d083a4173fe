// The loss of a table over the steps of its training, in the text that it is trained on and in the text kept apart, beside
// what knowing nothing costs and what counting gives.

import type * as PlotModule from "@observablehq/plot";
import { nameStyle, plotStyle } from "../../../src/figures/controls.ts";
import { type Exports, number, numbers, type Space } from "../../../src/figures/exports.ts";

/**
 * @param values the run's exports: steps, losses, keptLosses, uniform, counted
 * @throws TypeError if one of them is missing or they differ in length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): Element {
  const [steps, losses, kept] = ["steps", "losses", "keptLosses"].map((name) =>
    numbers(values, name),
  );
  if (steps.length < 2 || losses.length !== steps.length || kept.length !== steps.length) {
    throw new TypeError("the figure needs a number of losses and of keptLosses for each step");
  }
  const [uniform, counted] = [number(values, "uniform"), number(values, "counted")];

  // On a logarithmic axis there is no step 0: the first is drawn half a step in.
  const x = (step: number) => Math.max(0.5, step);
  const last = steps[steps.length - 1];
  const curve = (y: readonly number[], stroke: string, strokeWidth: number) =>
    Plot.line(
      steps.map((step, i) => [x(step), y[i]] as const),
      { stroke, strokeWidth, clip: true },
    );
  const level = (y: number) =>
    Plot.ruleY([y], { stroke: "var(--ink-soft)", strokeDasharray: "4 3" });
  const name = (
    at: readonly [number, number],
    text: string,
    fill: string,
    dy: number,
    textAnchor: "start" | "end",
  ) =>
    Plot.text([at], {
      ...{ ...nameStyle, text: () => text, fill },
      ...{ textAnchor, dy },
    });
  return Plot.plot({
    ariaLabel: "The loss over the steps of training, beside that of counting",
    width,
    height: Math.min(360, Math.max(280, width * 0.5)),
    ...{ marginLeft: 40, marginRight: 20, marginTop: 24, marginBottom: 44, style: plotStyle },
    x: {
      ...{ type: "log", domain: [0.5, last], label: "steps →", labelOffset: 38 },
      ...{ ticks: [1, 10, 100, 1000], tickFormat: "d" },
    },
    y: { label: "↑ nats", grid: true, domain: [2, 3.4], ticks: 7 },
    marks: [
      level(uniform),
      level(counted),
      curve(kept, "var(--ink-soft)", 1.8),
      curve(losses, "var(--forward)", 2.4),
      name([last, uniform], "knowing nothing", "var(--ink-soft)", 12, "end"),
      name([0.6, counted], "counted", "var(--ink-soft)", -10, "start"),
      name([12, losses[nearestTo(steps, 12)]], "trained", "var(--forward)", 26, "end"),
      name([20, kept[nearestTo(steps, 20)]], "kept apart", "var(--ink-soft)", -14, "start"),
    ],
  });
}

const nearestTo = (steps: readonly number[], wanted: number): number => {
  const at = steps.findIndex((step) => step >= wanted);
  return at < 0 ? steps.length - 1 : at;
};
