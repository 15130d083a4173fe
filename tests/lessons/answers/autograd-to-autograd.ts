// Answers to the exercises about the tape, written without a look at the lists of mistakes.

import type { Answer } from "./answer.ts";

export const answers: Readonly<Record<string, readonly Answer[]>> = {
  "15-a-small-autograd-engine/backward": [
    {
      name: "the tape turned around first",
      edits: [
        [
          "for (let k = tape.length - 1; k >= 0; k--) tape[k].back();",
          "for (const entry of [...tape].reverse()) entry.back();",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "all ones in the loss",
      edits: [["loss.grad[0] = 1;", "loss.grad.fill(1);"]],
      outcome: "passes",
    },
    {
      name: "the quotient for the factor",
      edits: [
        [
          "a.grad[i] += out.grad[i] * b.data[j];",
          "a.grad[i] += (out.grad[i] * out.data[i]) / a.data[i];",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "the last entry left out",
      edits: [["let k = tape.length - 1;", "let k = tape.length - 2;"]],
      outcome: "named",
    },
    {
      name: "minus for b",
      edits: [["b.grad[j] += out.grad[i]", "b.grad[j] -= out.grad[i]"]],
      outcome: "named",
    },
    {
      name: "half for each",
      edits: [["loss.grad[0] = 1;", "loss.grad[0] = 0.5;"]],
      outcome: "located",
    },
  ],
  "15-a-small-autograd-engine/mend": [
    {
      name: "outputs cleared as well",
      edits: [
        ["for (const { inputs } of tape) {", "for (const { inputs, out } of tape) {"],
        ["of inputs) grad.fill(0)", "of [out, ...inputs]) grad.fill(0)"],
      ],
      outcome: "passes",
    },
    {
      name: "each value once, by a set",
      edits: [
        [
          "for (const { inputs } of tape) {\n    for (const { grad } of inputs) grad.fill(0);\n  }",
          "for (const { grad } of new Set(tape.flatMap((entry) => entry.inputs))) grad.fill(0);",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "half for the loss",
      edits: [["loss.grad[0] = 1;", "loss.grad[0] = 0.5;"]],
      outcome: "located",
    },
    {
      name: "walked twice",
      edits: [["tape[k].back();", "tape[k].back();\n    tape[k].back();"]],
      outcome: "located",
    },
  ],
};
