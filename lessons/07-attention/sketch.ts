// A sentence twice, side by side: at the left the tokens that look, at the right those that are looked at, and from the chosen
// one a line to each that it takes from, as strong as its weight. From a small trained GPT-2.

import { label, mark, type Sketch, sketchWidth } from "../../src/figures/sketch.ts";
import type { LookAt } from "../../src/figures/toy.ts";
import start from "./sketch.json" with { type: "json" };

interface State {
  sentence: string;
  tokens: string[];
  L: number;
  NH: number;
  weights: ArrayLike<number>; // (L, NH, T, T)
  layer: number;
  head: number;
  token: number; // that looks
}

const [left, right] = [140, 250]; // where the lines begin and end
const most = 15; // tokens, for which there is room
const top = 40;
const row = 21;
const yOf = (t: number) => top + row * t;

export const sketch: Sketch<State> = {
  title: "A sentence, and from the token that looks a line to every token that it takes from",
  height: yOf(most) - 4,
  start: { ...start, sentence: start.sentence, layer: 1, head: 1, token: 4 },

  marks(state) {
    const { tokens, token } = state;
    const weights = rowOf(state);
    const names = tokens.flatMap((name, t) => [
      label(left - 22, yOf(t) + 5, shown(name), {
        anchor: "end",
        role: t === token ? "output" : "soft",
      }),
      t <= token
        ? label(right + 14, yOf(t) + 5, shown(name), { role: "input" })
        : label(right + 14, yOf(t) + 5, shown(name), { role: "soft" }),
    ]);
    const lines = weights.map((weight, t2) =>
      mark("path", {
        "data-symbol": "att",
        d: `M${left},${yOf(token)}C${left + 50},${yOf(token)} ${right - 50},${yOf(t2)} ${right},${yOf(t2)}`,
        ...{
          "data-line": "input",
          "stroke-width": 0.5 + 11 * weight,
          "stroke-opacity": 0.25 + 0.75 * weight,
        },
      }),
    );
    const numbers = weights.map((weight, t2) =>
      weight < 0.005
        ? ""
        : label(sketchWidth, yOf(t2) + 5, weight.toFixed(2), {
            ...{ anchor: "end", symbol: "att" },
          }),
    );
    return [
      label(left - 22, 16, "looks", { anchor: "end", role: "soft", symbol: "t" }),
      label(right + 14, 16, "is looked at", { role: "soft", symbol: "t2" }),
      label(sketchWidth, 16, "weight", { anchor: "end", role: "soft", symbol: "att" }),
      ...names,
      ...lines,
      ...numbers,
    ].join("");
  },

  handles: (state) => [
    {
      name: "token that looks",
      symbol: "t",
      says: shown(state.tokens[state.token]),
      cx: left - 8,
      cy: yOf(state.token),
      role: "output",
      y: {
        ...{ min: 0, max: state.tokens.length - 1, step: 1, down: true, value: state.token },
        at: ({ y }) => (y - top) / row,
        set: (token) => ({ ...state, token }),
      },
    },
  ],

  choices: (state) => [
    {
      name: "layer",
      options: Array.from({ length: state.L }, (_, l) => String(l)),
      value: state.layer,
      set: (layer) => ({ ...state, layer }),
    },
    {
      name: "head",
      options: Array.from({ length: state.NH }, (_, h) => String(h)),
      value: state.head,
      set: (head) => ({ ...state, head }),
    },
  ],

  text: (state) => ({
    name: "your sentence",
    value: state.sentence,
    most: 60,
    async set(sentence) {
      const { tokens, attention } = await (await open())(sentence.trim() || start.sentence);
      if (!attention) return state;
      const { L, NH, weights } = attention;
      const n = Math.min(most, tokens.length);
      const kept = Array.from({ length: L * NH * n * n }, (_, at) => {
        const [table, t, t2] = [Math.floor(at / n / n), Math.floor(at / n) % n, at % n];
        return weights[(table * tokens.length + t) * tokens.length + t2];
      });
      return { ...state, sentence, tokens: tokens.slice(0, n), L, NH, weights: kept, token: n - 1 };
    },
  }),

  says(state) {
    const { tokens, token, layer, head } = state;
    const best = rowOf(state)
      .map((weight, t2) => ({ weight, name: t2 === token ? "itself" : `“${shown(tokens[t2])}”` }))
      .toSorted((a, b) => b.weight - a.weight)
      .slice(0, 3)
      .map(({ weight, name }) => `${weight.toFixed(2)} from ${name}`);
    return `Layer ${layer}, head ${head}: “${shown(tokens[token])}” takes ${best.join(", ")}. All weights of a token add up to 1.`;
  },
};

/** The weights of the token that looks: one for itself and each before it. */
function rowOf({ weights, tokens, NH, layer, head, token }: State): number[] {
  const T = tokens.length;
  const at = ((layer * NH + head) * T + token) * T;
  return Array.from({ length: token + 1 }, (_, t2) => weights[at + t2]);
}

const shown = (token: string) =>
  token === "" ? "start" : token.trim() === "" ? "␣" : token.trim();

let opened: Promise<LookAt> | undefined;

/** Loads the model, once. */
function open(): Promise<LookAt> {
  opened ??= (async () => {
    const address = new URL("../../src/figures/toy.bin", import.meta.url);
    const [{ createToy }, response] = await Promise.all([
      import("../../src/figures/toy.ts"),
      fetch(address),
    ]);
    return createToy(new Uint8Array(await response.arrayBuffer()));
  })();
  return opened;
}
