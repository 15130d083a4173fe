// y = tanh(a * b + a) as a graph: values on the way forward, and gradients that come in as the tape is walked back.

import {
  digits,
  label,
  line,
  mark,
  named,
  type Role,
  type Sketch,
} from "../../src/figures/sketch.ts";
import { add, leaf, mul, type Tape, tanh } from "./engine.ts";

interface State {
  a: number;
  b: number;
  undone: number; // operations, from the end of the tape
}

const most = 2;
const unit = 15; // of the drawing, for 1
const trackX = 26;
const [aY, bY] = [78, 204]; // of the middles of the two tracks
const [times, plus, bend] = [
  { x: 158, y: 158 },
  { x: 232, y: 86 },
  { x: 312, y: 86 },
];
const [tapeY, tapeX, apart] = [282, 118, 66]; // of the entries on the tape
const steps = ["×", "+", "tanh"];
const walkX = (undone: number) => tapeX + apart * (steps.length - undone);

export const sketch: Sketch<State> = {
  title: "A graph of a times b plus a, through tanh, and below it the tape of its three operations",
  height: 318,
  start: { a: 0.5, b: -2, undone: 1 },

  marks({ a, b, undone }) {
    const { product, total, y, gradients, shares } = run(a, b, undone);
    const back = (x: number, y: number, value: number | undefined, more = {}) =>
      value === undefined ? "" : label(x, y, digits(value), { role: "gradient", ...more });
    const edge = (d: string, passed: boolean) =>
      mark("path", { d, "data-line": passed ? "gradient" : "soft" });
    return [
      line(trackX, aY - most * unit, trackX, aY + most * unit),
      line(trackX, bY - most * unit, trackX, bY + most * unit),
      // The edges, lit when a gradient has come along.
      edge(`M${trackX},${aY}C80,40 160,40 ${plus.x - 13},${plus.y - 11}`, undone >= 2),
      edge(`M${trackX},${aY}L${times.x - 14},${times.y - 9}`, undone >= 3),
      edge(`M${trackX},${bY}L${times.x - 15},${times.y + 8}`, undone >= 3),
      edge(`M${times.x + 12},${times.y - 12}L${plus.x - 11},${plus.y + 13}`, undone >= 2),
      edge(`M${plus.x + 17},${plus.y}H${bend.x - 24}`, undone >= 1),
      edge(`M${bend.x + 24},${bend.y}H${414}`, true),
      node(times, 17, "×"),
      node(plus, 17, "+"),
      node(bend, 24, "tanh"),
      // Values, on the way forward.
      label(2, 22, `a ${digits(a)}`, { role: "input", symbol: "a" }),
      label(2, 160, `b ${digits(b)}`, { role: "input", symbol: "b" }),
      label(times.x + 34, times.y - 12, digits(product), { role: "output" }),
      label((plus.x + bend.x) / 2 - 4, plus.y - 10, digits(total), {
        ...{ role: "output", anchor: "middle" },
      }),
      named("y", label(414, bend.y - 10, `y ${digits(y)}`, { role: "output", anchor: "end" })),
      // Gradients, on the way back.
      back(414, bend.y + 20, gradients.y, { anchor: "end" }),
      back((plus.x + bend.x) / 2 - 4, plus.y + 20, gradients.total, { anchor: "middle" }),
      back(times.x + 34, times.y + 6, gradients.product),
      back(140, 36, shares.plus, { anchor: "middle" }),
      back(100, 104, shares.times),
      back(96, 202, gradients.b),
      back(2, 130, undone >= 2 ? gradients.a : undefined),
      back(2, 260, gradients.b),
      // The tape, and how far it has been walked.
      label(2, tapeY + 5, "the tape", { role: "soft" }),
      line(tapeX, tapeY, walkX(0), tapeY),
      line(walkX(undone), tapeY, walkX(0), tapeY, "gradient"),
      ...steps.map((name, k) =>
        [
          mark("circle", {
            ...{ cx: tapeX + apart * k, cy: tapeY, r: 3 },
            "data-fill": steps.length - k <= undone ? "gradient" : "soft",
          }),
          label(tapeX + apart * k, tapeY + 26, name, {
            ...{ anchor: "middle" },
            role: steps.length - k <= undone ? "gradient" : "soft",
          }),
        ].join(""),
      ),
      label(walkX(0), tapeY + 26, "1", { anchor: "middle", role: "gradient" }),
    ].join("");
  },

  handles: ({ a, b, undone }) => [
    {
      name: "a",
      symbol: "a",
      says: digits(a),
      ...{ cx: trackX, cy: aY - unit * a, role: "input" },
      y: {
        ...{ min: -most, max: most, step: 0.25, value: a },
        at: (place) => (aY - place.y) / unit,
        set: (wanted) => ({ a: quarters(wanted), b, undone }),
      },
    },
    {
      name: "b",
      symbol: "b",
      says: digits(b),
      ...{ cx: trackX, cy: bY - unit * b, role: "input" },
      y: {
        ...{ min: -most, max: most, step: 0.25, value: b },
        at: (place) => (bY - place.y) / unit,
        set: (wanted) => ({ a, b: quarters(wanted), undone }),
      },
    },
    {
      name: "the walk back along the tape",
      says: undone === 0 ? "at its end" : `${undone} of ${steps.length} undone`,
      ...{ cx: walkX(undone), cy: tapeY, role: "gradient" },
      x: {
        ...{ min: 0, max: steps.length, step: 1, value: steps.length - undone },
        at: (place) => (place.x - tapeX) / apart,
        set: (left) => ({ a, b, undone: steps.length - Math.round(left) }),
      },
    },
  ],

  says({ a, b, undone }) {
    const { gradients, shares } = run(a, b, undone);
    const said = (x = 0) => digits(x); // each is asked for once it has been reached
    if (undone === 0) {
      return "Three operations are on the tape. At its end the gradient of y with respect to itself is 1: the walk begins there.";
    }
    if (undone === 1) {
      return `tanh has the slope 1 − y², and hands back ${said(gradients.total)}.`;
    }
    if (undone === 2) {
      return `A sum hands back what it got, to both: ${said(shares.plus)} to the product, and as much to a. a is not done yet.`;
    }
    return `The product hands a what it got times b, ${said(shares.times)}, which is added: ${said(shares.plus)} and ${said(shares.times)} make ${said(gradients.a)}. And b gets ${said(gradients.b)}.`;
  },
};

/** What the engine finds, with so many of its operations undone; what has not been reached is undefined. */
function run(a: number, b: number, undone: number) {
  const [A, B] = [a, b].map((x) => leaf(Float64Array.of(x), 1, 1));
  const tape: Tape = [];
  const product = mul(tape, A, B);
  const total = add(tape, product, A);
  const y = tanh(tape, total);
  y.grad[0] = 1;
  const arrived: number[] = []; // in a, after each operation
  for (let k = 0; k < undone; k++) {
    tape[tape.length - 1 - k].back();
    arrived.push(A.grad[0]);
  }
  const reached = (from: number, value: number) => (undone >= from ? value : undefined);
  return {
    ...{ product: product.data[0], total: total.data[0], y: y.data[0] },
    gradients: {
      y: y.grad[0],
      total: reached(1, total.grad[0]),
      product: reached(2, product.grad[0]),
      a: reached(2, A.grad[0]),
      b: reached(3, B.grad[0]),
    },
    shares: { plus: reached(2, arrived[1]), times: reached(3, arrived[2] - arrived[1]) },
  };
}

const node = ({ x, y }: { x: number; y: number }, rx: number, name: string) =>
  mark("ellipse", { cx: x, cy: y, rx, ry: 17, "data-line": "soft" satisfies Role }) +
  label(x, y + 5, name, { anchor: "middle" });

const quarters = (x: number) => Math.round(4 * x) / 4;
