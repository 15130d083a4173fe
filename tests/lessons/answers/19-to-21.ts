// Answers to the exercises of lessons 19 and 21, as a reader might give them.

import type { Answer } from "./answer.ts";

const lines = `        const da = dqkv[first];
        const db = dqkv[first + apart];
        dqkv[first] = da * cos + db * sin;
        dqkv[first + apart] = -da * sin + db * cos;
`;
const turned = `        const a = qkv[first];
        qkv[first] = a * cos - qkv[first + apart] * sin;
        qkv[first + apart] = a * sin + qkv[first + apart] * cos;
`;

export const answers: Readonly<Record<string, readonly Answer[]>> = {
  "19-rope/backward": [
    {
      name: "both at once",
      edits: [
        [
          lines,
          "        [dqkv[first], dqkv[first + apart]] = [\n          dqkv[first] * cos + dqkv[first + apart] * sin,\n          dqkv[first + apart] * cos - dqkv[first] * sin,\n        ];\n",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "the difference added",
      edits: [
        ["dqkv[first] = da * cos", "dqkv[first] += da * (cos - 1)"],
        [
          "dqkv[first + apart] = -da * sin + db * cos",
          "dqkv[first + apart] += db * (cos - 1) - da * sin",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "the partner half a head further in both layouts",
      edits: [
        ["const db = dqkv[first + apart]", "const db = dqkv[first + pairs]"],
        ["dqkv[first + apart] =", "dqkv[first + pairs] ="],
      ],
      outcome: "located",
    },
    {
      name: "into a copy",
      edits: [
        ["  const pairs", "  const out = dqkv.slice();\n  const pairs"],
        ["        dqkv[first] =", "        out[first] ="],
        ["        dqkv[first + apart] =", "        out[first + apart] ="],
      ],
      outcome: "located",
      says: /^Nothing was changed in dqkv of q and dqkv of k\.$/,
    },
    {
      name: "the starter",
      from: "start",
      edits: [],
      outcome: "located",
    },
    {
      name: "the turn back of the keys alone, the queries turned on",
      edits: [
        [
          "const sin = cis[angle + pairs + i];",
          "const sin = (head < NH ? -1 : 1) * cis[angle + pairs + i];",
        ],
      ],
      outcome: "located",
      says: /^dqkv of q is wrong in 32 of 48 numbers, all of them at t > 0\. [^k]*$/,
    },
    {
      name: "halved",
      edits: [[lines, `${lines}        dqkv[first] /= 2;\n        dqkv[first + apart] /= 2;\n`]],
      outcome: "located",
    },
  ],
  "19-rope/mend": [
    {
      name: "both at once",
      edits: [
        [
          turned,
          "        [qkv[first], qkv[first + apart]] = [\n          qkv[first] * cos - qkv[first + apart] * sin,\n          qkv[first] * sin + qkv[first + apart] * cos,\n        ];\n",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "from a copy of all",
      edits: [
        ["  const pairs", "  const inp = qkv.slice();\n  const pairs"],
        [
          turned,
          "        qkv[first] = inp[first] * cos - inp[first + apart] * sin;\n        qkv[first + apart] = inp[first] * sin + inp[first + apart] * cos;\n",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "a second name for the same array",
      edits: [
        ["  const pairs", "  const inp = qkv;\n  const pairs"],
        [
          turned,
          "        qkv[first] = inp[first] * cos - inp[first + apart] * sin;\n        qkv[first + apart] = inp[first] * sin + inp[first + apart] * cos;\n",
        ],
      ],
      outcome: "located",
      says: /^These are the very numbers that the code you began with gives/,
    },
    {
      name: "the second channel kept",
      edits: [
        [
          turned,
          "        const b = qkv[first + apart];\n        qkv[first] = qkv[first] * cos - b * sin;\n        qkv[first + apart] = qkv[first] * sin + b * cos;\n",
        ],
      ],
      outcome: "located",
    },
    {
      name: "place 0 left out",
      edits: [["let bt = 0", "let bt = 1"]],
      outcome: "located",
    },
  ],
};
