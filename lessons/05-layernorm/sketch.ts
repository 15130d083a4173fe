// One token's vector of four channels as bars, with its mean and its spread, and beside it what LayerNorm makes of it. Each
// bar can be dragged, and so can the mean and the spread of all together, which the output does not notice.

import { layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";
import {
  bar,
  digits,
  label,
  line,
  mark,
  named,
  type Sketch,
  type SketchHandle,
} from "../../src/figures/sketch.ts";

interface State {
  inp: number[];
}

const C = 4;
const most = 20; // an input, either way
const unit = 5; // of the drawing, for 1 of the input
const outUnit = 45; // for 1 of the output
const zero = 142;
const width = 24;
const inpX = (i: number) => 84 + 36 * i;
const outX = (i: number) => 292 + 32 * i;
const [meanX, spreadX] = [60, 224];
const yOf = (value: number) => zero - unit * value;

export const sketch: Sketch<State> = {
  title: "Four bars with their mean and spread, and beside them four bars with mean 0 and spread 1",
  height: 288,
  start: { inp: [7, 15, 1, 9] },

  marks({ inp }) {
    const { mean, spread, out } = normalised(inp);
    const outMean = out.reduce((sum, value) => sum + value, 0) / C;
    return [
      label(inpX(0), 14, "input", { role: "input", symbol: "inp" }),
      label(outX(0), 14, "output", { role: "output", symbol: "out" }),
      mark("rect", {
        ...{ x: meanX, y: yOf(mean + spread), width: spreadX - meanX, height: 2 * unit * spread },
        "data-fill": "soft",
      }),
      mark("rect", {
        ...{ x: outX(0) - 4, y: zero - outUnit, width: outX(C) - outX(0), height: 2 * outUnit },
        "data-fill": "soft",
      }),
      ...inp.flatMap((value, i) => [
        named("inp", bar(inpX(i), width, zero, yOf(value), "input")),
        label(inpX(i) + width / 2, yOf(value) + (value < 0 ? 22 : -14), short(value), {
          ...{ anchor: "middle" },
        }),
        label(inpX(i) + width / 2, 284, String(i), { anchor: "middle", role: "soft" }),
      ]),
      ...out.flatMap((value, i) => [
        named("out", bar(outX(i), width, zero, zero - outUnit * value, "output")),
        label(outX(i) + width / 2, zero - outUnit * value + (value < 0 ? 14 : -5), digits(value), {
          ...{ anchor: "middle" },
        }),
        label(outX(i) + width / 2, 284, String(i), { anchor: "middle", role: "soft" }),
      ]),
      line(meanX, zero, spreadX, zero),
      named("mean", line(meanX, yOf(mean), spreadX, yOf(mean), "input")),
      line(outX(0) - 4, zero - outUnit * outMean, outX(C) - 4, zero - outUnit * outMean, "output"),
      label(meanX - 13, yOf(mean), "mean", { anchor: "end", symbol: "mean" }),
      label(meanX - 13, yOf(mean) + 14, short(mean), {
        anchor: "end",
        symbol: "mean",
      }),
      label(spreadX + 13, yOf(mean + spread), "spread"),
      label(spreadX + 13, yOf(mean + spread) + 14, short(spread)),
      label(meanX - 30, 284, "channel", { anchor: "middle", role: "soft" }),
    ].join("");
  },

  handles: ({ inp }) => {
    const { mean, spread } = normalised(inp);
    const at = ({ y }: { y: number }) => (zero - y) / unit;
    const bars: SketchHandle<State>[] = inp.map((value, i) => ({
      name: `input ${i}`,
      symbol: "inp",
      ...{ cx: inpX(i) + width / 2, cy: yOf(value), role: "input", says: short(value) },
      y: {
        ...{ min: -most, max: most, step: 1, value, at },
        set: (wanted) => ({ inp: inp.with(i, wanted) }),
      },
    }));
    return [
      ...bars,
      {
        name: "mean of all four inputs",
        symbol: "mean",
        ...{ cx: meanX, cy: yOf(mean), role: "input", says: short(mean) },
        y: {
          ...{ min: -13, max: 13, step: 1, value: mean, at },
          set: (wanted) => {
            const step = Math.max(
              -most - Math.min(...inp),
              Math.min(most - Math.max(...inp), wanted - mean),
            );
            return { inp: inp.map((value) => value + step) };
          },
        },
      },
      {
        name: "spread of the inputs about their mean",
        ...{ cx: spreadX, cy: yOf(mean + spread), role: "input", says: short(spread) },
        y: {
          ...{ min: 1, max: 8, step: 1, value: spread, at: (place) => at(place) - mean },
          set: (wanted) => {
            if (spread < 0.01) return { inp }; // equal inputs have no distances that could grow
            const room = inp.map((value) =>
              value > mean ? (most - mean) / (value - mean) : (most + mean) / (mean - value),
            );
            const factor = Math.min(wanted / spread, ...room);
            return { inp: inp.map((value) => mean + factor * (value - mean)) };
          },
        },
      },
    ];
  },

  says({ inp }) {
    const { mean, spread, out } = normalised(inp);
    if (spread < 0.01) {
      return `All inputs are ${short(mean)}: they have no spread, and nothing of them is left in the output.`;
    }
    const before = inp.map(short).join(", ");
    const after = out.map((value) => digits(value)).join(", ");
    return `In: ${before}, with mean ${short(mean)} and spread ${short(spread)}. Out: ${after}, with mean 0 and spread 1.`;
  },
};

/** What the course's kernel makes of a vector, with weights 1 and biases 0. */
function normalised(inp: number[]): { mean: number; spread: number; out: number[] } {
  const [out, mean, rstd] = [C, 1, 1].map((n) => new Float64Array(n));
  const [ones, zeros] = [new Float64Array(C).fill(1), new Float64Array(C)];
  layernormForward(out, mean, rstd, Float64Array.from(inp), ones, zeros, 1, 1, C);
  const squares = inp.reduce((sum, value) => sum + (value - mean[0]) ** 2, 0);
  return { mean: mean[0], spread: Math.sqrt(squares / C), out: Array.from(out) };
}

const short = (value: number) => String(Number(value.toFixed(1)) || 0).replace("-", "−");
