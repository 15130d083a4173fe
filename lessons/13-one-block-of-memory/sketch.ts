// The parameters of a GPT-2 as one block: how long each part of it is, for the number of channels and of layers that one chooses.

import { type ParameterName, parameterLength } from "@llm.ts/kernels/gpt2/parameters.ts";
import { bar, label, line, type Sketch, sketchWidth } from "../../src/figures/sketch.ts";

interface State {
  C: number;
  L: number;
}

const groups: readonly { name: string; says: string; of: readonly ParameterName[] }[] = [
  { name: "wte", says: "the tokens' vectors", of: ["wte"] },
  { name: "wpe", says: "the places' vectors", of: ["wpe"] },
  {
    ...{ name: "attention", says: "qkv and projection" },
    of: ["qkvw", "qkvb", "attprojw", "attprojb"],
  },
  {
    ...{ name: "MLP", says: "two matrices a layer" },
    of: ["fcw", "fcb", "fcprojw", "fcprojb"],
  },
  {
    ...{ name: "layernorm", says: "scale and shift" },
    of: ["ln1w", "ln1b", "ln2w", "ln2b", "lnfw", "lnfb"],
  },
];

const heads = 64; // channels of one, as in all sizes of GPT-2

/** Numbers in each group. */
function lengths({ C, L }: State): number[] {
  const config = { maxT: 1024, V: 50257, Vp: 50304, L, NH: C / heads, C };
  return groups.map(({ of }) => of.reduce((sum, name) => sum + parameterLength(name, config), 0));
}

const rails = { C: 246, L: 284 };
const [top, pitch] = [58, 35]; // of the rows
const [narrow, wide] = [256, 1600];
const [flat, deep] = [1, 48];
const [from, to] = [56, sketchWidth - 64];
const along = (value: number, min: number, max: number) =>
  from + ((value - min) / (max - min)) * (to - from);
const back = (x: number, min: number, max: number) =>
  min + ((x - from) / (to - from)) * (max - min);
const millions = (count: number) =>
  count < 1e5 ? "under 0.1" : (count / 1e6).toFixed(count < 1e7 ? 1 : 0);

export const sketch: Sketch<State> = {
  title:
    "One block of memory, cut into the parts of a GPT-2, and two rails for its channels and layers",
  height: 302,
  start: { C: 768, L: 12 },

  marks(state) {
    const each = lengths(state);
    const total = each.reduce((sum, length) => sum + length, 0);
    let x = 0;
    // Each part twice: in the block, and in a row of its own, below its place in the block.
    const rows = groups.flatMap(({ name, says }, g) => {
      const y = top + pitch * g;
      const width = (each[g] / total) * sketchWidth;
      const piece = (from: number, to: number) =>
        bar(x, Math.max(0.5, width - 1), from, to, "parameter");
      const pieces = [piece(8, 34), piece(y + 7, y + 14)];
      x += width;
      return [
        ...pieces,
        label(0, y, name, { code: name.startsWith("w") }),
        label(92, y, says, { role: "soft" }),
        label(314, y, millions(each[g]), { anchor: "end" }),
        label(320, y, "million", { role: "soft" }),
        label(sketchWidth, y, `${Math.round((100 * each[g]) / total)} %`, { anchor: "end" }),
      ];
    });
    const rail = (name: string, y: number, value: number) => [
      label(0, y + 5, name, { code: true, symbol: name === "C" ? "C" : undefined }),
      line(from, y, to, y),
      label(sketchWidth, y + 5, String(value), { anchor: "end", code: true, role: "parameter" }),
    ];
    return [...rows, ...rail("C", rails.C, state.C), ...rail("L", rails.L, state.L)].join("");
  },

  handles: (state) => [
    {
      ...{ name: "C, the number of channels", role: "parameter", cy: rails.C, symbol: "C" },
      cx: along(state.C, narrow, wide),
      x: {
        ...{ min: narrow, max: wide, step: heads, value: state.C },
        at: ({ x }) => back(x, narrow, wide),
        set: (C) => ({ ...state, C }),
      },
    },
    {
      ...{ name: "L, the number of layers", role: "parameter", cy: rails.L },
      cx: along(state.L, flat, deep),
      x: {
        ...{ min: flat, max: deep, step: 1, value: state.L },
        at: ({ x }) => back(x, flat, deep),
        set: (L) => ({ ...state, L }),
      },
    },
  ],

  says(state) {
    const total = lengths(state).reduce((sum, length) => sum + length, 0);
    const mebibytes = Math.round((4 * total) / 2 ** 20);
    return `C = ${state.C}, L = ${state.L}: ${total.toLocaleString("en-GB")} numbers, ${mebibytes.toLocaleString("en-GB")} MiB in float32, as one row in memory.`;
  },
};
