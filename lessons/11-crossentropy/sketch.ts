// Five logits that one drags, the word that came, the loss, and the gradient that comes back to each logit.

import {
  crossentropyForward,
  crossentropySoftmaxBackward,
} from "@llm.ts/kernels/crossentropy/crossentropy.ts";
import { softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";
import {
  drawLogits,
  drawProbs,
  logitHandles,
  middle,
  V,
  width,
  words,
} from "../../src/figures/logits.ts";
import {
  bar,
  label,
  line,
  mark,
  named,
  type Sketch,
  sketchWidth,
} from "../../src/figures/sketch.ts";

interface State {
  logits: number[];
  target: number;
}

function compute({ logits, target }: State) {
  const [probs, dlogits] = [new Float32Array(V), new Float32Array(V)];
  const losses = new Float32Array(1);
  softmaxForward(probs, Float32Array.from(logits), 1, 1, V, V);
  crossentropyForward(losses, probs, Int32Array.of(target), 1, 1, V);
  crossentropySoftmaxBackward(
    dlogits,
    Float32Array.of(1),
    probs,
    Int32Array.of(target),
    1,
    1,
    V,
    V,
  );
  return { probs, dlogits, loss: losses[0] };
}

const foot = 226; // of the probabilities
const zero = 300; // of the gradient
const unit = 34;

export const sketch: Sketch<State> = {
  title:
    "Five words: their logits, their probabilities, and the gradient of the loss for each logit",
  height: 356,
  start: { logits: [2, 1, 0, -1, 0.5], target: 1 },

  marks(state) {
    const { probs, dlogits } = compute(state);
    const gradient = Array.from(dlogits, (d, v) =>
      named(
        "dlogits",
        bar(middle(v) - width / 2, width, zero, zero - unit * d, "gradient"),
        label(middle(v), zero + (d < 0 ? -5 : 15), `${d < 0 ? "−" : ""}${Math.abs(d).toFixed(3)}`, {
          ...{ anchor: "middle", role: "gradient" },
        }),
      ),
    );
    return [
      drawLogits(state.logits),
      drawProbs(probs, foot, 44),
      label(0, zero + 5, "dlogits", { role: "soft", symbol: "dlogits" }),
      line(58, zero, sketchWidth, zero),
      ...gradient,
      ...words.map((word, v) => label(middle(v), 350, word, { anchor: "middle" })),
      mark("rect", {
        ...{ x: middle(state.target) - 33, y: foot - 64, width: 66, height: 194 },
        ...{ rx: 6, "data-line": "output", "stroke-dasharray": "4 3", "data-symbol": "targets" },
      }),
    ].join("");
  },

  handles: (state) =>
    logitHandles(state.logits, (at, value) => ({
      ...state,
      logits: state.logits.map((z, v) => (v === at ? value : z)),
    })),

  choices: (state) => [
    {
      name: "what came",
      options: words,
      value: state.target,
      set: (target) => ({ ...state, target }),
    },
  ],

  says(state) {
    const { probs, loss } = compute(state);
    const p = probs[state.target];
    return `“${words[state.target]}” came. It had been given ${p.toFixed(3)}, so the loss is −ln ${p.toFixed(3)} = ${loss.toFixed(2)}. Its logit is pushed up by ${(1 - p).toFixed(3)}, the others down, each by its probability.`;
  },
};
