// Three ways down an elongated valley: the lines of equal loss, and the path of each method at the learning rate that its
// slider chooses.

import type * as PlotModule from "@observablehq/plot";
import { labelled, makeSlider, plotStyle, stack } from "../../../src/figures/controls.ts";
import { type Exports, integer, numbers, type Space } from "../../../src/figures/exports.ts";

const methods = [
  { name: "SGD", from: "sgd", colour: "var(--ink-soft)" },
  { name: "momentum", from: "momentum", colour: "var(--mark-4)" },
  { name: "AdamW", from: "adamw", colour: "var(--mark-1)" },
] as const;

const area = { x: [-9, 5], y: [-2, 2] } as const; // what is drawn; the minimum is at (0, 0)
const outside = 50; // a path is not followed further than this

interface Point {
  x: number;
  y: number;
  t: number; // steps before it
}

/**
 * @param values the run's exports: curvature (2), rates, steps, chosen (3), and sgd, momentum and adamw, each of shape
 *   (rates, steps + 1, 2)
 * @throws TypeError if one of them is missing or has another length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): HTMLElement {
  const curvature = numbers(values, "curvature");
  const rates = numbers(values, "rates");
  const steps = integer(values, "steps", 1, 1000);
  const chosen = numbers(values, "chosen");
  const right = (k: number) => Number.isInteger(k) && k >= 0 && k < rates.length;
  if (curvature.length !== 2 || !curvature.every((c) => c > 0)) {
    throw new TypeError("the figure needs two curvatures above 0");
  }
  if (chosen.length !== methods.length || !chosen.every(right)) {
    throw new TypeError(`the figure needs ${methods.length} places in rates as \`chosen\``);
  }
  const paths = methods.map(({ from }) => {
    const path = numbers(values, from);
    if (path.length === rates.length * (steps + 1) * 2) return path;
    throw new TypeError(`the figure needs ${from} of shape (rates, steps + 1, 2)`);
  });

  const at = [...chosen];
  const pathOf = (method: number): Point[] =>
    Array.from({ length: steps + 1 }, (_, t) => {
      const place = (at[method] * (steps + 1) + t) * 2;
      return { x: paths[method][place], y: paths[method][place + 1], t };
    });

  const plot = document.createElement("div");
  const update = () => {
    plot.replaceChildren(
      drawValley(
        Plot,
        curvature,
        methods.map((_, k) => pathOf(k)),
        width,
      ),
    );
  };
  const sliders = stack();
  for (const [k, { name, colour }] of methods.entries()) {
    const says = () => `η = ${short(rates[at[k]])}, ${describeEnd(pathOf(k), curvature)}`;
    sliders.append(
      makeRate(name, colour, rates.length, at[k], says, (place) => {
        at[k] = place;
        update();
      }),
    );
  }
  update();
  return stack(sliders, plot);
}

function drawValley(Plot: typeof PlotModule, curvature: number[], paths: Point[][], width: number) {
  const levels = [0.5, 2, 8, 20, 40, 80, 140].flatMap((loss) => ellipse(loss, curvature));
  return Plot.plot({
    ariaLabel: "Lines of equal loss of a narrow valley, and the paths of SGD, momentum and AdamW",
    width,
    height: Math.min(400, Math.max(280, width * 0.5)),
    marginTop: 28,
    marginLeft: 36,
    marginRight: 12,
    marginBottom: 40,
    style: plotStyle,
    x: { domain: area.x, label: "first parameter →", labelOffset: 36, ticks: width < 500 ? 6 : 10 },
    y: { domain: area.y, label: "↑ second parameter", ticks: 5 },
    marks: [
      Plot.line(levels, {
        x: "x",
        y: "y",
        z: "loss",
        stroke: "var(--line-strong)",
        strokeOpacity: 0.55,
        clip: true,
      }),
      ...paths.flatMap((path, k) => {
        const drawn = until(path);
        const { colour } = methods[k];
        return [
          Plot.line(drawn, { x: "x", y: "y", stroke: colour, strokeWidth: 1.4, clip: true }),
          Plot.dot(drawn, {
            x: "x",
            y: "y",
            fill: colour,
            r: 2.4,
            clip: true,
            title: ({ t }: Point) => `${methods[k].name}, after ${t} steps`,
          }),
        ];
      }),
      Plot.dot([{ x: 0, y: 0 }], { x: "x", y: "y", symbol: "plus", stroke: "var(--ink)", r: 6 }),
    ],
  });
}

/** The points of a loss, all round. */
function ellipse(loss: number, [a, b]: number[]) {
  return Array.from({ length: 121 }, (_, k) => {
    const angle = (2 * Math.PI * k) / 120;
    const [x, y] = [Math.sqrt((2 * loss) / a), Math.sqrt((2 * loss) / b)];
    return { loss, x: x * Math.cos(angle), y: y * Math.sin(angle) };
  });
}

/** The path as far as the first point that is far outside. */
function until(path: Point[]): Point[] {
  const lost = path.findIndex(({ x, y }) => !(Math.abs(x) < outside && Math.abs(y) < outside));
  return lost < 0 ? path : path.slice(0, lost);
}

function describeEnd(path: Point[], [a, b]: number[]): string {
  if (until(path).length < path.length) return "flies off";
  const { x, y, t } = path[path.length - 1];
  return `loss ${short((a * x * x + b * y * y) / 2)} after ${t} steps`;
}

const short = (x: number): string => (x === 0 ? "0" : String(Number(x.toPrecision(2))));

function makeRate(
  name: string,
  colour: string,
  length: number,
  place: number,
  says: () => string,
  move: (place: number) => void,
): HTMLElement {
  const options = { max: length - 1, value: place, name: `learning rate of ${name}` };
  const slider = makeSlider(options, (value) => {
    move(value);
    tell();
  });
  slider.style.accentColor = colour;
  const title = document.createElement("span");
  title.textContent = name;
  Object.assign(title.style, { color: colour, fontWeight: "600", minInlineSize: "6.5em" });
  const shown = document.createElement("output");
  Object.assign(shown.style, { fontFamily: "var(--mono)", fontSize: "var(--size-tiny)" });
  const tell = () => {
    shown.textContent = says();
    slider.setAttribute("aria-valuetext", says());
  };
  tell();
  const label = labelled(title, slider);
  label.append(shown);
  label.style.flexWrap = "wrap";
  return label;
}
