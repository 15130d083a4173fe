// Answers to the exercises of the lesson about evaluation, written without a look at the lists of mistakes.

import type { Answer } from "./answer.ts";

export const answers: Readonly<Record<string, readonly Answer[]>> = {
  "22-evaluation/endings": [
    {
      name: "the sum of all that came before, in the mean alone",
      edits: [["means[n] = sum / count;", "means[n] = sum / (T - contexts[n]);"]],
      outcome: "located",
      never: /V = 1/,
    },
    {
      name: "as in NumPy: tokens[n, t]",
      edits: [["tokens[n * T + t]", "tokens[(n, t)]"]],
      outcome: "named",
      says: /n \* T \+ t/,
    },
    {
      name: "base 2",
      edits: [["sums[n] = sum;", "sums[n] = sum / Math.LN2;"]],
      outcome: "located",
    },
    {
      name: "perplexity to the base 2",
      edits: [["Math.exp(-sum / count)", "2 ** (-sum / count)"]],
      outcome: "named",
    },
    {
      name: "one token too many in the mean",
      edits: [["means[n] = sum / count;", "means[n] = sum / (count + 1);"]],
      outcome: "located",
    },
    {
      name: "the mask by length alone",
      edits: [["t = contexts[n]; t < lengths[n]", "t = contexts[n]; t <= lengths[n] && t < T"]],
      outcome: "located",
    },
    {
      name: "without the largest, in one line",
      edits: [
        [
          "sum += logits[row + tokens[n * T + t]] - logSumExp(logits, row, V);",
          "const target = logits[row + tokens[n * T + t]];\n      let rest = 0;\n      for (let v = 0; v < V; v++) rest += Math.exp(logits[row + v] - target);\n      sum -= Math.log(rest);",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "probabilities multiplied, then the logarithm",
      edits: [
        ["let sum = 0;\n    for (let t = contexts", "let product = 1;\n    for (let t = contexts"],
        [
          "sum += logits[row + tokens[n * T + t]] - logSumExp(logits, row, V);\n    }",
          "product *= Math.exp(logits[row + tokens[n * T + t]] - logSumExp(logits, row, V));\n    }\n    const sum = Math.log(product);",
        ],
      ],
      outcome: "passes",
    },
  ],
  "22-evaluation/bytes": [
    {
      name: "the log of each loss",
      edits: [["nats += losses[n]", "nats += Math.log2(losses[n])"]],
      outcome: "located",
    },
    {
      name: "the border of two bytes at 256",
      edits: [["character < 0x80)", "character < 0x100)"]],
      outcome: "located",
    },
    {
      name: "bits first",
      edits: [
        ["nats += losses[n]", "nats += losses[n] / Math.LN2"],
        ["nats / Math.LN2 / bytes", "nats / bytes"],
      ],
      outcome: "passes",
    },
    {
      name: "bytes over bits",
      edits: [["nats / Math.LN2 / bytes", "(bytes * Math.LN2) / nats"]],
      outcome: "named",
    },
  ],
};
