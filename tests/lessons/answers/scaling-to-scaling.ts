// Answers to the exercises of the lesson about scaling, written without a look at their lists of mistakes.

import type { Answer } from "./answer.ts";

export const answers: Readonly<Record<string, readonly Answer[]>> = {
  "21-scaling-laws-and-batch-size/power": [
    {
      name: "by the other form of the sums",
      edits: [
        ["    const x = Math.log(N[i]) - meanX;", "    const x = Math.log(N[i]);"],
        ["    xx += x * x;", "    xx += x * (x - meanX);"],
      ],
      outcome: "passes",
    },
    {
      name: "alpha, then A from the first model",
      edits: [
        ["out[0] = Math.exp(meanY - slope * meanX);", "out[0] = (loss[0] - E) * N[0] ** -slope;"],
      ],
      outcome: "named",
    },
    {
      name: "E added to A",
      edits: [
        [
          "out[0] = Math.exp(meanY - slope * meanX);",
          "out[0] = E + Math.exp(meanY - slope * meanX);",
        ],
      ],
      outcome: "named",
    },
    {
      name: "log2 of N and ln of the loss",
      edits: [
        ["meanX += Math.log(N[i]) / n;", "meanX += Math.log2(N[i]) / n;"],
        ["const x = Math.log(N[i]) - meanX;", "const x = Math.log2(N[i]) - meanX;"],
      ],
      outcome: "located",
    },
    {
      name: "one model left out of the means",
      edits: [
        [
          "  for (let i = 0; i < n; i++) {\n    meanX",
          "  for (let i = 1; i < n; i++) {\n    meanX",
        ],
      ],
      outcome: "located",
    },
    {
      name: "the slope divided by n",
      edits: [["const slope = xy / xx;", "const slope = xy / xx / n;"]],
      outcome: "named",
    },
  ],
  "21-scaling-laws-and-batch-size/noise": [
    {
      name: "tr(Sigma) by deviations from the mean",
      edits: [
        [
          "out[1] = (small - big) / (1 - 1 / n);",
          "out[1] = 0;\n  for (let k = 0; k < n * P; k++) out[1] += (gradients[k] - batch[k % P]) ** 2 / (n - 1);",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "the length from tr(Sigma)",
      edits: [
        ["out[0] = (n * big - small) / (n - 1);", ""],
        [
          "out[1] = (small - big) / (1 - 1 / n);",
          "out[1] = (small - big) / (1 - 1 / n);\n  out[0] = big - out[1] / n;",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "small over P, too",
      edits: [["small += (g * g) / n;", "small += (g * g) / n / P;"]],
      outcome: "located",
    },
    {
      name: "the batch begins with the second text",
      edits: [["for (let k = 0; k < n; k++) {", "for (let k = 1; k < n; k++) {"]],
      outcome: "located",
    },
    {
      name: "twice the noise",
      edits: [["(small - big) / (1 - 1 / n)", "(2 * (small - big)) / (1 - 1 / n)"]],
      outcome: "located",
    },
    {
      name: "corrected twice",
      edits: [["(n * big - small) / (n - 1)", "(n * big - small) / (n - 1) - small / n"]],
      outcome: "located",
    },
  ],
};
