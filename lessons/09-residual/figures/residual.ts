// The size of a gradient on its way down through a stack of blocks, on a logarithmic axis: three networks, and a slider for
// how strong their blocks are.

import type * as PlotModule from "@observablehq/plot";
import {
  labelled,
  makeReadout,
  makeSlider,
  plotStyle,
  stack,
} from "../../../src/figures/controls.ts";
import { type Exports, integer, numbers, type Space } from "../../../src/figures/exports.ts";

const networks = [
  { name: "plain", label: "not added", colour: "var(--mark-4)", at: 0.25, dy: 18 },
  { name: "added", label: "added", colour: "var(--backward)", at: 1, dy: -14 },
  { name: "normed", label: "added, with LayerNorm", colour: "var(--mark-3)", at: 1, dy: 14 },
] as const;
const domain = [1e-12, 1e6];

/**
 * @param values the run's exports: blocks, strengths, and plain, added, normed, each with blocks + 1 sizes for each strength
 * @throws TypeError if one of them is missing or has another length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): HTMLElement {
  const blocks = integer(values, "blocks", 1, 200);
  const strengths = numbers(values, "strengths");
  const sizes = networks.map(({ name }) => {
    const read = numbers(values, name);
    if (strengths.length === 0 || read.length !== strengths.length * (blocks + 1)) {
      throw new TypeError(
        `the figure needs ${blocks + 1} numbers in ${name} for each of the strengths, at least one`,
      );
    }
    return read;
  });
  let at = Math.min(4, strengths.length - 1);

  const text = makeReadout(4);
  const plot = document.createElement("div");
  const update = () => {
    const start = at * (blocks + 1);
    const points = networks.flatMap(({ label }, k) =>
      Array.from({ length: blocks + 1 }, (_, passed) => ({
        label,
        passed,
        size: sizes[k][start + passed],
      })),
    );
    const ends = networks.map(({ label }, k) => `${label}: ${digits(sizes[k][start + blocks])}`);
    text.textContent = `strength ${strengths[at].toFixed(1)}, after ${blocks} blocks\n${ends.join("\n")}`;
    plot.replaceChildren(
      Plot.plot({
        ariaLabel: `Size of the gradient over the blocks passed, for blocks of strength ${strengths[at].toFixed(1)}`,
        width,
        height: Math.min(400, Math.max(300, width * 0.5)),
        marginLeft: 54,
        marginRight: 18,
        marginTop: 28,
        marginBottom: 46,
        style: plotStyle,
        x: { label: "blocks passed on the way down →", labelOffset: 40, domain: [0, blocks] },
        y: {
          type: "log",
          label: "↑ size of the gradient",
          domain,
          clamp: true,
          grid: true,
          ticks: 6,
          tickFormat: (x: number) => `1e${Math.round(Math.log10(x))}`,
        },
        color: {
          domain: networks.map(({ label }) => label),
          range: networks.map(({ colour }) => colour),
        },
        marks: [
          Plot.ruleY([1], { stroke: "var(--line-strong)", strokeDasharray: "4 3" }),
          Plot.line(points, { x: "passed", y: "size", stroke: "label", strokeWidth: 2 }),
          ...networks.map(({ label, at, dy }) =>
            Plot.text(
              points.filter((one) => one.label === label && one.passed === Math.round(at * blocks)),
              {
                ...{ x: "passed", y: "size", text: "label", fill: "label", dy },
                ...{ textAnchor: "end", stroke: "var(--raised)", strokeWidth: 4 },
              },
            ),
          ),
          Plot.dot(points, {
            x: "passed",
            y: "size",
            fill: "label",
            r: 2.5,
            title: ({ label, passed, size }) => `${label}, after ${passed} blocks: ${digits(size)}`,
          }),
        ],
      }),
    );
  };

  const slider = makeSlider({ max: strengths.length - 1, value: at, ink: "backward" }, (value) => {
    at = value;
    update();
  });
  update();
  return stack(labelled("strength", slider), text, plot);
}

/** Two digits, with an exponent where the number is far from 1. */
function digits(size: number): string {
  return size >= 0.01 && size < 1000 ? String(Number(size.toPrecision(2))) : size.toExponential(1);
}
