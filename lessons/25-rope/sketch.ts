// A pair of channels of one query and one key as two arrows in a plane. Both are moved along the text and turn as they go:
// their product changes with the distance between them, and not when both move together.

import { ropeAngles, ropeForward } from "@llm.ts/kernels/rope/rope.ts";
import {
  bar,
  digits,
  label,
  line,
  mark,
  named,
  type Role,
  type Sketch,
} from "../../src/figures/sketch.ts";

interface State {
  t: number; // the query's place
  t2: number; // the key's
  pair: number;
}

const [hs, T] = [8, 12];
const cis = Float64Array.from(ropeAngles(T, hs, 10_000)); // 1, 0.1, 0.01 and 0.001 radians from place to place
const speeds = ["1 radian", "0.1 radian"];
const query = { length: 1, direction: 1.9 }; // before it is turned, in radians
const key = { length: 0.8, direction: 1.2 };

const [middleX, middleY, radius] = [112, 118, 98];
const [left, step] = [82, 29.5];
const rows = { query: 262, key: 292, both: 322 };
const xOf = (t: number) => left + step * t;

export const sketch: Sketch<State> = {
  title:
    "Two arrows in a circle, a query and a key, and below it the text along which they are moved",
  height: 338,
  start: { t: 5, t2: 3, pair: 0 },

  marks({ t, t2, pair }) {
    const [q, k] = [turned(query, t, pair), turned(key, t2, pair)];
    const product = productOf({ t, t2, pair });
    const zero = 314; // of the bar of the product
    return [
      mark("circle", {
        ...{ cx: middleX, cy: middleY, r: radius, fill: "none", "data-line": "soft" },
      }),
      mark(
        "g",
        { "stroke-dasharray": "3 4" },
        [query, key]
          .map((one) => turned(one, 0, pair))
          .map(([x, y]) => line(middleX, middleY, placeX(x), placeY(y)))
          .join(""),
      ),
      named("k", arrow(k, "input")),
      named("q", arrow(q, "output")),
      label(232, 38, `query at place ${t}`, { role: "output", symbol: "q" }),
      label(232, 58, `turned by ${turns(t, pair)}`, { role: "output" }),
      label(232, 92, `key at place ${t2}`, { role: "input", symbol: "k" }),
      label(232, 112, `turned by ${turns(t2, pair)}`, { role: "input" }),
      label(232, 152, `product ${digits(product)}`),
      line(232, 176, 396, 176),
      line(zero, 162, zero, 190),
      mark("rect", {
        ...{ x: Math.min(zero, zero + 100 * product), y: 168, height: 16 },
        ...{ width: Math.abs(100 * product), "data-fill": "output" },
      }),
      ...Array.from({ length: T }, (_, place) =>
        label(xOf(place), 240, String(place), { anchor: "middle", role: "soft" }),
      ),
      label(2, rows.query + 5, "query", { role: "output", symbol: "t" }),
      label(2, rows.key + 5, "key", { role: "input", symbol: "t2" }),
      label(2, rows.both + 5, "both"),
      ...Object.values(rows).map((y) => line(xOf(0), y, xOf(T - 1), y)),
      bar(xOf(t2), xOf(t) - xOf(t2), rows.both - 3, rows.both + 3, "soft"),
    ].join("");
  },

  handles: (state) => {
    const { t, t2 } = state;
    const along = { at: ({ x }: { x: number }) => (x - left) / step, step: 1 };
    return [
      {
        name: "place of the query",
        symbol: "t",
        ...{ cx: xOf(t), cy: rows.query, role: "output" },
        x: { ...along, min: t2, max: T - 1, value: t, set: (t) => ({ ...state, t }) },
      },
      {
        name: "place of the key",
        symbol: "t2",
        ...{ cx: xOf(t2), cy: rows.key, role: "input" },
        x: { ...along, min: 0, max: t, value: t2, set: (t2) => ({ ...state, t2 }) },
      },
      {
        name: "place of both",
        says: `query at ${t}, key at ${t2}`,
        ...{ cx: xOf(t), cy: rows.both, role: "soft" },
        x: {
          ...{ ...along, min: t - t2, max: T - 1, value: t },
          set: (next) => ({ ...state, t: next, t2: next - t + t2 }),
        },
      },
    ];
  },

  choices: (state) => [
    {
      name: "from place to place",
      options: speeds,
      value: state.pair,
      set: (pair) => ({ ...state, pair }),
    },
  ],

  says(state) {
    const { t, t2 } = state;
    const apart = t === t2 ? "They are at the same place" : `They are ${t - t2} apart`;
    const same = t - t2 === 0 ? "" : " wherever the two are";
    return `The query is at place ${t}, the key at place ${t2}. ${apart}: the product of the two arrows is ${digits(productOf(state))}${same}.`;
  },
};

/** A pair of channels that had this length and this direction, as the course's kernel turns it at a place. */
function turned(
  { length, direction }: { length: number; direction: number },
  t: number,
  pair: number,
): [number, number] {
  const qkv = new Float64Array(3 * T * hs);
  const at = 3 * t * hs + 2 * pair;
  qkv[at] = length * Math.cos(direction);
  qkv[at + 1] = length * Math.sin(direction);
  ropeForward(qkv, cis, 1, 1, T, 1, 1, hs);
  return [qkv[at], qkv[at + 1]];
}

function productOf({ t, t2, pair }: State): number {
  const [q, k] = [turned(query, t, pair), turned(key, t2, pair)];
  return q[0] * k[0] + q[1] * k[1];
}

const placeX = (x: number) => middleX + radius * x;
const placeY = (y: number) => middleY - radius * y;

function arrow([x, y]: [number, number], role: Role): string {
  const length = Math.hypot(x, y);
  const [ux, uy] = [x / length, y / length];
  const [back, side] = [0.1, 0.045]; // of its head
  const corner = (way: number) =>
    `${placeX(x - back * ux - way * side * uy).toFixed(2)},${placeY(y - back * uy + way * side * ux).toFixed(2)}`;
  return mark(
    "g",
    { "stroke-width": 3 },
    [
      line(middleX, middleY, placeX(x - 0.06 * ux), placeY(y - 0.06 * uy), role),
      mark("polygon", {
        ...{ points: `${placeX(x).toFixed(2)},${placeY(y).toFixed(2)} ${corner(1)} ${corner(-1)}` },
        "data-fill": role,
      }),
    ].join(""),
  );
}

const turns = (t: number, pair: number) => `${(t * 10 ** -pair).toFixed(pair)} radians`;
