import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "scoreEndings",
  shapes: {
    ...{ sums: "N", means: "N", perplexities: "N", logits: "N*T*V", tokens: "N*T" },
    ...{ contexts: "N", lengths: "N" },
  },
  letters: { N: "n" },
  reference: "endings",
  args: [
    ...["sums", "means", "perplexities", "logits", "tokens", "contexts", "lengths"],
    ...["N", "T", "V"],
  ],
  writes: ["sums", "means", "perplexities"],
  adds: [],
  draw(draw) {
    const [N, V, T] = draw.different(3, 3, 8);
    // Never a V of 1: all log-probabilities would be 0, and nearly every answer right.
    return draw.eachOnce({ N }, ({ N }) => {
      const [contexts, lengths] = [draw.emptyIds([N]), draw.emptyIds([N])];
      const logits = draw.normal([N, T, V]);
      for (let n = 0; n < N; n++) {
        contexts.data[n] = draw.whole(1, T - 1);
        lengths.data[n] = draw.whole(contexts.data[n] + 1, T);
        // Rows are far from one another: a softmax does not mind.
        const level = draw.whole(-9, 9) * 100;
        for (let i = 0; i < T * V; i++) logits.data[n * T * V + i] += level;
      }
      return {
        sizes: { N, T, V },
        tensors: {
          ...{ sums: draw.empty([N]), means: draw.empty([N]), perplexities: draw.empty([N]) },
          ...{ logits, tokens: draw.ids([N, T], V), contexts, lengths },
        },
      };
    });
  },
};
