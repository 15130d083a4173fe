// Answers to the exercises of the lessons on RoPE and grouped attention, as a reader might give them.

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
  "25-rope/backward": [
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
  "25-rope/mend": [
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
  "27-grouped-query-attention/backward": [
    {
      name: "group from NKV and NH in one division",
      edits: [["Math.floor(h / (NH / NKV))", "Math.floor((h * NKV) / NH)"]],
      outcome: "passes",
    },
    {
      name: "the starter",
      from: "start",
      edits: [],
      outcome: "located",
    },
    {
      name: "the starter with the right head",
      from: "start",
      edits: [
        ["const group = 0;", "const group = Math.floor(h / (NH / NKV));"],
        ["const dscore = 0 * att", "const dscore = att"],
      ],
      outcome: "located",
      says: /^Nothing was added to dqkv of k and dqkv of v/,
      never: /dqkv of q|none/,
    },
    {
      name: "all but the head of keys",
      edits: [["Math.floor(h / (NH / NKV))", "0"]],
      outcome: "named",
      says: /All queries look at the first head of keys/,
    },
    {
      name: "the mean divided by the tokens seen",
      edits: [
        [
          "const dscore = att * (datt - dattMean)",
          "const dscore = att * (datt - dattMean / (t + 1))",
        ],
      ],
      outcome: "located",
    },
    {
      name: "key and value exchanged in the last lines",
      edits: [
        ["dqkv[k + i] += dscore * qkv[q + i]", "dqkv[v + i] += dscore * qkv[q + i]"],
        ["dqkv[v + i] += att * dout[o + i]", "dqkv[k + i] += att * dout[o + i]"],
      ],
      outcome: "located",
      never: /dqkv of q/,
    },
    {
      name: "two mistakes: the key as a mean, the value overwritten",
      edits: [
        ["dqkv[k + i] += dscore * qkv[q + i]", "dqkv[k + i] += (dscore * qkv[q + i] * NKV) / NH"],
        ["dqkv[v + i] +=", "dqkv[v + i] ="],
      ],
      outcome: "named",
      says: /mean over the heads that share it.*only the last query that looked at it is left|only the last query that looked at it is left.*mean over the heads that share it/s,
    },
  ],
  "27-grouped-query-attention/mend": [
    {
      name: "with a bitwise or for rounding down",
      edits: [["Math.floor(h / (NH / NKV))", "(h / (NH / NKV)) | 0"]],
      outcome: "passes",
    },
    {
      name: "not rounded at all",
      edits: [["Math.floor(h / (NH / NKV))", "h / (NH / NKV)"]],
      outcome: "located",
    },
    {
      name: "by the number of heads of a group",
      edits: [["Math.floor(h / (NH / NKV))", "h % (NH / NKV)"]],
      outcome: "located",
    },
    {
      name: "the window cut instead",
      edits: [["t - windowSize + 1", "t - windowSize"]],
      outcome: "located",
    },
  ],
};
