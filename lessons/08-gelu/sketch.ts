// GELU as a curve with a point on it that is dragged: how far the input is from 0, how much of it is let through, and how
// steep the curve is there.

import { geluBackward, geluForward } from "@llm.ts/kernels/gelu/gelu.ts";
import {
  curve,
  digits,
  label,
  line,
  mark,
  named,
  type Sketch,
  sketchWidth,
} from "../../src/figures/sketch.ts";

interface State {
  x: number;
}

const most = 4; // the input, either way
const unit = 46;
const [middle, zero] = [sketchWidth / 2, 208];
const xOf = (x: number) => middle + unit * x;
const yOf = (y: number) => zero - unit * y;

const inputs = Float64Array.from({ length: 161 }, (_, i) => (i - 80) / 20);
const points = Array.from(gelu(inputs).out, (y, i) => [xOf(inputs[i]), yOf(y)] as [number, number]);

export const sketch: Sketch<State> = {
  title: "The curve of GELU, with a point on it and the tangent through that point",
  height: 252,
  start: { x: 1 },

  marks({ x }) {
    const { y, slope } = at(x);
    const half = 62 / Math.hypot(1, slope); // of the tangent, across
    return [
      line(xOf(-most), zero, xOf(most), zero),
      line(middle, yOf(most), middle, yOf(-0.6)),
      mark("path", {
        ...{ d: `M${xOf(-most)},${zero}H${middle}L${xOf(most)},${yOf(most)}`, "data-line": "soft" },
        "stroke-dasharray": "4 4",
      }),
      ...[-4, -3, -2, -1, 1, 2, 3, 4].map((tick) =>
        label(xOf(tick), zero + 40, digits(tick, 0), {
          ...{ anchor: "middle", role: "soft" },
        }),
      ),
      named("out", curve(points, "output")),
      label(xOf(2.4), yOf(3.4), "GELU", { role: "output", anchor: "end", symbol: "out" }),
      label(xOf(3.2), yOf(2.4), "ReLU", { role: "soft" }),
      mark(
        "g",
        { "stroke-width": 3 },
        [
          named("inp", line(middle, zero, xOf(x), zero, "input")),
          named("out", line(xOf(x), zero, xOf(x), yOf(y), "output")),
          named(
            "local",
            line(
              ...([xOf(x) - half, yOf(y) + half * slope] as const),
              ...([xOf(x) + half, yOf(y) - half * slope, "gradient"] as const),
            ),
          ),
        ].join(""),
      ),
      label(22, 34, `input ${digits(x)}`, { role: "input", symbol: "inp" }),
      label(22, 58, `output ${digits(y)}`, { role: "output", symbol: "out" }),
      label(22, 82, `slope ${digits(slope)}`, { role: "gradient", symbol: "local" }),
    ].join("");
  },

  handles: ({ x }) => [
    {
      name: "input of GELU",
      symbol: "inp",
      says: digits(x),
      ...{ cx: xOf(x), cy: yOf(at(x).y), role: "output" },
      x: {
        ...{ min: -most, max: most, step: 0.05, value: x },
        at: (place) => (place.x - middle) / unit,
        set: (wanted) => ({ x: Math.round(20 * wanted) / 20 }),
      },
    },
  ],

  says({ x }) {
    const { y, slope } = at(x);
    const share = x === 0 ? "" : `, ${Math.round((100 * y) / x)}% of it`;
    const moves = slope < 0 ? `falls by ${digits(-slope)}` : `grows by ${digits(slope)}`;
    return `Of ${digits(x)} GELU lets through ${digits(y)}${share}. For each unit by which the input grows, the output ${moves} here.`;
  },
};

/** The course's own kernels: GELU and, from a gradient of 1, its slope. */
function gelu(inp: Float64Array): { out: Float64Array; slopes: Float64Array } {
  const [out, slopes] = [new Float64Array(inp.length), new Float64Array(inp.length)];
  geluForward(out, inp, inp.length);
  geluBackward(slopes, new Float64Array(inp.length).fill(1), inp, inp.length);
  return { out, slopes };
}

function at(x: number): { y: number; slope: number } {
  const { out, slopes } = gelu(Float64Array.of(x));
  return { y: out[0], slope: slopes[0] };
}
