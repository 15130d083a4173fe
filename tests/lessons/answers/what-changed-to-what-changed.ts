// Answers to the exercise of the lesson on what changed, as a reader might give them who knows the kernels and not their order.

import type { Answer } from "./answer.ts";

const turn = "  ropeForward(qkv, cis, hs / 2, B, T, NH, NKV, hs);\n";
const attend = "attentionGroupedForward(atty, lse, qkv, Infinity,";
const project = "  matmulForward(attproj, atty, attprojw, null, B, T, NH * hs, C);\n";
const add2 = "residualForward(residual2, residual, attproj, B * T * C);";
const norm2 = "  rmsnormForward(ln2, rstd, residual2, ln2w, eps, B, T, C);\n";
const add3 = "residualForward(residual3, residual2, fcproj, B * T * C);";

export const answers: Readonly<Record<string, readonly Answer[]>> = {
  "28-what-changed-since-gpt-2/block": [
    {
      name: "what is added first, then the stream",
      edits: [
        ["residual2, residual, attproj", "residual2, attproj, residual"],
        ["residual3, residual2, fcproj", "residual3, fcproj, residual2"],
      ],
      outcome: "passes",
    },
    {
      name: "added by a loop, and a window as long as the text",
      edits: [
        [
          add2,
          "for (let n = 0; n < residual2.length; n++) residual2[n] = residual[n] + attproj[n];",
        ],
        [attend, "attentionGroupedForward(atty, lse, qkv, T,"],
      ],
      outcome: "passes",
    },
    {
      name: "attention's answer added without the projection",
      edits: [
        [project, ""],
        ["residual2, residual, attproj,", "residual2, residual, atty,"],
      ],
      outcome: "named",
      says: /^What was added to the stream is atty/,
    },
    {
      name: "a window that ends before the first token",
      edits: [[attend, "attentionGroupedForward(atty, lse, qkv, T - 1,"]],
      outcome: "located",
    },
    {
      name: "a copy is turned",
      edits: [[turn, turn.replace("qkv,", "qkv.slice(),")]],
      outcome: "named",
    },
    {
      name: "an eps of its own in both norms",
      edits: [
        ["residual, ln1w, eps,", "residual, ln1w, 1e-5,"],
        ["residual2, ln2w, eps,", "residual2, ln2w, 1e-5,"],
      ],
      outcome: "located",
    },
    {
      name: "the gates alone of gates and values",
      edits: [["fch, ln2, fcw, null, B, T, C, 2 * F", "fch, ln2, fcw, null, B, T, C, F"]],
      outcome: "located",
    },
    {
      name: "values where the gates belong",
      edits: [
        [
          "  swigluForward(fchgated, fch,",
          "  const turned = fch.slice();\n  for (let n = 0; n < B * T; n++)\n    for (let i = 0; i < F; i++) {\n      turned[2 * n * F + i] = fch[(2 * n + 1) * F + i];\n      turned[(2 * n + 1) * F + i] = fch[2 * n * F + i];\n    }\n  swigluForward(fchgated, turned,",
        ],
      ],
      outcome: "located",
    },
    {
      name: "as many heads of keys as of queries",
      edits: [[turn, turn.replace("NH, NKV", "NH, NH")]],
      outcome: "located",
    },
    {
      name: "the norm after the addition, onto the stream",
      edits: [
        [
          norm2,
          "  rmsnormForward(ln2, rstd, residual2, ln2w, eps, B, T, C);\n  residual2.set(ln2);\n",
        ],
      ],
      outcome: "named",
      never: /was added to ln2/,
    },
    {
      name: "only the half that is attention",
      edits: [
        [norm2, ""],
        ["  matmulForward(fch, ln2, fcw, null, B, T, C, 2 * F);\n", ""],
        ["  swigluForward(fchgated, fch, B, T, F);\n", ""],
        ["  matmulForward(fcproj, fchgated, fcprojw, null, B, T, F, C);\n", ""],
        [`  ${add3}\n`, ""],
      ],
      outcome: "located",
    },
    {
      name: "the starter",
      from: "start",
      edits: [],
      outcome: "named",
    },
  ],
};
