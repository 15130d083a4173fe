// Four machines in a ring, each with a gradient cut into four chunks, and the six steps of an all-reduce. In each chunk there is
// a square for every machine, filled if that machine's part is in the sum.

import { bar, label, line, mark, named, type Sketch } from "../../src/figures/sketch.ts";
import { gatherStep } from "./machines.ts";
import { ringStep } from "./ring/solution.ts";

interface State {
  step: number; // that have been taken
}

const M = 4;
const steps = 2 * (M - 1);
const names = "abcd";

/** What is summed in each chunk of each machine after each step: machine r's part is the bit r. */
const history = [Float32Array.from({ length: M * M }, (_, i) => 2 ** Math.floor(i / M))];
for (let step = 0; step < steps; step++) {
  const grads = history[step].slice();
  if (step < M - 1) ringStep(grads, step, M, M);
  else gatherStep(grads, step - (M - 1), M, M);
  history.push(grads);
}
const all = 2 ** M - 1;

/** The chunk that a machine sends next. */
const sends = (machine: number, step: number) =>
  (machine + (step < M - 1 ? -step : 1 - (step - (M - 1))) + 2 * M) % M;

const box = { width: 148, height: 106 };
const corners = [
  { x: 4, y: 6 },
  { x: 268, y: 6 },
  { x: 268, y: 166 },
  { x: 4, y: 166 },
];
const rail = { from: 40, to: 392, y: 306 };
const xOf = (step: number) => rail.from + (step / steps) * (rail.to - rail.from);
// From the middle of a side to the next machine's.
const arrows = [
  { from: [158, 58], to: [262, 58], text: [210, 48] },
  { from: [342, 118], to: [342, 160], text: [354, 144] },
  { from: [262, 220], to: [158, 220], text: [210, 210] },
  { from: [78, 160], to: [78, 118], text: [56, 144] },
] as const;

export const sketch: Sketch<State> = {
  title: "Four machines in a ring, the four chunks of each one's gradient, and what is sent next",
  height: 336,
  start: { step: 1 },

  marks({ step }) {
    const grads = history[step];
    const machines = corners.flatMap(({ x, y }, r) => [
      mark("rect", { x, y, ...box, rx: 6, "data-line": "soft" }),
      label(x + 8, y + 17, `machine ${r}`, { role: "soft" }),
      ...Array.from({ length: M }, (_, c) => {
        const [sum, top] = [grads[r * M + c], y + 24 + 20 * c];
        const whole = sum === all;
        const role = whole ? "output" : "gradient";
        const next = step < steps && sends(r, step) === c;
        return [
          label(x + 10, top + 13, names[c], { role: next ? role : undefined }),
          ...Array.from({ length: M }, (_, part) => {
            const left = x + 30 + 25 * part;
            return Math.floor(sum / 2 ** part) % 2 === 1
              ? named("g", bar(left, 20, top + 2, top + 15, role))
              : mark("rect", { x: left, y: top + 2, width: 20, height: 13, "data-line": "soft" });
          }),
          ...(next
            ? [
                mark("rect", {
                  x: x + 5,
                  y: top - 1,
                  width: 131,
                  height: 19,
                  rx: 4,
                  "data-line": role,
                }),
              ]
            : []),
        ].join("");
      }),
    ]);
    const ways = arrows.flatMap(({ from: [x1, y1], to: [x2, y2], text: [tx, ty] }, r) => {
      const role = step < steps ? (step < M - 1 ? "gradient" : "output") : "soft";
      const [dx, dy] = [Math.sign(x2 - x1), Math.sign(y2 - y1)];
      const wing = (side: number) =>
        line(x2, y2, x2 - 7 * dx - 5 * side * dy, y2 - 7 * dy - 5 * side * dx, role);
      return [
        line(x1, y1, x2, y2, role),
        wing(1),
        wing(-1),
        ...(step < steps ? [label(tx, ty, names[sends(r, step)], { anchor: "middle", role })] : []),
      ];
    });
    const ticks = Array.from({ length: steps + 1 }, (_, k) =>
      label(xOf(k), rail.y + 26, String(k), { anchor: "middle", role: "soft" }),
    );
    return [
      ...machines,
      ...ways,
      line(rail.from, rail.y, rail.to, rail.y),
      label(0, rail.y + 5, "step", { role: "soft" }),
      ...ticks,
    ].join("");
  },

  handles: ({ step }) => [
    {
      name: "step",
      symbol: "g",
      says: `${step} of ${steps}`,
      ...{ cx: xOf(step), cy: rail.y, role: "gradient" },
      x: {
        ...{ min: 0, max: steps, step: 1, value: step },
        at: ({ x }) => ((x - rail.from) / (rail.to - rail.from)) * steps,
        set: (wanted) => ({ step: wanted }),
      },
    },
  ],

  says({ step }) {
    const whole = history[step].filter((sum) => sum === all).length;
    if (step === 0)
      return "Each machine has its own gradient, in four chunks. Next it sends one chunk to its neighbour, which adds it to its own.";
    if (step === M - 1)
      return "After three steps each machine has the whole sum of one chunk. Now these four travel around the ring, and are written over what is there.";
    if (step === steps)
      return "After six steps every machine has the whole gradient. Each has sent six chunks, which is one and a half gradients.";
    const sent = `${step} ${step === 1 ? "chunk" : "chunks"} sent by each machine. `;
    return step < M - 1
      ? `${sent}What arrived was added, and goes on: machine 0 sends ${names[sends(0, step)]} next.`
      : `${sent}${whole} of 16 chunks are whole. Machine 0 sends ${names[sends(0, step)]} next.`;
  },
};
