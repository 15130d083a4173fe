// The stream of one token with two channels, drawn as a path: it begins with the encoder's vector, and each block adds a
// step. Whatever a step is changed by, the end of the path moves by as much.

import { residualForward } from "@llm.ts/kernels/residual/residual.ts";
import {
  curve,
  label,
  line,
  mark,
  named,
  type Role,
  type Sketch,
} from "../../src/figures/sketch.ts";

type Pair = [number, number]; // the two channels

interface State {
  steps: Pair[];
}

const names = ["encoder", "attention", "MLP", "attention", "MLP"];
const roles: Role[] = ["input", "parameter", "parameter", "parameter", "parameter"];
const symbols = ["inp1", "inp2", "inp2", "inp2", "inp2"];
const unit = 30;
const [left, middle] = [14, 140];
const most = 3.75; // the second channel, either way
const [rows, pitch, column] = [280, 19, 212]; // of the names and vectors below: two columns of three
const xOf = ([x]: Pair) => left + unit * x;
const yOf = ([, y]: Pair) => middle - unit * y;

const begun: Pair[] = [
  [1, 0.5],
  [2, 1],
  [1.5, -1],
  [1.5, 1],
  [1.5, -1],
];

export const sketch: Sketch<State> = {
  title: "A path of five steps: the encoder's vector, then what each of four blocks adds to it",
  height: 326,
  start: { steps: begun },

  marks({ steps }) {
    const stream = streamOf(steps);
    const before = streamOf(begun);
    const [end, firstEnd] = [stream[steps.length], before[steps.length]];
    const at = (path: Pair[]) => path.map((pair) => [xOf(pair), yOf(pair)] as const);
    return [
      mark("g", { "stroke-dasharray": "3 4" }, curve(at(before), "soft")),
      line(xOf(firstEnd), yOf(firstEnd), xOf(end), yOf(end), "gradient"),
      mark(
        "g",
        { "stroke-width": 2.5 },
        named("out", line(xOf([0, 0]), yOf([0, 0]), xOf(end), yOf(end), "output")),
      ),
      mark("circle", { cx: left, cy: middle, r: 4, "data-fill": "soft" }),
      ...steps.flatMap((step, k) => [
        mark(
          "g",
          { "stroke-width": 3, "data-symbol": symbols[k] },
          curve(at([stream[k], stream[k + 1]]), roles[k]),
        ),
        label(xOf(stream[k + 1]), yOf(stream[k + 1]) - 15, String(k), {
          ...{ anchor: "middle", role: roles[k] },
        }),
        tell(k, `${k} ${names[k]}`, shown(step), { role: roles[k], symbol: symbols[k] }),
      ]),
      tell(steps.length, "the sum", shown(end), { role: "output", symbol: "out" }),
    ].join("");
  },

  handles({ steps }) {
    const stream = streamOf(steps);
    return steps.map((step, k) => {
      const from = stream[k];
      // The path stays in the drawing: no later point may leave it.
      const later = stream.slice(k + 1).map(([, y]) => y - step[1]);
      const set = (channel: 0 | 1) => (wanted: number) => {
        const [low, high] = [-most - Math.min(...later), most - Math.max(...later)];
        const value = channel === 0 ? wanted : Math.max(low, Math.min(high, wanted));
        return { steps: steps.with(k, step.with(channel, value) as Pair) };
      };
      return {
        name: k === 0 ? "vector of the encoder" : `step ${k}, what the ${names[k]} adds`,
        says: shown(step),
        ...{ cx: xOf(stream[k + 1]), cy: yOf(stream[k + 1]), role: roles[k], symbol: symbols[k] },
        x: {
          ...{ min: 1, max: 3, step: 0.25, value: step[0], set: set(0) },
          at: ({ x }: { x: number }) => (x - xOf(from)) / unit,
        },
        y: {
          ...{ min: -1.25, max: 1.25, step: 0.25, value: step[1], set: set(1) },
          at: ({ y }: { y: number }) => (yOf(from) - y) / unit,
        },
      };
    });
  },

  says({ steps }) {
    const end = streamOf(steps)[steps.length];
    const before = streamOf(begun)[begun.length];
    const moved = [end[0] - before[0], end[1] - before[1]] as Pair;
    const changed = steps.flatMap((step, k) =>
      step[0] === begun[k][0] && step[1] === begun[k][1] ? [] : [k],
    );
    if (changed.length === 0) {
      return `The encoder's vector and the four steps add up to ${shown(end)}. That is the stream after two layers.`;
    }
    if (changed.length > 1) {
      return `You moved steps ${changed.join(", ")}, and the end by all of it together: ${shown(moved)}.`;
    }
    return `You moved step ${changed[0]} by ${shown(moved)}, and the end moved by just as much. No later step had a part in it.`;
  },
};

/** The stream: nothing, then after each step, added by the course's own kernel. */
function streamOf(steps: Pair[]): Pair[] {
  const stream: Pair[] = [[0, 0]];
  for (const step of steps) {
    const out = new Float64Array(2);
    residualForward(out, Float64Array.from(stream[stream.length - 1]), Float64Array.from(step), 2);
    stream.push([out[0], out[1]]);
  }
  return stream;
}

const shown = (pair: Pair) =>
  `(${pair.map((value) => String(value).replace("-", "−")).join(", ")})`;

/** What a step is called, and its two channels. @param place from 0, down the columns */
function tell(
  place: number,
  name: string,
  value: string,
  options: { role: Role; symbol: string },
): string {
  const [x, y] = [2 + column * Math.floor(place / 3), rows + pitch * (place % 3)];
  return label(x, y, name, options) + label(x + 92, y, value, options);
}
