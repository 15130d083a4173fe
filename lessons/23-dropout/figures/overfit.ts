// Two losses over the epochs: on what is read again and again, and on what is not.

import type * as PlotModule from "@observablehq/plot";
import { nameStyle, plotStyle } from "../../../src/figures/controls.ts";
import { type Exports, numbers, type Space } from "../../../src/figures/exports.ts";

/**
 * @param values the run's exports: epochs in rising order, and for each of them trained and unseen, in nats
 * @throws TypeError if one of them is missing or they differ in length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): Element {
  const [epochs, trained, unseen] = ["epochs", "trained", "unseen"].map((name) =>
    numbers(values, name),
  );
  if (epochs.length < 2 || [trained, unseen].some((curve) => curve.length !== epochs.length)) {
    throw new TypeError("the figure needs one value of trained and unseen for each epoch");
  }
  const curve = (y: readonly number[], stroke: string) =>
    Plot.line(
      epochs.map((epoch, i) => [epoch, y[i]] as const),
      { stroke, strokeWidth: 2.2 },
    );
  // Where neither curve is: above the one that falls, and below the one that rises.
  const at = Math.floor(epochs.length * 0.75);
  const name = (y: number, dy: number, text: string, fill: string) =>
    Plot.text([[epochs[at], y]], { ...nameStyle, text: () => text, fill, dy });
  const best = unseen.indexOf(Math.min(...unseen));
  return Plot.plot({
    ariaLabel:
      "Loss over epochs: on what is trained on it falls, on the rest it rises after a while",
    width,
    height: Math.min(340, Math.max(260, width * 0.45)),
    ...{ marginLeft: 40, marginRight: 16, marginTop: 28, marginBottom: 44, style: plotStyle },
    x: { label: "epochs →", labelOffset: 38 },
    y: { label: "↑ loss", grid: true, domain: [0, Math.max(...unseen, ...trained)] },
    marks: [
      Plot.ruleX([epochs[best]], { stroke: "var(--line-strong)", strokeDasharray: "4 3" }),
      curve(trained, "var(--forward)"),
      curve(unseen, "var(--mark-4)"),
      name(trained[at], -22, "on what it reads", "var(--forward)"),
      name(unseen[at], 24, "on what it does not", "var(--mark-4)"),
    ],
  });
}
