// Answers to the exercises about fewer bits, written without a look at the lists of mistakes.

import type { Answer } from "./answer.ts";

export const answers: Readonly<Record<string, readonly Answer[]>> = {
  "29-fewer-bits/bfloat16": [
    {
      name: "the last bit taken away",
      edits: [["size + 0x7fff + last", "size + 0x7fff - last"]],
      outcome: "located",
    },
    {
      name: "with the sign in the word",
      edits: [
        [
          "const rounded = (size + 0x7fff + last) >>> 16;",
          "const rounded = ((inp[i] + 0x7fff + last) >>> 16) & 0x7fff;",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "by comparing what is cut off",
      edits: [
        [
          "const rounded = (size + 0x7fff + last) >>> 16;",
          "const rest = size & 0xffff;\n    const rounded = (size >>> 16) + Number(rest > 0x8000 || (rest === 0x8000 && last === 1));",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "added to 0x8000 as well",
      edits: [["size + 0x7fff + last", "size + 0x8000 + last"]],
      outcome: "named",
    },
    {
      name: "shifted with the sign",
      edits: [
        ["const sign = (inp[i] >>> 16) & 0x8000;", "const sign = (inp[i] >> 16) & 0xffff8000;"],
      ],
      outcome: "located",
    },
    {
      name: "NaN from the exponent alone",
      edits: [["size > 0x7f800000", "(size & 0x7f800000) === 0x7f800000"]],
      outcome: "named",
    },
    {
      name: "another NaN",
      edits: [["0x7fc0 : rounded", "0x7f81 : rounded"]],
      outcome: "located",
    },
  ],
  "29-fewer-bits/q8": [
    {
      name: "a scale of 1e-8 at least, so that it is never 0",
      edits: [["largest / 127;", "Math.max(largest / 127, 1e-8);"]],
      outcome: "located",
      says: /^whole is wrong/,
    },
    {
      name: "by the inverse",
      edits: [["roundAway(inp[i] / scale)", "roundAway(inp[i] * (127 / largest))"]],
      outcome: "passes",
    },
    {
      name: "zero asked of the largest",
      edits: [["scale === 0 ? 0", "largest === 0 ? 0"]],
      outcome: "passes",
    },
    {
      name: "127.5 steps",
      edits: [["largest / 127;", "largest / 127.5;"]],
      outcome: "located",
    },
    {
      name: "the smallest for the largest",
      edits: [["largest = Math.max(largest", "largest = -Math.max(-largest"]],
      outcome: "named",
    },
    {
      name: "31 of 32 are looked at",
      edits: [["i < first + 32; i++) largest", "i < first + 31; i++) largest"]],
      outcome: "located",
    },
    {
      name: "the numbers left as values",
      edits: [["roundAway(inp[i] / scale)", "scale * roundAway(inp[i] / scale)"]],
      outcome: "named",
    },
  ],
};
