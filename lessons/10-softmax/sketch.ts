// Five logits that one drags, and the probabilities that softmax makes of them.

import { softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";
import { drawLogits, drawProbs, logitHandles, middle, V, words } from "../../src/figures/logits.ts";
import { label, type Sketch } from "../../src/figures/sketch.ts";

interface State {
  logits: number[];
}

function probsOf({ logits }: State): Float32Array {
  const probs = new Float32Array(V);
  softmaxForward(probs, Float32Array.from(logits), 1, 1, V, V);
  return probs;
}

export const sketch: Sketch<State> = {
  title: "Five words, above each a bar for its logit, below each one for its probability",
  height: 308,
  start: { logits: [2, 1, 0, -1, 0.5] },
  marks: (state) =>
    [
      drawLogits(state.logits),
      drawProbs(probsOf(state), 284, 78),
      ...words.map((word, v) => label(middle(v), 302, word, { anchor: "middle" })),
    ].join(""),
  handles: ({ logits }) =>
    logitHandles(logits, (at, value) => ({ logits: logits.map((z, v) => (v === at ? value : z)) })),
  says(state) {
    const probs = probsOf(state);
    const best = probs.indexOf(Math.max(...probs));
    const second = probs.indexOf(Math.max(...probs.filter((_, v) => v !== best)));
    const apart = state.logits[best] - state.logits[second];
    const most = `“${words[best]}” gets ${probs[best].toFixed(3)}`;
    return `${most}. Its logit is ${apart.toFixed(1)} above the next, so it is e^${apart.toFixed(1)} = ${Math.exp(apart).toFixed(2)} times as likely. All five add up to 1.`;
  },
};
