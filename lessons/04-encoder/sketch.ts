// A token and a place are chosen; from either table comes a row, and the two are added, channel by channel.

import { encoderForward } from "@llm.ts/kernels/encoder/encoder.ts";
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

const row = 22;
const [tokensY, placesY] = [28, 166];
const unit = 26; // of a bar, for 1
const rows = [
  { name: "wte", zero: 54 },
  { name: "wpe", zero: 136 },
  { name: "out", zero: 226 },
];
const barX = (i: number) => 198 + 32 * i;
const dotX = 24;
const tokenY = (k: number) => tokensY + row * (k + 0.5);
const placeY = (k: number) => placesY + row * (k + 0.5);

export const sketch: Sketch<State> = {
  title: "A token and a place; the row of the one, the row of the other, and their sum",
  height: 288,
  start: { token: 0, t: 0 },

  marks({ token, t }) {
    const values = [wte[token], wpe[t], sumOf({ token, t })];
    const roles: Role[] = ["input", "parameter", "output"];
    return [
      label(dotX - 10, tokensY - 8, "token", { role: "input", symbol: "inp" }),
      label(dotX - 10, placesY - 8, "place", { role: "parameter", symbol: "t" }),
      ...words.map((word, k) =>
        label(dotX + 18, tokenY(k) + 5, word, { role: k === token ? "input" : "soft" }),
      ),
      ...wpe.map((_, k) =>
        label(dotX + 18, placeY(k) + 5, String(k), { role: k === t ? "parameter" : "soft" }),
      ),
      mark("path", {
        d: `M${dotX + 50},${tokenY(token)}C130,${tokenY(token)} 130,${rows[0].zero} 186,${rows[0].zero}`,
        "data-line": "input",
      }),
      mark("path", {
        d: `M${dotX + 36},${placeY(t)}C130,${placeY(t)} 110,${rows[1].zero} 186,${rows[1].zero}`,
        "data-line": "parameter",
      }),
      ...rows.flatMap(({ name, zero }, k) => [
        line(barX(0) - 8, zero, barX(C) - 8, zero),
        label(barX(C), zero + 4, name, { code: true, role: roles[k], symbol: name }),
        ...values[k].map((value, i) =>
          named(
            name,
            bar(barX(i), 20, zero, zero - unit * value, roles[k]),
            label(barX(i) + 10, zero - unit * value + (value < 0 ? 13 : -4), digits(value, 1), {
              ...{ anchor: "middle", role: roles[k] },
            }),
          ),
        ),
      ]),
    ].join("");
  },

  handles: (state) => [
    {
      name: "token",
      symbol: "inp",
      says: words[state.token],
      ...{ cx: dotX, cy: tokenY(state.token), role: "input" },
      y: {
        ...{ min: 0, max: words.length - 1, step: 1, down: true, value: state.token },
        at: ({ y }) => (y - tokensY) / row - 0.5,
        set: (token) => ({ ...state, token }),
      },
    },
    {
      name: "place",
      symbol: "t",
      ...{ cx: dotX, cy: placeY(state.t), role: "parameter" },
      y: {
        ...{ min: 0, max: wpe.length - 1, step: 1, down: true, value: state.t },
        at: ({ y }) => (y - placesY) / row - 0.5,
        set: (t) => ({ ...state, t }),
      },
    },
  ],

  says: (state) =>
    `“${words[state.token]}” at place ${state.t}: row ${state.token} of the tokens' table plus row ${state.t} of the places' table is ${sumOf(
      state,
    )
      .map((value) => digits(value, 1))
      .join(", ")}.`,
};

/** What the course's kernel writes for this token at this place. */
function sumOf({ token, t }: State): number[] {
  const T = t + 1;
  const out = new Float64Array(T * C);
  const [tokens, places] = [wte, wpe].map((table) => Float64Array.from(table.flat()));
  encoderForward(out, new Int32Array(T).fill(token), tokens, places, 1, T, C);
  return Array.from(out.subarray(t * C));
}
