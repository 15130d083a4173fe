// What three layers move through memory, there and back: by their kernels, and on the tape.

import type * as PlotModule from "@observablehq/plot";
import { plotStyle } from "../../../src/figures/controls.ts";
import { type Exports, numbers, type Space, strings } from "../../../src/figures/exports.ts";

/**
 * @param values the run's exports: names of layers, and for each of them tapeBytes and kernelBytes
 * @throws TypeError if one of them is missing or they differ in length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): Element {
  const names = strings(values, "names");
  const [tape, kernels] = ["tapeBytes", "kernelBytes"].map((name) => numbers(values, name));
  if (names.length < 1 || [tape, kernels].some((all) => all.length !== names.length)) {
    throw new TypeError("the figure needs tapeBytes and kernelBytes for each of the names");
  }
  const bars = names.flatMap((layer, k) => [
    { layer, how: "kernels", bytes: kernels[k], times: 1 },
    { layer, how: "tape", bytes: tape[k], times: tape[k] / kernels[k] },
  ]);
  return Plot.plot({
    ariaLabel: bars.map(({ layer, how, bytes }) => `${layer}, ${how}: ${mb(bytes)}`).join("; "),
    width,
    height: 66 + 66 * names.length,
    ...{ marginLeft: 62, marginRight: 112, marginTop: 22, marginBottom: 44, style: plotStyle },
    x: {
      label: "MB moved →",
      labelOffset: 38,
      transform: (bytes: number) => bytes / 1e6,
      grid: true,
    },
    y: { label: null, tickSize: 0, domain: ["kernels", "tape"], padding: 0.15 },
    fy: { axis: null, domain: names, padding: 0.3 },
    marks: [
      Plot.barX(bars, {
        ...{ x: "bytes", y: "how", fy: "layer" },
        fill: {
          value: ({ how }) => (how === "tape" ? "var(--line-strong)" : "var(--forward)"),
          scale: null,
        },
      }),
      Plot.text(bars, {
        ...{ x: "bytes", y: "how", fy: "layer", dx: 8, textAnchor: "start" },
        text: ({ bytes, how, times }) =>
          how === "tape" ? `${mb(bytes)}, × ${times.toFixed(1)}` : mb(bytes),
      }),
      Plot.text(names, {
        ...{ fy: (name: string) => name, text: (name: string) => name, frameAnchor: "top-left" },
        ...{ dy: -11, dx: -56, textAnchor: "start", fontWeight: 600 },
      }),
    ],
  });
}

const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
