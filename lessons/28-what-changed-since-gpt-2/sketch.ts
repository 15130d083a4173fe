// A block as a diagram, from the stream above it to the stream below. Each of its parts can be GPT-2's or Llama's, and beside it
// is what the whole model then holds, computes and keeps for each token. The sizes are those of GPT-2 124M.

import { type Config, families } from "@llm.ts/kernels/llama/config.ts";
import { parameterTable } from "@llm.ts/kernels/llama/parameters.ts";
import { bar, label, line, mark, type Sketch, sketchWidth } from "../../src/figures/sketch.ts";

/** Whether each of the parts is Llama's; of the heads, how many keys there are. */
interface State {
  norm: boolean;
  positions: boolean;
  mlp: boolean;
  keys: number; // index into `heads`
}

const heads = [12, 6, 4, 3, 2, 1]; // of keys and values, each of which divides NH
const size = { maxT: 1024, V: 50257, Vp: 50304, L: 12, C: 768, NH: 12, hs: 64 };

export function configOf({ norm, positions, mlp, keys }: State): Config {
  return {
    ...families.gpt2,
    ...size,
    norm: norm ? "rmsnorm" : "layernorm",
    positions: positions ? "rope" : "learned",
    mlp: mlp ? "swiglu" : "gelu",
    NKV: heads[keys],
    F: mlp ? (8 * size.C) / 3 : 4 * size.C,
  };
}

/** Of the whole model: numbers that are learned, operations for a token, bytes that a token leaves in the cache. */
export function costsOf(config: Config) {
  let [parameters, inMatrices] = [0, 0];
  for (const [name, entry] of Object.entries(parameterTable)) {
    const { shape, perLayer, when } = entry as (typeof parameterTable)["wpe"] & {
      perLayer: boolean;
    };
    if (when && !when(config)) continue;
    const axes = shape(config);
    const count = axes.reduce((a, b) => a * b, 1) * (perLayer ? config.L : 1);
    parameters += count;
    if (axes.length === 2 && name !== "wpe") inMatrices += count; // wte is the classifier's matrix too
  }
  const { L, NKV, hs } = config;
  return { parameters, operations: 2 * inMatrices, cache: 2 * 2 * L * NKV * hs };
}

const before = { norm: false, positions: false, mlp: false, keys: 0 };
const base = costsOf(configOf(before));

const stream = 12; // x of the stream
const box = { x: 40, width: 158, height: 22 };
const right = 232; // x of the numbers
const row = 31;
const top = 34;
const bottom = top + 10 * row;
const rail = { from: right, to: sketchWidth - 12, y: 292 };
const xOf = (keys: number) => rail.from + (keys / (heads.length - 1)) * (rail.to - rail.from);

interface Line {
  text: string;
  isNew: boolean;
  adds?: boolean; // onto the stream
}

/** What a token goes through, from the top. */
function linesOf({ norm, positions, mlp, keys }: State): Line[] {
  const name = norm ? "RMSNorm" : "LayerNorm";
  return [
    positions ? { text: "wte", isNew: true } : { text: "wte + wpe", isNew: false },
    { text: name, isNew: norm },
    { text: `12 q, ${heads[keys]} k, ${heads[keys]} v`, isNew: keys > 0 },
    positions ? { text: "turn q and k", isNew: true } : { text: "", isNew: false },
    { text: "attention", isNew: false },
    { text: "projection", isNew: false, adds: true },
    { text: name, isNew: norm },
    mlp ? { text: "gate, value: 2 × 2048", isNew: true } : { text: "up, 3072", isNew: false },
    mlp ? { text: "silu(gate) · value", isNew: true } : { text: "GELU", isNew: false },
    { text: "down", isNew: false, adds: true },
  ];
}

const percent = (value: number, whole: number) => {
  const change = Math.round((1000 * (value - whole)) / whole) / 10;
  return change === 0 ? "as before" : `${change > 0 ? "+" : "−"}${Math.abs(change)}%`;
};

export const sketch: Sketch<State> = {
  title:
    "A block of a model, part by part, and what the model holds, computes and keeps for a token",
  height: bottom + 8,
  start: { norm: true, positions: true, mlp: true, keys: 3 },

  marks(state) {
    const lines = linesOf(state);
    const y = (at: number) => top + at * row;
    const boxes = lines.flatMap(({ text, isNew, adds }, at) => {
      if (text === "") return [line(box.x + 79, y(at) - 11, box.x + 79, y(at) + 11)];
      const middle = y(at);
      const role = isNew ? "output" : "soft";
      return [
        mark("rect", {
          ...{ x: box.x, y: middle - 11, width: box.width, height: box.height, rx: 4 },
          "data-line": role,
        }),
        label(box.x + box.width / 2, middle + 4, text, {
          ...{ anchor: "middle", role: isNew ? "output" : undefined },
        }),
        ...(adds
          ? [
              line(stream, middle, box.x, middle),
              mark("circle", { cx: stream, cy: middle, r: 4, "data-fill": "input" }),
            ]
          : []),
        ...(at === 0 || text.endsWith("Norm") ? [line(stream, middle, box.x, middle)] : []),
        ...(at > 1 && !text.endsWith("Norm")
          ? [line(box.x + 79, middle - 20, box.x + 79, middle - 11)]
          : []),
      ];
    });
    const { parameters, operations, cache } = costsOf(configOf(state));
    const rows = [
      ["parameters", `${(parameters / 1e6).toFixed(1)} million`, parameters, base.parameters],
      [
        "operations for a token",
        `${(operations / 1e6).toFixed(0)} million`,
        operations,
        base.operations,
      ],
      ["cache for a token, 16 bits", `${cache / 1024} KiB`, cache, base.cache],
    ] as const;
    const numbers = rows.flatMap(([name, value, now, then], at) => {
      const at0 = 40 + 74 * at;
      const full = sketchWidth - right;
      return [
        label(right, at0, name, { role: "soft" }),
        label(right, at0 + 19, value),
        label(sketchWidth, at0 + 19, percent(now, then), { anchor: "end" }),
        bar(right, full, at0 + 27, at0 + 35, "soft"),
        bar(right, (full * now) / Math.max(then, now), at0 + 27, at0 + 35, "output"),
      ];
    });
    return [
      line(stream, 12, stream, bottom, "input"),
      ...boxes,
      ...numbers,
      label(right, rail.y - 18, "heads of keys and values", {
        role: "soft",
        symbol: "NKV",
      }),
      line(rail.from, rail.y, rail.to, rail.y),
      ...heads.map((count, at) => label(xOf(at), rail.y + 26, String(count), { anchor: "middle" })),
    ].join("");
  },

  handles: (state) => [
    {
      name: "heads of keys and values",
      symbol: "NKV",
      says: `${heads[state.keys]} for 12 heads of queries`,
      ...{ cx: xOf(state.keys), cy: rail.y, role: "parameter" },
      x: {
        ...{ min: 0, max: heads.length - 1, step: 1, value: state.keys },
        at: ({ x }) => ((x - rail.from) / (rail.to - rail.from)) * (heads.length - 1),
        set: (keys) => ({ ...state, keys }),
      },
    },
  ],

  choices: (state) => [
    choice("norm", ["LayerNorm", "RMSNorm"], state.norm, (norm) => ({ ...state, norm })),
    choice("places", ["learned", "RoPE"], state.positions, (positions) => ({
      ...state,
      positions,
    })),
    choice("MLP", ["GELU", "SwiGLU"], state.mlp, (mlp) => ({ ...state, mlp })),
  ],

  says(state) {
    const { norm, positions, mlp, keys } = state;
    const changed = [norm, positions, mlp, keys > 0].filter(Boolean).length;
    const { cache, parameters } = costsOf(configOf(state));
    if (changed === 0) return "This is GPT-2, but for its biases: 36 KiB of cache for each token.";
    const less = Math.round((base.parameters - parameters) / 1e5) / 10;
    const many =
      changed === 4 ? "All four parts are" : changed === 1 ? "One part is" : `${changed} parts are`;
    return `${many} Llama’s: ${less.toFixed(1)} million parameters fewer than with none, and ${cache / 1024} KiB of cache for each token instead of 36.`;
  },
};

const choice = (
  name: string,
  options: readonly string[],
  value: boolean,
  set: (value: boolean) => State,
) => ({ name, options, value: Number(value), set: (at: number) => set(at === 1) });
