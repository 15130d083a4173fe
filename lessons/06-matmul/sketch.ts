// A matrix product with its factors where they meet: the rows of the input at the left, those of the weight turned over and
// above, and each number of the output where a row and a column cross. One is chosen, and its sum is written out.

import { matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";
import { label, line, mark, type Role, type Sketch } from "../../src/figures/sketch.ts";

interface State {
  bt: number;
  o: number;
}

// The two tokens and two outputs of the lesson's example by hand, and some more.
const inp = [
  [1, 2, 3],
  [4, 0, -2],
  [0, 1, -1],
];
const weight = [
  [1, 0, -1],
  [2, 1, 0],
  [0, -1, 1],
  [1, 1, 1],
];
const bias = [1, 0, -1, 2];
const [N, C, OC] = [inp.length, inp[0].length, weight.length];
const out = new Float64Array(N * OC);
matmulForward(
  ...([out, Float64Array.from(inp.flat()), Float64Array.from(weight.flat())] as const),
  ...([Float64Array.from(bias), 1, N, C, OC] as const),
);

const row = 28;
const [inpX, inpWidth] = [60, 36];
const [outX, outWidth] = [198, 47];
const [weightY, biasY, outY] = [26, 118, 176];

export const sketch: Sketch<State> = {
  title:
    "The input at the left, the weight turned over above, and the output where their rows meet",
  height: 306,
  start: { bt: 0, o: 0 },

  marks({ bt, o }) {
    const number = (
      x: number,
      y: number,
      symbol: string,
      value: number,
      lit: boolean,
      role: Role,
    ) => label(x, y + 19, signed(value), { anchor: "end", role: lit ? role : "soft", symbol });
    const frame = (x: number, y: number, width: number, height: number, role: Role) =>
      mark("rect", { x, y, width, height, rx: 4, "data-line": role });
    const columnX = outX + outWidth * o;
    const rowY = outY + row * bt;
    return [
      label(inpX, outY - 10, "inp", { code: true, role: "input", symbol: "inp" }),
      label(outX, 14, "weight", { code: true, role: "parameter", symbol: "weight" }),
      label(outX + 64, 14, "transposed", { role: "parameter", symbol: "W^\\top" }),
      label(outX - 8, biasY + 19, "bias", {
        code: true,
        role: "parameter",
        anchor: "end",
        symbol: "bias",
      }),
      label(outX + outWidth * OC, outY - 10, "out", {
        code: true,
        role: "output",
        anchor: "end",
        symbol: "out",
      }),
      ...inp.flatMap((numbers, n) => [
        label(inpX - 5, outY + row * n + 19, `token ${n}`, {
          ...{ anchor: "end", role: n === bt ? "input" : "soft" },
        }),
        ...numbers.map((value, i) =>
          number(inpX + inpWidth * i + 27, outY + row * n, "inp", value, n === bt, "input"),
        ),
      ]),
      ...weight.flatMap((numbers, k) =>
        [...numbers, bias[k]].map((value, i) =>
          number(
            outX + outWidth * k + 39,
            i < C ? weightY + row * i : biasY,
            i < C ? "weight" : "bias",
            value,
            k === o,
            "parameter",
          ),
        ),
      ),
      ...Array.from(out, (value, at) => {
        const [n, k] = [Math.floor(at / OC), at % OC];
        const lit = n === bt && k === o;
        return number(outX + outWidth * k + 42, outY + row * n, "out", value, lit, "output");
      }),
      frame(inpX, rowY, inpWidth * C, row, "input"),
      frame(columnX, weightY, outWidth, row * C, "parameter"),
      frame(columnX, biasY, outWidth, row, "parameter"),
      line(inpX + inpWidth * C, rowY + row / 2, columnX, rowY + row / 2, "input"),
      line(columnX + outWidth / 2, biasY + row, columnX + outWidth / 2, rowY, "parameter"),
      frame(columnX, rowY, outWidth, row, "output"),
      label(inpX, 298, sumOf({ bt, o }), { code: true }),
    ].join("");
  },

  handles: (state) => [
    {
      name: "element of out",
      symbol: "out",
      says: `token ${state.bt}, output ${state.o}`,
      cx: outX + outWidth * state.o + 11,
      cy: outY + row * (state.bt + 0.5),
      role: "output",
      x: {
        ...{ min: 0, max: OC - 1, step: 1, value: state.o },
        at: ({ x }) => (x - outX - 11) / outWidth,
        set: (o) => ({ ...state, o }),
      },
      y: {
        ...{ min: 0, max: N - 1, step: 1, down: true, value: state.bt },
        at: ({ y }) => (y - outY) / row - 0.5,
        set: (bt) => ({ ...state, bt }),
      },
    },
  ],

  says: (state) =>
    `Output ${state.o} of token ${state.bt}: its row of the input, times row ${state.o} of the weight, term by term, plus a bias. ${sumOf(state)}.`,
};

function sumOf({ bt, o }: State): string {
  const terms = inp[bt].map((value, i) => `${bracketed(value)} · ${bracketed(weight[o][i])}`);
  const value = signed(out[bt * OC + o]);
  return `${[...terms, bracketed(bias[o])].join(" + ")} = ${value}`;
}

const signed = (value: number) => String(value).replace("-", "−");
const bracketed = (value: number) => (value < 0 ? `(${signed(value)})` : String(value));
