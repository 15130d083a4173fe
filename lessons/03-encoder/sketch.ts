// A token and a place are chosen; from either table comes a row, and the two are added, channel by channel.

import { encoderForward } from "@llm.ts/kernels/encoder/encoder.ts";
import { bar, label, line, mark, type Role, type Sketch } from "../../src/figures/sketch.ts";

interface State {
  token: number;
  t: number;
}

const words = ["to", "be", "or", "not", "is"];
const C = 6;
// Trained tables look like this in that every row is different, and the rows of near places are alike.
const wte = [
  [1.2, -0.4, 0.3, 0.8, -1.0, 0.2],
  [-0.6, 1.0, 0.9, -0.3, 0.4, 0.7],
  [0.1, -1.1, 0.6, 1.3, 0.5, -0.8],
  [-1.3, 0.3, -0.7, 0.2, 1.1, 0.9],
  [0.8, 0.9, -1.2, -0.5, -0.2, -1.0],
];
const wpe = [
  [0.5, 0.0, -0.4, 0.1, 0.3, -0.2],
  [0.4, 0.2, -0.3, -0.1, 0.3, -0.1],
  [0.2, 0.4, -0.1, -0.3, 0.2, 0.1],
  [0.0, 0.5, 0.2, -0.4, 0.0, 0.3],
];

const row = 26;
const tableY = 38;
const unit = 26; // of a bar, for 1
const rows = [
  { name: "wte", says: "row of the token", zero: 54 },
  { name: "wpe", says: "row of the place", zero: 136 },
  { name: "out", says: "their sum", zero: 226 },
];
const barX = (i: number) => 216 + 34 * i;
const [tokenX, placeX] = [24, 118];
const yOf = (k: number) => tableY + row * (k + 0.5);

export const sketch: Sketch<State> = {
  title: "A token and a place; the row of the one, the row of the other, and their sum",
  height: 284,
  start: { token: 0, t: 0 },

  marks({ token, t }) {
    const values = [wte[token], wpe[t], sumOf({ token, t })];
    const roles: Role[] = ["input", "parameter", "output"];
    const names = [words[token], `place ${t}`, ""];
    return [
      label(tokenX - 10, 20, "token", { role: "input" }),
      label(placeX - 10, 20, "place", { role: "parameter" }),
      ...words.map((word, k) =>
        label(tokenX + 18, yOf(k) + 5, word, { role: k === token ? "input" : "soft" }),
      ),
      ...wpe.map((_, k) =>
        label(placeX + 18, yOf(k) + 5, String(k), { role: k === t ? "parameter" : "soft" }),
      ),
      mark("path", {
        d: `M${tokenX + 50},${yOf(token)}C${tokenX + 80},${yOf(token)} 170,${rows[0].zero} 200,${rows[0].zero}`,
        "data-line": "input",
      }),
      mark("path", {
        d: `M${placeX + 32},${yOf(t)}C${placeX + 60},${yOf(t)} 175,${rows[1].zero} 200,${rows[1].zero}`,
        "data-line": "parameter",
      }),
      ...rows.flatMap(({ name, zero }, k) => [
        line(barX(0) - 8, zero, barX(C) - 6, zero),
        label(
          k < 2 ? 12 : 196,
          k < 2 ? 232 + 22 * k : zero + 5,
          k < 2 ? `${name}: ${names[k]}` : name,
          {
            ...{ code: true, role: roles[k], anchor: k < 2 ? undefined : "end" },
          },
        ),
        ...values[k].flatMap((value, i) => [
          bar(barX(i), 20, zero, zero - unit * value, roles[k]),
          label(barX(i) + 10, zero - unit * value + (value < 0 ? 13 : -4), digits(value), {
            ...{ anchor: "middle", small: true, role: roles[k] },
          }),
        ]),
      ]),
    ].join("");
  },

  handles: (state) => [
    {
      name: "token",
      says: words[state.token],
      ...{ cx: tokenX, cy: yOf(state.token), role: "input" },
      y: {
        ...{ min: 0, max: words.length - 1, step: 1, down: true, value: state.token },
        at: ({ y }) => (y - tableY) / row - 0.5,
        set: (token) => ({ ...state, token }),
      },
    },
    {
      name: "place",
      ...{ cx: placeX, cy: yOf(state.t), role: "parameter" },
      y: {
        ...{ min: 0, max: wpe.length - 1, step: 1, down: true, value: state.t },
        at: ({ y }) => (y - tableY) / row - 0.5,
        set: (t) => ({ ...state, t }),
      },
    },
  ],

  says: (state) =>
    `“${words[state.token]}” at place ${state.t}: row ${state.token} of the tokens' table plus row ${state.t} of the places' table is ${sumOf(state).map(digits).join(", ")}.`,
};

/** What the course's kernel writes for this token at this place. */
function sumOf({ token, t }: State): number[] {
  const T = t + 1;
  const out = new Float64Array(T * C);
  const [tokens, places] = [wte, wpe].map((table) => Float64Array.from(table.flat()));
  encoderForward(out, new Int32Array(T).fill(token), tokens, places, 1, T, C);
  return Array.from(out.subarray(t * C));
}

const digits = (value: number) => (Math.round(10 * value) / 10 || 0).toFixed(1).replace("-", "−");
