// What may come next, at a temperature that one moves, and how many of the likeliest top-p leaves.

import { softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";
import { bar, label, line, named, type Sketch, sketchWidth } from "../../src/figures/sketch.ts";

const words = ["be", "die", "sleep", "live", "dream", "dance", "eat", "swim"];
const logits = [3.2, 1.8, 1.5, 1.2, 0.8, 0.1, -0.3, -1]; // the likeliest first, for the drawing
const V = words.length;

interface State {
  temperature: number;
  topP: number;
}

/** The probabilities at a temperature, and which are left. */
function remain({ temperature, topP }: State): { probs: Float32Array; kept: number; sum: number } {
  const probs = new Float32Array(V);
  softmaxForward(
    probs,
    Float32Array.from(logits, (z) => z / temperature),
    1,
    1,
    V,
    V,
  );
  let kept = 0;
  let sum = 0;
  while (kept < V && sum < topP - 1e-6) sum += probs[kept++];
  return { probs, kept, sum };
}

const left = 62;
const railX = left + 38;
const right = sketchWidth - 54;
const row = 23;
const scale = right - left; // of a probability of 1
const rails = { temperature: 232, topP: 272 };
const yOf = (v: number) => 8 + row * v;
const [coldest, hottest] = [0.2, 3];
const [fewest, all] = [0.1, 1];
const along = (value: number, min: number, max: number) =>
  railX + ((value - min) / (max - min)) * (right - railX);
const back = (x: number, min: number, max: number) =>
  min + ((x - railX) / (right - railX)) * (max - min);

export const sketch: Sketch<State> = {
  title: "Eight words that may come next, a bar for the probability of each, and two rails below",
  height: 292,
  start: { temperature: 1, topP: 0.8 },

  marks(state) {
    const { probs, kept, sum } = remain(state);
    const bars = words.flatMap((word, v) => {
      const share = v < kept ? probs[v] / sum : 0;
      const y = yOf(v);
      return [
        label(left - 8, y + 14, word, { anchor: "end", role: v < kept ? undefined : "soft" }),
        bar(left, Math.max(1, scale * probs[v]), y + 3, y + row - 5, "soft"),
        named("probs", bar(left, scale * share, y + 3, y + row - 5, "output")),
        label(left + scale * Math.max(share, probs[v]) + 8, y + 14, share.toFixed(2), {
          role: v < kept ? "output" : "soft",
          symbol: "probs",
        }),
      ];
    });
    const rail = (name: string, symbol: string, y: number, value: string) => [
      label(0, y + 5, name, { role: "soft", symbol }),
      line(railX, y, right, y),
      label(sketchWidth, y + 5, value, { anchor: "end", role: "parameter" }),
    ];
    return [
      ...bars,
      ...rail("temperature", "temperature", rails.temperature, state.temperature.toFixed(1)),
      ...rail("top-p", "topP", rails.topP, state.topP.toFixed(2)),
    ].join("");
  },

  handles: (state) => [
    {
      ...{ name: "temperature", cy: rails.temperature, role: "parameter", symbol: "temperature" },
      cx: along(state.temperature, coldest, hottest),
      x: {
        ...{ min: coldest, max: hottest, step: 0.1, value: state.temperature },
        at: ({ x }) => back(x, coldest, hottest),
        set: (value) => ({ ...state, temperature: Math.round(10 * value) / 10 }),
      },
    },
    {
      ...{ name: "top-p", cy: rails.topP, role: "parameter", symbol: "topP" },
      cx: along(state.topP, fewest, all),
      x: {
        ...{ min: fewest, max: all, step: 0.05, value: state.topP },
        at: ({ x }) => back(x, fewest, all),
        set: (value) => ({ ...state, topP: Math.round(100 * value) / 100 }),
      },
    },
  ],

  says(state) {
    const { probs, kept, sum } = remain(state);
    const draws = Math.round((100 * probs[0]) / sum);
    const left = kept === 1 ? "one word is left" : `${kept} words are left`;
    return `At temperature ${state.temperature.toFixed(1)} and top-p ${state.topP.toFixed(2)}, ${left}. “${words[0]}” is drawn about ${draws} times in 100.`;
  },
};
