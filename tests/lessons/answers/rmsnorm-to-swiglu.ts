// Answers to the exercises of the lessons on RMSNorm and SwiGLU, written without a look at the lists of mistakes.

import type { Answer } from "./answer.ts";

export const answers: Readonly<Record<string, readonly Answer[]>> = {
  "24-rmsnorm/backward": [
    {
      name: "the mean halved",
      edits: [["dnormNormSum / C;", "dnormNormSum / C / 2;"]],
      outcome: "named",
    },
    {
      name: "rstd made from the row, without eps",
      edits: [
        [
          "const r = rstd[bt];",
          "const r = 1 / Math.sqrt(inp.subarray(row, row + C).reduce((s, x) => s + x * x, 0) / C);",
        ],
      ],
      outcome: "located",
    },
    {
      name: "the part along the row taken out by its own length",
      edits: [
        [
          "const dnormNormMean = dnormNormSum / C;",
          "let squares = 0;\n      for (let i = 0; i < C; i++) squares += (inp[row + i] * r) ** 2;\n      const dnormNormMean = dnormNormSum / squares;",
        ],
      ],
      outcome: "located",
    },
    {
      name: "another order of factors",
      edits: [
        ["r * (dnorm - norm * dnormNormMean)", "dnorm * r - inp[row + i] * r * r * dnormNormMean"],
      ],
      outcome: "passes",
    },
  ],
  "24-rmsnorm/mend": [
    {
      name: "an eps of its own",
      edits: [["squares / C + eps", "squares / C + 1e-5"]],
      outcome: "located",
    },
    {
      name: "the root written as a power",
      edits: [["1 / Math.sqrt(squares / C + eps)", "(squares / C + eps) ** -0.5"]],
      outcome: "passes",
    },
  ],
  "26-swiglu/backward": [
    {
      name: "silu's slope from its value",
      edits: [["s + gate * s * (1 - s)", "gate * s + s * (1 - gate * s)"]],
      outcome: "passes",
    },
    {
      name: "the value's sign",
      edits: [["+= d * gate * s;", "-= d * gate * s;"]],
      outcome: "named",
    },
    {
      name: "GELU's factor",
      edits: [["Math.exp(-gate)", "Math.exp(-1.702 * gate)"]],
      outcome: "located",
    },
  ],
  "26-swiglu/mend": [
    {
      name: "the sigmoid alone",
      edits: [["(gate / (1", "(1 / (1"]],
      outcome: "located",
    },
    {
      name: "out by rows of 2F",
      edits: [["out[bt * F + i]", "out[row + i]"]],
      outcome: "located",
    },
  ],
};
