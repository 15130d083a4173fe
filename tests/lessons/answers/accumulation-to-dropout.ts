// Answers to the exercises on accumulation, on a ring and on dropout, written without a look at the lists of mistakes.

import type { Answer } from "./answer.ts";

export const answers: Readonly<Record<string, readonly Answer[]>> = {
  "20-accumulation-and-data-parallel/accumulate": [
    {
      name: "divided at the end",
      edits: [
        ["? 1 / total : 0", "? 1 : 0"],
        [
          "  loss[0] = sum",
          "  for (let i = 0; i < V * C; i++) dweight[i] /= total;\n  loss[0] = sum",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "only the tokens that count are handed over",
      edits: [
        ["t < counts[j] ? 1 / total : 0", "1 / total"],
        ["partTargets, weight, T, C, V", "partTargets, weight, counts[j], C, V"],
        [
          "(dweight, losses, dlosses, partInp, partTargets",
          "(dweight, losses.subarray(0, counts[j]), dlosses.subarray(0, counts[j]), partInp.subarray(0, counts[j] * C), partTargets.subarray(0, counts[j])",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "padding keeps the factor of the part before",
      edits: [
        [
          "for (let t = 0; t < T; t++) dlosses[t] = t < counts[j] ? 1 / total : 0;",
          "for (let t = 0; t < counts[j]; t++) dlosses[t] = 1 / total;",
        ],
      ],
      outcome: "named",
    },
    {
      name: "shares of the first part for all",
      edits: [["? 1 / total : 0", "? 1 / (counts[0] * parts) : 0"]],
      outcome: "located",
    },
    {
      name: "the negative gradient",
      edits: [["? 1 / total : 0", "? -1 / total : 0"]],
      outcome: "named",
    },
    {
      name: "the targets of the first part",
      edits: [["targets.subarray(j * T, (j + 1) * T)", "targets.subarray(0, T)"]],
      outcome: "named",
    },
  ],
  "20-accumulation-and-data-parallel/ring": [
    {
      name: "seen from the receiver",
      edits: [
        [
          "for (let from = 0; from < machines; from++) {\n    const to = (from + 1) % machines;",
          "for (let to = 0; to < machines; to++) {\n    const from = (to + machines - 1) % machines;",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "a remainder below 0",
      edits: [["(from - step + machines) % machines", "(from - step) % machines"]],
      outcome: "named",
    },
    {
      name: "received chunk by the receiver's number",
      edits: [["(from - step + machines) % machines", "(to - step + machines) % machines"]],
      outcome: "named",
    },
    {
      name: "every machine takes the chunk off",
      edits: [["+= grads[from * N + i]", "-= grads[from * N + i]"]],
      outcome: "named",
    },
    {
      name: "moved, not copied",
      edits: [
        [
          "grads[to * N + i] += grads[from * N + i];",
          "grads[to * N + i] += grads[from * N + i];\n      grads[from * N + i] = 0;",
        ],
      ],
      outcome: "named",
    },
  ],
  "23-dropout/dropout": [
    {
      name: "training compared with true",
      edits: [
        ["if (training === 0) out", "if ((training as unknown) !== true) out"],
        ["if (training === 0) dinp", "if ((training as unknown) !== true) dinp"],
      ],
      outcome: "named",
      says: /never === true/,
    },
    {
      name: "zeros in evaluation",
      edits: [["if (training === 0) out[i] = inp[i]", "if (training === 0) out[i] = 0"]],
      outcome: "located",
      says: /Where training = 1, all is right; where training = 0, it is not/,
    },
    {
      name: "a factor for both passes",
      edits: [
        [
          "isKept(seed, step, i, p) ? inp[i] / (1 - p) : 0",
          "(inp[i] * Number(isKept(seed, step, i, p))) / (1 - p)",
        ],
        [
          "else if (isKept(seed, step, i, p)) dinp[i] += dout[i] / (1 - p)",
          "else dinp[i] += (dout[i] * Number(isKept(seed, step, i, p))) / (1 - p)",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "where the output is not 0",
      edits: [
        [
          "isKept(seed, step, i, p) ? inp[i] / (1 - p) : 0",
          "isKept(seed, step, i, p) && inp[i] !== 0 ? inp[i] / (1 - p) : 0",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "the gradient of what is dropped",
      edits: [["else if (isKept", "else if (!isKept"]],
      outcome: "named",
    },
    {
      name: "one plus p",
      edits: [["? inp[i] / (1 - p) : 0", "? inp[i] * (1 + p) : 0"]],
      outcome: "located",
    },
    {
      name: "what is dropped is left alone",
      edits: [["? inp[i] / (1 - p) : 0", "? inp[i] / (1 - p) : inp[i]"]],
      outcome: "named",
    },
    {
      name: "the gradient written, not added",
      edits: [["dinp[i] += dout[i] / (1 - p)", "dinp[i] = dout[i] / (1 - p)"]],
      outcome: "named",
    },
    {
      name: "a neighbour's mask on the way back",
      edits: [["else if (isKept(seed, step, i, p))", "else if (isKept(seed, step, i + 1, p))"]],
      outcome: "located",
    },
  ],
};
