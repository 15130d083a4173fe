// Further answers to the exercises of lessons 1 to 9, written without a look at the others.

import type { Answer } from "./answer.ts";

export const answers: Readonly<Record<string, readonly Answer[]>> = {
  "01-numbers-in-a-row/transpose": [
    {
      name: "the batch left out of both offsets",
      edits: [
        ["(b * T + t) * C + i;", "t * C + i;"],
        ["(b * C + i) * T + t;", "i * T + t;"],
      ],
      outcome: "named",
    },
    {
      name: "to with C as the stride of i",
      edits: [["(b * C + i) * T + t", "(b * T + i) * C + t"]],
      outcome: "named",
    },
    {
      name: "NumPy's inp[b, t, i]",
      edits: [["out[to] = inp[from]", "out[b, i, t] = inp[b, t, i]"]],
      outcome: "named",
    },
    { name: "begins at 1", edits: [["let i = 0", "let i = 1"]], outcome: "named" },
    {
      name: "swapped in place of copied",
      edits: [["out[to] = inp[from]", "out[to] = inp[from];\n        inp[to] = out[to]"]],
      outcome: "located",
      says: /^out is wrong in 10 of 24 numbers, all of them at i > 0\. inp /,
    },
    {
      name: "pointer that runs on",
      edits: [
        ["    for (let t = 0; t < T", "    let from = b * T * C;\n    for (let t = 0; t < T"],
        ["        const from = (b * T + t) * C + i; // strides T*C, C, 1\n", ""],
        ["inp[from]", "inp[from++]"],
      ],
      outcome: "passes",
    },
  ],
  "01-numbers-in-a-row/mend": [
    {
      name: "Math.fround on the sum",
      edits: [["sum += row[i]", "sum = Math.fround(sum + row[i])"]],
      outcome: "located",
    },
    {
      name: "sum outside",
      edits: [
        ["  for (let bt", "  let sum = 0;\n  for (let bt"],
        ["    let sum = 0; // a JavaScript number is a float64\n", ""],
      ],
      outcome: "named",
    },
    {
      name: "row length T",
      edits: [["inp.subarray(bt * C, (bt + 1) * C)", "inp.subarray(bt * T, (bt + 1) * T)"]],
      outcome: "located",
    },
    {
      name: "a Float32Array holds the sum",
      edits: [
        ["let sum = 0;", "const sum = new Float32Array(1);"],
        ["sum += row[i]", "sum[0] += row[i]"],
        ["out[bt] = sum;", "out[bt] = sum[0];"],
      ],
      outcome: "located",
    },
    {
      name: "reduce",
      edits: [
        [
          "    let sum = 0; // a JavaScript number is a float64\n    for (let i = 0; i < C; i++) sum += row[i];\n",
          "",
        ],
        ["out[bt] = sum;", "out[bt] = Array.from(row).reduce((a, b) => a + b, 0);"],
      ],
      outcome: "passes",
    },
    {
      name: "Float64Array of sums first",
      edits: [
        ["  for (let bt", "  const sums = new Float64Array(B * T);\n  for (let bt"],
        ["let sum = 0;", "let sum = sums[bt];"],
      ],
      outcome: "passes",
    },
  ],
  "02-tokens/batch": [
    {
      name: "targets two ahead",
      edits: [["tokens[start + t + 1]", "tokens[start + t + 2]"]],
      outcome: "named",
    },
    {
      name: "starts read by t",
      edits: [
        ["inputs[b * T + t] = tokens[start + t]", "inputs[b * T + t] = tokens[starts[t] + t]"],
      ],
      outcome: "located",
    },
    {
      name: "inputs and targets exchanged",
      edits: [
        ["inputs[b * T + t] =", "x[b * T + t] ="],
        ["targets[b * T + t] =", "inputs[b * T + t] ="],
        ["  for (let b", "  const x = targets;\n  for (let b"],
      ],
      outcome: "named",
    },
    {
      name: "targets from inputs shifted, last one missing",
      edits: [
        [
          "targets[b * T + t] = tokens[start + t + 1]",
          "if (t > 0) targets[b * T + t - 1] = tokens[start + t]",
        ],
      ],
      outcome: "located",
    },
  ],
  "02-tokens/mend": [
    {
      name: "N - T windows",
      edits: [["Math.floor((N - 1) / T)", "N - T"]],
      outcome: "named",
      says: /^There are as many windows now as tokens that one could begin/,
    },
    {
      name: "rounded up",
      edits: [["Math.floor((N - 1) / T)", "Math.ceil((N - 1) / T)"]],
      outcome: "named",
      says: /^N - 1 is right, but it is rounded up: what is left over is n/,
    },
    {
      name: "without floor",
      edits: [["Math.floor((N - 1) / T)", "(N - 1) / T"]],
      outcome: "named",
      says: /^The number of windows is not rounded, and with a fraction in/,
    },
    {
      name: "the end clamped",
      edits: [
        ["tokens[start + t + 1]", "tokens[Math.min(start + t + 1, N - 1)]"],
        ["(N - 1) / T", "N / T"],
      ],
      outcome: "named",
    },
    {
      name: "(N - 1 - (N - 1) % T) / T",
      edits: [["Math.floor((N - 1) / T)", "(N - 1 - ((N - 1) % T)) / T"]],
      outcome: "passes",
    },
    {
      name: "position moved on",
      edits: [
        [
          "    const start = ((position + b) % windows) * T;",
          "    if (position >= windows) position %= windows;\n    const start = position * T;\n    position++;",
        ],
      ],
      outcome: "passes",
    },
  ],
  "04-encoder/backward": [
    { name: "tokens by t", edits: [["inp[bt] * C", "inp[t] * C"]], outcome: "named" },
    { name: "dwte with =", edits: [["dwte[token + i] +=", "dwte[token + i] ="]], outcome: "named" },
    {
      name: "dout added to inp's row in both",
      edits: [["dwpe[position + i]", "dwpe[token + i]"]],
      outcome: "named",
    },
    {
      name: "the average over B*T in dwte",
      edits: [["dwte[token + i] += dout[row + i]", "dwte[token + i] += dout[row + i] / (B * T)"]],
      outcome: "located",
    },
    {
      name: "NumPy: dwte[inp[bt]] += dout[bt]",
      edits: [
        [
          "        dwte[token + i] += dout[row + i];\n        dwpe[position + i] += dout[row + i];",
          "        dwte[inp[bt]] += dout[bt];\n        dwpe[t] += dout[bt];",
        ],
      ],
      outcome: "located",
    },
    {
      name: "sums in float64 first",
      edits: [
        ["  for (let b", "  const sums = new Float64Array(dwte.length);\n  for (let b"],
        ["dwte[token + i] += dout[row + i];", "sums[token + i] += dout[row + i];"],
        [
          "        dwpe[position + i] += dout[row + i];\n      }\n    }\n  }",
          "        dwpe[position + i] += dout[row + i];\n      }\n    }\n  }\n  for (let k = 0; k < sums.length; k++) dwte[k] += sums[k];",
        ],
      ],
      outcome: "passes",
    },
  ],
  "04-encoder/mend": [
    {
      name: "positions by id",
      edits: [["addRows(dwpe, positions, rows, C)", "addRows(dwpe, tokens, rows, C)"]],
      outcome: "named",
      says: /^dwpe gets its rows at the tokens\. Its rows are positions, wh/,
    },
    {
      name: "unique ids",
      edits: [
        [
          "addRows(dwte, tokens, rows, C)",
          "addRows(dwte, Int32Array.from(new Set(tokens)), rows, C)",
        ],
      ],
      outcome: "named",
      says: /^Each id is there only once now, so the rows that belong to i/,
    },
    {
      name: "dwpe added once after the loop",
      edits: [
        [
          "    addRows(dwpe, positions, rows, C);\n  }",
          "  }\n  addRows(dwpe, positions, dout, C);",
        ],
      ],
      outcome: "located",
    },
  ],
  "05-layernorm/backward": [
    {
      name: "one mean not divided",
      edits: [["dnormNormSum / C", "dnormNormSum"]],
      outcome: "named",
    },
    {
      name: "norm with rstd squared",
      edits: [
        [
          "      for (let i = 0; i < C; i++) {\n        const norm = (inp[row + i] - m) * r;\n        const dnorm = dout[row + i] * weight[i];\n        dnormSum",
          "      for (let i = 0; i < C; i++) {\n        const norm = (inp[row + i] - m) * r * r;\n        const dnorm = dout[row + i] * weight[i];\n        dnormSum",
        ],
      ],
      outcome: "located",
    },
    {
      name: "r missing before dinp",
      edits: [
        [
          "r * (dnorm - dnormMean - norm * dnormNormMean)",
          "dnorm - dnormMean - norm * dnormNormMean",
        ],
      ],
      outcome: "named",
    },
    {
      name: "third term without norm",
      edits: [["- norm * dnormNormMean", "- dnormNormMean"]],
      outcome: "named",
    },
    {
      name: "dweight with dnorm",
      edits: [["dweight[i] += dout[row + i] * norm", "dweight[i] += dnorm * norm"]],
      outcome: "named",
    },
    {
      name: "dweight with = and dnorm",
      edits: [["dweight[i] += dout[row + i] * norm", "dweight[i] = dnorm * norm"]],
      outcome: "named",
      says: /^Two mistakes together give exactly these numbers\. One: dweig/,
    },
    {
      name: "dinp with = and without the weight",
      edits: [["dinp[row + i] += r * (dnorm - ", "dinp[row + i] = r * (dout[row + i] - "]],
      outcome: "named",
    },
    {
      name: "mean and rstd by t",
      edits: [
        ["mean[bt]", "mean[t]"],
        ["rstd[bt]", "rstd[t]"],
      ],
      outcome: "named",
    },
    {
      name: "two wrong in dinp: r and the sum",
      edits: [
        ["dnormNormSum / C", "dnormNormSum"],
        [
          "r * (dnorm - dnormMean - norm * dnormNormMean)",
          "dnorm - dnormMean - norm * dnormNormMean",
        ],
      ],
      outcome: "named",
      says: /^Two mistakes together give exactly these numbers\. One: In ev/,
    },
    {
      name: "two wrong in dinp: no first mean and a plus",
      edits: [["(dnorm - dnormMean - norm", "(dnorm + norm"]],
      outcome: "named",
      says: /^Two mistakes together give exactly these numbers\. One: dinp /,
    },
    {
      name: "loops swapped, means after",
      edits: [["const dnormMean = dnormSum / C;", "const dnormMean = dnormSum * (1 / C);"]],
      outcome: "passes",
    },
    {
      name: "norm kept in a Float32Array",
      edits: [
        ["  for (let b = 0", "  const kept = new Float32Array(C);\n  for (let b = 0"],
        ["        dnormSum += dnorm;", "        kept[i] = norm;\n        dnormSum += dnorm;"],
        ["        dbias[i] +=", "        if (kept[i] !== kept[i]) return;\n        dbias[i] +="],
      ],
      outcome: "passes",
    },
  ],
  "05-layernorm/mend": [
    {
      name: "only mean mended",
      from: "start",
      edits: [
        [
          "      const row = (b * T + t) * C;",
          "      const bt = b * T + t;\n      const row = bt * C;",
        ],
        ["mean[t]", "mean[bt]"],
      ],
      outcome: "located",
    },
    {
      name: "by row, that is times C",
      from: "start",
      edits: [
        ["mean[t]) * rstd[t]", "mean[row]) * rstd[row]"],
        ["dnormNormMean) * rstd[t]", "dnormNormMean) * rstd[row]"],
      ],
      outcome: "located",
    },
  ],
  "06-matmul/backward": [
    {
      name: "weight read transposed",
      edits: [["d * weight[o * C + i]", "d * weight[i * OC + o]"]],
      outcome: "named",
    },
    { name: "dout by C", edits: [["dout[bt * OC + o]", "dout[bt * C + o]"]], outcome: "named" },
    {
      name: "dbias in the inner loop",
      edits: [
        ["      if (dbias !== null) dbias[o] += d;\n", ""],
        [
          "        dinp[bt * C + i] +=",
          "        if (dbias !== null) dbias[o] += d;\n        dinp[bt * C + i] +=",
        ],
      ],
      outcome: "named",
    },
    {
      name: "all three with =",
      edits: [
        ["dbias[o] += d", "dbias[o] = d"],
        ["dinp[bt * C + i] +=", "dinp[bt * C + i] ="],
        ["dweight[o * C + i] +=", "dweight[o * C + i] ="],
      ],
      outcome: "named",
    },
    {
      name: "bias taken for true",
      edits: [
        [
          "if (dbias !== null) dbias[o] += d;",
          "if (dbias === null) continue;\n      dbias[o] += d;",
        ],
      ],
      outcome: "named",
    },
    {
      name: "dinp with dbias too",
      edits: [["d * weight[o * C + i]", "d * (weight[o * C + i] + 1)"]],
      outcome: "located",
    },
    {
      name: "dinp local, sum stored with =",
      edits: [
        ["dinp[bt * C + i] += d *", "dinp[bt * C + i] = (o === 0 ? 0 : dinp[bt * C + i]) + d *"],
      ],
      outcome: "named",
    },
    {
      name: "three loops, one for each",
      edits: [
        ["      if (dbias !== null) dbias[o] += d;\n", ""],
        [
          "  for (let bt",
          "  for (let o = 0; dbias && o < OC; o++) {\n    let sum = 0;\n    for (let bt = 0; bt < B * T; bt++) sum += dout[bt * OC + o];\n    dbias[o] += sum;\n  }\n  for (let bt",
        ],
      ],
      outcome: "passes",
    },
  ],
  "06-matmul/mend": [
    {
      name: "bt plus o",
      from: "start",
      edits: [["const d = dout[o];", "const d = dout[bt + o];"]],
      outcome: "named",
    },
    {
      name: "rounded up",
      from: "start",
      edits: [["OC - (OC % 4)", "OC - (OC % 4) + (OC % 4 ? 4 : 0)"]],
      outcome: "located",
    },
    { name: "no groups at all", edits: [["OC - (OC % 4)", "0"]], outcome: "passes" },
  ],
  "07-attention/weights": [
    {
      name: "plain mean",
      edits: [
        ["dattMean += att[row + t2] * datt[row + t2]", "dattMean += datt[row + t2] / (t + 1)"],
      ],
      outcome: "named",
    },
    { name: "att missing", edits: [["+= att[row + t2] * (datt", "+= (datt"]], outcome: "named" },
    {
      name: "the mean grows while it is used",
      edits: [
        [
          "      for (let t2 = 0; t2 <= t; t2++) {\n        dattMean += att[row + t2] * datt[row + t2];\n      }\n",
          "",
        ],
        [
          "        dpreatt[row + t2] +=",
          "        dattMean += att[row + t2] * datt[row + t2];\n        dpreatt[row + t2] +=",
        ],
      ],
      outcome: "named",
    },
    {
      name: "= and plus",
      edits: [
        [
          "dpreatt[row + t2] += att[row + t2] * (datt[row + t2] - dattMean)",
          "dpreatt[row + t2] = att[row + t2] * (datt[row + t2] + dattMean)",
        ],
      ],
      outcome: "named",
    },
    {
      name: "whole rows",
      edits: [
        [
          "      for (let t2 = 0; t2 <= t; t2++) {\n        dattMean",
          "      for (let t2 = 0; t2 < T; t2++) {\n        dattMean",
        ],
        [
          "      for (let t2 = 0; t2 <= t; t2++) {\n        dpreatt",
          "      for (let t2 = 0; t2 < T; t2++) {\n        dpreatt",
        ],
      ],
      outcome: "passes",
    },
  ],
  "07-attention/backward": [
    {
      name: "scale twice",
      edits: [
        ["dinp[q + i] += dscore * inp[k + i]", "dinp[q + i] += dscore * scale * inp[k + i]"],
        ["dinp[k + i] += dscore * inp[q + i]", "dinp[k + i] += dscore * scale * inp[q + i]"],
      ],
      outcome: "named",
    },
    {
      name: "q and k exchanged",
      edits: [
        ["dinp[q + i] += dscore * inp[k + i]", "dinp[q + i] += dscore * inp[q + i]"],
        ["dinp[k + i] += dscore * inp[q + i]", "dinp[k + i] += dscore * inp[k + i]"],
      ],
      outcome: "named",
    },
    {
      name: "k where the values are",
      edits: [["t2 * 3 * C + C;", "t2 * 3 * C + 2 * C;"]],
      outcome: "named",
    },
    {
      name: "datt in place of att for the values",
      edits: [["att[row + t2] * dout[o + i]", "datt[row + t2] * dout[o + i]"]],
      outcome: "named",
    },
    {
      name: "future too",
      edits: [
        [
          "        for (let t2 = 0; t2 <= t; t2++) {\n          const v",
          "        for (let t2 = 0; t2 < T; t2++) {\n          const v",
        ],
      ],
      outcome: "named",
    },
    {
      name: "dout without the head",
      edits: [["(b * T + t) * C + h * hs; // in dout", "(b * T + t) * C; // in dout"]],
      outcome: "named",
    },
    {
      name: "scale and the mean both wrong",
      edits: [
        ["dpreatt[row + t2] * scale", "dpreatt[row + t2]"],
        ["(datt[row + t2] - dattMean)", "datt[row + t2]"],
      ],
      outcome: "named",
      says: /^Two mistakes together give exactly these numbers\. One: dprea/,
    },
    {
      name: "scores by datt",
      edits: [["dpreatt[row + t2] * scale", "datt[row + t2] * scale"]],
      outcome: "named",
    },
    {
      name: "sums of its own",
      edits: [
        [
          "          for (let i = 0; i < hs; i++) {\n            datt[row + t2] += dout[o + i] * inp[v + i];\n",
          "          let d = 0;\n          for (let i = 0; i < hs; i++) d += dout[o + i] * inp[v + i];\n          datt[row + t2] += d;\n          for (let i = 0; i < hs; i++) {\n",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "t2 from the last",
      edits: [
        [
          "        for (let t2 = 0; t2 <= t; t2++) {\n          const k",
          "        for (let t2 = t; t2 >= 0; t2--) {\n          const k",
        ],
      ],
      outcome: "passes",
    },
  ],
  "07-attention/mend": [
    {
      name: "only the values mended",
      from: "start",
      edits: [["const weight = att[table + t2 * T + t]", "const weight = att[table + t * T + t2]"]],
      outcome: "named",
      says: /^The values are right now\. The keys still read dpreatt with t/,
    },
    {
      name: "loop over the past",
      from: "start",
      edits: [["for (let t = t2; t < T; t++)", "for (let t = 0; t <= t2; t++)"]],
      outcome: "named",
    },
  ],
  "08-gelu/backward": [
    {
      name: "forward times dout",
      edits: [["dinp[i] += local * dout[i]", "dinp[i] += 0.5 * x * (1 + tanh) * dout[i]"]],
      outcome: "named",
    },
    {
      name: "second term without x",
      edits: [["0.5 * x * dtanh * du", "0.5 * dtanh * du"]],
      outcome: "named",
    },
    { name: "dtanh = 1 - tanh", edits: [["1 - tanh * tanh", "1 - tanh"]], outcome: "named" },
    { name: "du without scale", edits: [["scale * (1 + 3", "(1 + 3"]], outcome: "named" },
    { name: "x ^ 2", edits: [["3 * cubic * x * x", "3 * cubic * (x ^ 2)"]], outcome: "named" },
    {
      name: "dout squared",
      edits: [["local * dout[i]", "local * dout[i] * dout[i]"]],
      outcome: "located",
    },
    {
      name: "no 3 and no scale",
      edits: [["scale * (1 + 3 * cubic * x * x)", "1 + cubic * x * x"]],
      outcome: "located",
    },
    {
      name: "sech from cosh",
      edits: [
        [
          "1 - tanh * tanh",
          "1 / Math.cosh(Math.min(300, Math.abs(scale * (x + cubic * x * x * x)))) ** 2",
        ],
      ],
      outcome: "passes",
    },
    { name: "x ** 3", edits: [["cubic * x * x * x)", "cubic * x ** 3)"]], outcome: "passes" },
  ],
  "08-gelu/mend": [
    {
      name: "clamped at 10, one side",
      from: "start",
      edits: [["Math.exp(u)", "Math.exp(Math.min(u, 10))"]],
      outcome: "located",
    },
    {
      name: "NaN becomes 0",
      from: "start",
      edits: [["(grows - falls) / (grows + falls)", "(grows - falls) / (grows + falls) || 0"]],
      outcome: "named",
    },
  ],
  "09-residual/backward": [
    {
      name: "half each",
      edits: [
        ["dinp1[i] += dout[i]", "dinp1[i] += dout[i] / 2"],
        ["dinp2[i] += dout[i]", "dinp2[i] += dout[i] / 2"],
      ],
      outcome: "named",
    },
    {
      name: "the second from the first",
      edits: [["dinp2[i] += dout[i]", "dinp2[i] += dinp1[i]"]],
      outcome: "named",
    },
    {
      name: "names",
      from: "start",
      edits: [["  // TODO", "  dinp1 = dout;\n  dinp2 = dout;"]],
      outcome: "named",
      says: /^Nothing was added, or nothing but 0: dinp1 and dinp2 are as /,
    },
    {
      name: "concatenated",
      from: "start",
      edits: [["  // TODO", "  for (let i = 0; i < 2 * N; i++) dinp1[i] += dout[i];"]],
      outcome: "located",
    },
    {
      name: "forEach",
      from: "start",
      edits: [
        ["  // TODO", "  dout.forEach((d, i) => {\n    dinp1[i] += d;\n    dinp2[i] += d;\n  });"],
      ],
      outcome: "passes",
    },
  ],
  "09-residual/mend": [
    {
      name: "second gelu with mid",
      edits: [["geluBackward(dinp, dbranch, inp, N)", "geluBackward(dinp, dbranch, mid, N)"]],
      outcome: "named",
    },
    {
      name: "the stream forgotten in the first",
      edits: [["geluBackward(dmid, dbranch, mid, N)", "geluBackward(dinp, dbranch, mid, N)"]],
      outcome: "named",
      says: /^What comes back through the second block's GELU goes to dinp/,
    },
    {
      name: "order exchanged",
      edits: [
        ["geluBackward(dmid, dbranch, mid, N)", "geluBackward(dmid, dbranch, inp, N)"],
        ["geluBackward(dinp, dbranch, inp, N)", "geluBackward(dinp, dbranch, mid, N)"],
      ],
      outcome: "passes",
    },
  ],
};
