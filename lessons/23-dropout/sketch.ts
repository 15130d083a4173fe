// Twelve numbers, dropped with a probability that one moves, in a step that one chooses: above what goes in, below what comes out,
// each with its mean. A mark on what comes out is how high it went in.

import { bar, label, line, named, type Sketch } from "../../src/figures/sketch.ts";
import { dropout } from "./dropout/solution.ts";

interface State {
  p: number;
  step: number;
  training: boolean;
}

const inp = [1, 0.6, 0.8, 0.4, 1, 0.7, 0.5, 0.9, 0.6, 0.8, 1, 0.7];
const N = inp.length;
const most = 0.6; // of p
const steps = 20;
const unit = 52; // of the drawing, for 1: above and below, so that what is kept is seen to grow
const [topZero, bottomZero] = [60, 208];
const [left, width, gap] = [46, 18, 27];
const right = left + gap * N - (gap - width);
const rails = { p: 240, step: 284, from: 94, to: 370 };
const along = (value: number, max: number) => rails.from + (value / max) * (rails.to - rails.from);
const back = (x: number, max: number) => ((x - rails.from) / (rails.to - rails.from)) * max;

/** What comes out. */
export function outputs({ p, step, training }: State): number[] {
  const [out, none] = [new Float32Array(N), new Float32Array(N)]; // no gradients here
  dropout(out, none, Float32Array.from(inp), none, 1, step, p, training ? 1 : 0, N);
  return Array.from(out);
}

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

export const sketch: Sketch<State> = {
  title: "Twelve numbers as bars above, and below them what dropout makes of them",
  height: 314,
  start: { p: 0.4, step: 3, training: true },

  marks(state) {
    const out = outputs(state);
    const bars = inp.flatMap((x, i) => {
      const at = left + gap * i;
      const before = bottomZero - unit * x;
      const grown = out[i] > x + 1e-6;
      return [
        named("x", bar(at, width, topZero, topZero - unit * x, "input")),
        ...(out[i] === 0
          ? [
              line(at + 2, bottomZero - 16, at + width - 2, bottomZero - 2),
              line(at + 2, bottomZero - 2, at + width - 2, bottomZero - 16),
            ]
          : [
              named("y", bar(at, width, bottomZero, bottomZero - unit * out[i], "output")),
              ...(grown ? [line(at - 2, before, at + width + 2, before, "input")] : []),
            ]),
      ];
    });
    const level = (zero: number, values: number[], role: "input" | "output") => {
      const y = zero - unit * mean(values);
      return [
        line(left - 6, y, right + 6, y, role),
        label(right + 12, y - 3, "mean", { role }),
        label(right + 12, y + 12, mean(values).toFixed(2), { role }),
      ];
    };
    const rail = (name: string, y: number, value: string) => [
      label(0, y + 5, name, { role: "soft" }),
      line(rails.from, y, rails.to, y),
      label(420, y + 5, value, { anchor: "end" }),
    ];
    return [
      label(0, topZero - 10, "in", { role: "input", symbol: "x" }),
      label(0, bottomZero - 10, "out", { role: "output", symbol: "y" }),
      line(left - 6, topZero, right + 6, topZero),
      line(left - 6, bottomZero, right + 6, bottomZero),
      ...bars,
      ...level(topZero, inp, "input"),
      ...level(bottomZero, out, "output"),
      ...rail("drop with p", rails.p, state.p.toFixed(2)).map((one) => named("p", one)),
      ...rail("step", rails.step, String(state.step)),
    ].join("");
  },

  handles: (state) => [
    {
      ...{
        name: "p, the probability of being dropped",
        cy: rails.p,
        role: "parameter",
        symbol: "p",
      },
      cx: along(state.p, most),
      says: state.p.toFixed(2),
      x: {
        ...{ min: 0, max: most, step: 0.05, value: state.p },
        at: ({ x }) => back(x, most),
        set: (p) => ({ ...state, p: Math.round(20 * p) / 20 }),
      },
    },
    {
      ...{ name: "step", cy: rails.step, role: "parameter" },
      cx: along(state.step, steps),
      x: {
        ...{ min: 0, max: steps, step: 1, value: state.step },
        at: ({ x }) => back(x, steps),
        set: (step) => ({ ...state, step }),
      },
    },
  ],

  choices: (state) => [
    {
      name: "while",
      options: ["training", "evaluation"],
      value: state.training ? 0 : 1,
      set: (at) => ({ ...state, training: at === 0 }),
    },
  ],

  says(state) {
    const out = outputs(state);
    const means = `The mean goes from ${mean(inp).toFixed(2)} to ${mean(out).toFixed(2)}.`;
    if (!state.training) return `In evaluation nothing is dropped and nothing scaled. ${means}`;
    const dropped = out.filter((y) => y === 0).length;
    return `In this step ${dropped} of ${N} ${dropped === 1 ? "is" : "are"} dropped, and the others are ${(1 / (1 - state.p)).toFixed(2)} times as large. ${means}`;
  },
};
