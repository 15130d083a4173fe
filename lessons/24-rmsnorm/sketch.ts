// One token's vector of four channels as bars, and beside it what RMSNorm and LayerNorm make of it, one laid over the other.
// Each bar can be dragged, and so can the mean, which only LayerNorm does not notice, and the size, which neither does.

import { layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";
import { rmsnormForward } from "@llm.ts/kernels/rmsnorm/rmsnorm.ts";
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
const [meanX, sizeX] = [60, 224];
const yOf = (value: number) => zero - unit * value;

export const sketch: Sketch<State> = {
  title:
    "Four bars with their mean and size, and beside them what RMSNorm and LayerNorm make of them",
  height: 288,
  start: { inp: [6, -4, 3, -7] },

  marks({ inp }) {
    const { mean, size, rms, layer } = normalised(inp);
    return [
      label(inpX(0), 14, "input", { role: "input", symbol: "inp" }),
      label(outX(0), 14, "RMSNorm", { role: "output", symbol: "out" }),
      label(outX(0), 32, "- - LayerNorm", { role: "soft" }),
      ...inp.flatMap((value, i) => [
        named("inp", bar(inpX(i), width, zero, yOf(value), "input")),
        label(inpX(i) + width / 2, yOf(value) + (value < 0 ? 22 : -14), short(value), {
          ...{ anchor: "middle" },
        }),
        label(inpX(i) + width / 2, 284, String(i), { anchor: "middle", role: "soft" }),
      ]),
      ...rms.flatMap((value, i) => [
        named("out", bar(outX(i), width, zero, zero - outUnit * value, "output")),
        outline(outX(i), layer[i]),
        label(outX(i) + width / 2, beyond(value, layer[i]), digits(value), {
          ...{ anchor: "middle" },
        }),
        label(outX(i) + width / 2, 284, String(i), { anchor: "middle", role: "soft" }),
      ]),
      line(meanX, zero, sizeX, zero),
      line(outX(0) - 4, zero, outX(C) - 4, zero),
      line(meanX, yOf(mean), sizeX, yOf(mean), "input"),
      line(sizeX, zero, sizeX, yOf(size), "input"),
      label(meanX - 13, yOf(mean), "mean", { anchor: "end" }),
      label(meanX - 13, yOf(mean) + 14, short(mean), { anchor: "end" }),
      label(sizeX + 13, yOf(size), "size"),
      label(sizeX + 13, yOf(size) + 14, short(size)),
      label(meanX - 30, 284, "channel", { anchor: "middle", role: "soft" }),
    ].join("");
  },

  handles: ({ inp }) => {
    const { mean, size } = normalised(inp);
    const [down, up] = [-most - Math.min(...inp), most - Math.max(...inp)]; // as far as all four can go
    const largest = Math.max(...inp.map(Math.abs));
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
        symbol: "\\mu",
        ...{ cx: meanX, cy: yOf(mean), role: "input", says: short(mean) },
        y: {
          ...{ min: mean + down, max: mean + up, step: 1, value: mean, at },
          set: (wanted) => {
            const step = Math.max(down, Math.min(up, wanted - mean));
            return { inp: inp.map((value) => value + step) };
          },
        },
      },
      {
        name: "size of the inputs: the root of their mean square",
        ...{ cx: sizeX, cy: yOf(size), role: "input", says: short(size) },
        y: {
          ...{ min: 1, max: size < 0.01 ? 1 : (size * most) / largest, step: 1, value: size, at },
          set: (wanted) => {
            if (size < 0.01) return { inp }; // zeros have no size that could grow
            const factor = Math.min(wanted / size, most / largest);
            return { inp: inp.map((value) => factor * value) };
          },
        },
      },
    ];
  },

  says({ inp }) {
    const { mean, size, rms, layer } = normalised(inp);
    if (size < 0.01) return "All inputs are 0, and so are the outputs of both.";
    const apart = Math.max(...rms.map((value, i) => Math.abs(value - layer[i])));
    const before = inp.map(short).join(", ");
    return `In: ${before}, with mean ${short(mean)} and size ${short(size)}. RMSNorm: ${rms.map((value) => digits(value)).join(", ")}. LayerNorm is off from it by ${digits(apart)} at most.`;
  },
};

/** What LayerNorm makes of a channel, as a dashed frame around the same place. */
function outline(x: number, value: number): string {
  const y = zero - outUnit * value;
  return mark("rect", {
    ...{ x: x - 2, y: Math.min(zero, y), width: width + 4, height: Math.abs(zero - y) },
    "data-line": "soft",
    "stroke-dasharray": "4 3",
  });
}

/** Where a number is beyond both bars. */
const beyond = (value: number, other: number): number =>
  value < 0
    ? zero - outUnit * Math.min(value, other, 0) + 14
    : zero - outUnit * Math.max(value, other, 0) - 5;

/** What the course's kernels make of a vector, with weights 1 and biases 0. */
function normalised(inp: number[]) {
  const [rms, layer, rstd, mean] = [C, C, 1, 1].map((n) => new Float64Array(n));
  const [row, ones, zeros] = [
    Float64Array.from(inp),
    new Float64Array(C).fill(1),
    new Float64Array(C),
  ];
  layernormForward(layer, mean, rstd, row, ones, zeros, 1, 1, C);
  rmsnormForward(rms, rstd, row, ones, 1e-5, 1, 1, C);
  const size = Math.sqrt(inp.reduce((sum, value) => sum + value * value, 0) / C);
  return { mean: mean[0], size, rms: Array.from(rms), layer: Array.from(layer) };
}

const short = (value: number) => String(Number(value.toFixed(1)) || 0).replace("-", "−");
