// How the residual stream grows with each addition, as it is and with scaled blocks. A slider chooses the number of layers.

import type * as PlotModule from "@observablehq/plot";
import {
  labelled,
  makeReadout,
  makeSlider,
  plotStyle,
  stack,
} from "../../../src/figures/controls.ts";
import { type Exports, numbers, type Space } from "../../../src/figures/exports.ts";

/**
 * @param values the run's exports: layers, and for each of them 2 * layers + 1 sizes in asis and in scaled, one list after
 *   the other
 * @throws TypeError if one of them is missing or has another length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): HTMLElement {
  const layers = numbers(values, "layers");
  if (layers.length === 0 || !layers.every((L) => Number.isInteger(L) && L > 0)) {
    throw new TypeError("the figure needs whole numbers above 0 in layers, at least one");
  }
  const total = layers.reduce((sum, L) => sum + 2 * L + 1, 0);
  const [asis, scaled] = ["asis", "scaled"].map((name) => {
    const read = numbers(values, name);
    if (read.length !== total) {
      throw new TypeError(`the figure needs ${total} numbers in ${name}, not ${read.length}`);
    }
    return read;
  });
  const series = ["as it is", "scaled by 1/√(2L)"];
  const top = Math.max(...asis, ...scaled);
  let at = Math.min(2, layers.length - 1);

  const text = makeReadout();
  const plot = document.createElement("div");
  const update = () => {
    const L = layers[at];
    slider.setAttribute("aria-valuetext", `${L} layers`);
    const start = layers.slice(0, at).reduce((sum, before) => sum + 2 * before + 1, 0);
    const points = [asis, scaled].flatMap((list, k) =>
      Array.from({ length: 2 * L + 1 }, (_, n) => ({
        series: series[k],
        n,
        size: list[start + n],
      })),
    );
    const ends = [asis, scaled].map((list) => list[start + 2 * L].toFixed(2));
    text.textContent = `L = ${L}: ${2 * L} additions, size ${ends[0]} at the end, scaled ${ends[1]}`;
    const laws = [1, 1 / (2 * L)].map((variance) =>
      Array.from({ length: 2 * L + 1 }, (_, n) => ({ n, size: Math.sqrt(1 + n * variance) })),
    );
    plot.replaceChildren(
      Plot.plot({
        ariaLabel: `Size of the residual stream over the additions, for ${L} layers`,
        width,
        height: Math.min(360, Math.max(280, width * 0.45)),
        marginLeft: 44,
        marginRight: 18,
        marginTop: 28,
        marginBottom: 46,
        style: plotStyle,
        x: { label: "additions →", labelOffset: 40 },
        y: { label: "↑ size of the stream", grid: true, domain: [0, top], nice: true },
        color: { domain: series, range: ["var(--mark-3)", "var(--forward)"] },
        marks: [
          ...laws.map((law) =>
            Plot.line(law, {
              x: "n",
              y: "size",
              stroke: "var(--line-strong)",
              strokeDasharray: "4 3",
            }),
          ),
          Plot.line(points, { x: "n", y: "size", stroke: "series", strokeWidth: 2 }),
          Plot.text(
            points.filter(({ n }) => n === 2 * L),
            {
              ...{ x: "n", y: "size", text: "series", fill: "series" },
              ...{ textAnchor: "end", dy: -14 },
            },
          ),
        ],
      }),
    );
  };

  const slider = makeSlider({ max: layers.length - 1, value: at }, (value) => {
    at = value;
    update();
  });
  update();
  return stack(labelled("layers", slider), text, plot);
}
