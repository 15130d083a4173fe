import type { Answer } from "./answer.ts";

const scores = "        // preatt[t, t2] = sum_i q[t, i] * k[t2, i] * scale";

export const answers: Readonly<Record<string, readonly Answer[]>> = {
  "07-attention/weights": [
    {
      name: "the Jacobian written out",
      edits: [
        [
          "      let dattMean = 0; // of the row's datt, weighted by att\n      for (let t2 = 0; t2 <= t; t2++) {\n        dattMean += att[row + t2] * datt[row + t2];\n      }\n",
          "",
        ],
        [
          "dpreatt[row + t2] += att[row + t2] * (datt[row + t2] - dattMean);",
          "for (let t3 = 0; t3 <= t; t3++) {\n          const own = t2 === t3 ? 1 : 0;\n          dpreatt[row + t2] += datt[row + t3] * att[row + t3] * (own - att[row + t2]);\n        }",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "in float64 first",
      edits: [
        ["        dpreatt[row + t2] += att", "        const d = att"],
        ["- dattMean);", "- dattMean);\n        dpreatt[row + t2] = dpreatt[row + t2] + d;"],
      ],
      outcome: "passes",
    },
    {
      name: "the starter",
      from: "start",
      edits: [],
      outcome: "located",
      says: /^Nothing was added/,
      never: /sum|own datt/,
    },
    {
      name: "nothing but zero",
      edits: [["- dattMean);", "- datt[row + t2]);"]],
      outcome: "located",
      says: /nothing but 0/,
    },
    {
      name: "from t on",
      edits: [
        [
          "      for (let t2 = 0; t2 <= t; t2++) {\n        dpreatt",
          "      for (let t2 = t; t2 < T; t2++) {\n        dpreatt",
        ],
      ],
      outcome: "named",
    },
    {
      name: "t2 from t",
      edits: [
        [
          "for (let t2 = 0; t2 <= t; t2++) {\n        dpreatt",
          "for (let t2 = t; t2 <= t; t2++) {\n        dpreatt",
        ],
      ],
      outcome: "named",
    },
    {
      name: "rows of NH",
      edits: [["(bh * T + t) * T;", "(bh * NH + t) * T;"]],
      outcome: "located",
    },
    {
      name: "mean of att",
      edits: [
        [
          "dattMean += att[row + t2] * datt[row + t2];",
          "dattMean += att[row + t2] * att[row + t2];",
        ],
      ],
      outcome: "located",
    },
    {
      name: "scaled",
      edits: [["dpreatt[row + t2] += att", "dpreatt[row + t2] += (1 / Math.sqrt(T)) * att"]],
      outcome: "located",
      says: /1\/sqrt\(T\)/,
    },
    { name: "one head", edits: [["bh < B * NH", "bh < B"]], outcome: "located" },
    { name: "minus", edits: [["dpreatt[row + t2] +=", "dpreatt[row + t2] -="]], outcome: "named" },
    {
      name: "the mean with = and no att in front",
      edits: [
        ["dattMean +=", "dattMean ="],
        ["+= att[row + t2] * (", "+= ("],
      ],
      outcome: "named",
      says: /^Two mistakes together/,
    },
    {
      name: "the plain mean, written over",
      edits: [
        ["dattMean += att[row + t2] * datt[row + t2];", "dattMean += datt[row + t2] / (t + 1);"],
        ["dpreatt[row + t2] +=", "dpreatt[row + t2] ="],
      ],
      outcome: "named",
      says: /also written over/,
    },
    {
      name: "exp",
      edits: [["+= att[row + t2] * (", "+= Math.exp(datt[row + t2]) * ("]],
      outcome: "located",
    },
  ],
  "07-attention/backward": [
    {
      name: "scale at the end",
      edits: [
        [
          "const dscore = dpreatt[row + t2] * scale;",
          "const dscore = dpreatt[row + t2] / Math.sqrt(hs);",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "values in a loop of their own",
      edits: [
        [
          "            dinp[v + i] += att[row + t2] * dout[o + i];\n          }",
          "          }\n          for (let i = 0; i < hs; i++) dinp[v + i] += att[row + t2] * dout[o + i];",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "half written: only the values",
      from: "start",
      edits: [["dinp[v + i] += 0; // TODO", "dinp[v + i] += att[row + t2] * dout[o + i];"]],
      outcome: "named",
    },
    {
      name: "values with a wrong weight, no softmax",
      from: "start",
      edits: [["dinp[v + i] += 0; // TODO", "dinp[v + i] += att[row] * dout[o + i];"]],
      outcome: "named",
      never: /values are right/,
    },
    {
      name: "q and k exchanged",
      edits: [
        [
          "const k = head + t2 * 3 * C + C;\n          const dscore",
          "const k = head + t2 * 3 * C;\n          const dscore",
        ],
        ["const q = head + t * 3 * C;", "const q = head + t * 3 * C + C;"],
      ],
      outcome: "named",
    },
    {
      name: "head by head layout",
      edits: [["b * T * 3 * C + h * hs; //", "b * T * 3 * C + h * 3 * hs; //"]],
      outcome: "located",
    },
    {
      name: "k = q + hs",
      edits: [
        [
          "const k = head + t2 * 3 * C + C;\n          const dscore",
          "const k = head + t2 * 3 * C + hs;\n          const dscore",
        ],
      ],
      outcome: "named",
    },
    {
      name: "scale squared",
      edits: [["dpreatt[row + t2] * scale;", "dpreatt[row + t2] * scale * scale;"]],
      outcome: "named",
    },
    {
      name: "the scale is sqrt",
      edits: [["1 / Math.sqrt(hs)", "Math.sqrt(hs)"]],
      outcome: "named",
    },
    { name: "scale of C", edits: [["1 / Math.sqrt(hs)", "1 / Math.sqrt(C)"]], outcome: "named" },
    {
      name: "datt twice",
      edits: [
        [
          "datt[row + t2] += dout[o + i] * inp[v + i];",
          "datt[row + t2] += 2 * dout[o + i] * inp[v + i];",
        ],
      ],
      outcome: "located",
    },
    { name: "dinp of q with =", edits: [["dinp[q + i] +=", "dinp[q + i] ="]], outcome: "named" },
    {
      name: "dscore from datt",
      edits: [
        ["const dscore = dpreatt[row + t2] * scale;", "const dscore = datt[row + t2] * scale;"],
      ],
      outcome: "named",
    },
    {
      name: "the key gets the key",
      edits: [["dinp[k + i] += dscore * inp[q + i];", "dinp[k + i] += dscore * inp[k + i];"]],
      outcome: "located",
    },
    {
      name: "three mistakes",
      edits: [
        ["dinp[v + i] += att[row + t2] * dout[o + i];", "dinp[v + i] += dout[o + i];"],
        ["dinp[q + i] += dscore", "dinp[q + i] -= dscore"],
        ["dinp[k + i] += dscore", "dinp[k + i] += 3 * dscore"],
      ],
      outcome: "named",
    },
    {
      name: "softmax left out",
      edits: [
        [
          "dpreatt[row + t2] += att[row + t2] * (datt[row + t2] - dattMean);",
          "dpreatt[row + t2] += datt[row + t2];",
        ],
      ],
      outcome: "named",
    },
    {
      name: "NaN in the keys",
      edits: [["dinp[k + i] += dscore * inp[q + i];", "dinp[k + i] += dscore * inp[q + i + 1e6];"]],
      outcome: "located",
      says: /is read, but inp has/,
    },
    {
      name: "heads of rows",
      edits: [
        ["const o = (b * T + t) * C + h * hs; // in dout", "const o = (b * T + t) * C + h * NH;"],
      ],
      outcome: "located",
    },
    {
      name: "endless",
      edits: [
        [
          `${scores}\n        for (let t2 = 0; t2 <= t; t2++) {`,
          `${scores}\n        for (let t2 = 0; t2 <= t; ) {`,
        ],
      ],
      outcome: "located",
      says: /gone round/,
    },
  ],
  "07-attention/mend": [
    {
      name: "all of T, mended",
      edits: [["for (let t = t2; t < T; t++) {", "for (let t = 0; t < T; t++) {"]],
      outcome: "passes",
    },
    {
      name: "a row of its own",
      edits: [
        [
          "const weight = att[table + t * T + t2];",
          "const row = table + t * T;\n          const weight = att[row + t2];",
        ],
        ["dpreatt[table + t * T + t2] * scale", "dpreatt[row + t2] * scale"],
      ],
      outcome: "passes",
    },
    {
      name: "the starter",
      from: "start",
      edits: [],
      outcome: "located",
      says: /You have not changed the code yet/,
      never: /right now|swapped|t and t2/,
    },
    {
      name: "t from 0, still swapped",
      from: "start",
      edits: [["for (let t = t2; t < T; t++) {", "for (let t = 0; t < T; t++) {"]],
      outcome: "named",
      never: /no weight above/,
    },
    {
      name: "only above",
      from: "start",
      edits: [["for (let t = t2; t < T; t++) {", "for (let t = t2 + 1; t < T; t++) {"]],
      outcome: "located",
    },
    {
      name: "the values alone, keys scaled",
      edits: [["dpreatt[table + t * T + t2] * scale", "dpreatt[table + t * T + t2]"]],
      outcome: "located",
      never: /right now/,
    },
    {
      name: "head forgotten",
      edits: [["const table = (b * NH + h) * T * T;", "const table = h * T * T;"]],
      outcome: "located",
    },
    {
      name: "row of t2 for the weight, column for the score, wrong head",
      edits: [["const weight = att[table + t * T + t2];", "const weight = att[t * T + t2];"]],
      outcome: "located",
    },
    {
      name: "weights doubled",
      edits: [["weight * dout", "2 * weight * dout"]],
      outcome: "located",
      says: /factor 2/,
    },
    {
      name: "dout of t2",
      edits: [["weight * dout[outAt(t) + i]", "weight * dout[outAt(t2) + i]"]],
      outcome: "located",
    },
    {
      name: "query of t2",
      edits: [["dscore * inp[queryAt(t) + i]", "dscore * inp[queryAt(t2) + i]"]],
      outcome: "located",
    },
    {
      name: "written over",
      edits: [["dinp[v + i] += weight", "dinp[v + i] = weight"]],
      outcome: "located",
    },
    {
      name: "all heads",
      edits: [["table + t * T + t2] * scale", "table + t * T + t2 + 1] * scale"]],
      outcome: "located",
    },
  ],
  "08-gelu/backward": [
    {
      name: "cosh",
      edits: [
        [
          "const dtanh = 1 - tanh * tanh;",
          "const dtanh = 1 / Math.cosh(scale * (x + cubic * x * x * x)) ** 2;",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "halves",
      edits: [["0.5 * (1 + tanh) + 0.5 * x * dtanh * du", "(1 + tanh + x * dtanh * du) / 2"]],
      outcome: "passes",
    },
    {
      name: "^ as a power",
      edits: [["const dtanh = 1 - tanh * tanh;", "const dtanh = 1 - tanh ^ 2;"]],
      outcome: "named",
      says: /\^/,
    },
    { name: "a lost bracket", edits: [["0.5 * (1 + tanh)", "0.5 * 1 + tanh"]], outcome: "named" },
    {
      name: "root of 2 over pi",
      edits: [["Math.sqrt(2 / Math.PI)", "Math.sqrt(2) / Math.PI"]],
      outcome: "named",
    },
    { name: "(3 x)^2", edits: [["3 * cubic * x * x", "cubic * (3 * x) ** 2"]], outcome: "named" },
    {
      name: "sech misplaced",
      edits: [
        ["0.5 * (1 + tanh) + 0.5 * x * dtanh * du", "0.5 * (1 + tanh) * dtanh + 0.5 * x * du"],
      ],
      outcome: "named",
    },
    { name: "x missing", edits: [["0.5 * x * dtanh", "0.5 * dtanh"]], outcome: "named" },
    { name: "sine", edits: [["Math.tanh(", "Math.sin("]], outcome: "located" },
    { name: "np.tanh", edits: [["Math.tanh(", "np.tanh("]], outcome: "located", says: /NumPy/ },
    { name: "tanh alone", edits: [["= Math.tanh(", "= tanh("]], outcome: "located" },
    {
      name: "the forward pass",
      edits: [["0.5 * (1 + tanh) + 0.5 * x * dtanh * du", "0.5 * x * (1 + tanh)"]],
      outcome: "named",
    },
    { name: "dout forgotten", edits: [["local * dout[i]", "local"]], outcome: "named" },
    {
      name: "a sigmoid's slope",
      edits: [["1 - tanh * tanh", "tanh * (1 - tanh)"]],
      outcome: "named",
    },
    {
      name: "du without scale, =",
      edits: [
        ["scale * (1 + 3", "(1 + 3"],
        ["dinp[i] +=", "dinp[i] ="],
      ],
      outcome: "named",
      says: /also written over/,
    },
  ],
  "08-gelu/mend": [
    {
      name: "clamped",
      edits: [
        [
          "Math.tanh(u)",
          "Math.abs(u) > 20 ? Math.sign(u) : (Math.exp(u) - Math.exp(-u)) / (Math.exp(u) + Math.exp(-u))",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "one exponential of the negative",
      edits: [
        [
          "const tanh = Math.tanh(u);",
          "const e = Math.exp(-2 * Math.abs(u));\n    const tanh = Math.sign(u) * ((1 - e) / (1 + e));",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "one exponential that overflows",
      edits: [
        [
          "const tanh = Math.tanh(u);",
          "const e = Math.exp(2 * u);\n    const tanh = (e - 1) / (e + 1);",
        ],
      ],
      outcome: "located",
      says: /Infinity/,
    },
    {
      name: "zero for NaN",
      edits: [
        [
          "const tanh = Math.tanh(u);",
          "let tanh = (Math.exp(u) - Math.exp(-u)) / (Math.exp(u) + Math.exp(-u));\n    if (Number.isNaN(tanh)) tanh = 0;",
        ],
      ],
      outcome: "named",
    },
    {
      name: "one for NaN",
      edits: [
        [
          "const tanh = Math.tanh(u);",
          "let tanh = (Math.exp(u) - Math.exp(-u)) / (Math.exp(u) + Math.exp(-u));\n    if (Number.isNaN(tanh)) tanh = 1;",
        ],
      ],
      outcome: "named",
    },
    {
      name: "clamped at 5",
      edits: [["Math.tanh(u)", "Math.tanh(Math.max(-1, Math.min(1, u)))"]],
      outcome: "named",
    },
    {
      name: "du clamped",
      edits: [["1 - tanh * tanh;", "Math.max(0.01, 1 - tanh * tanh);"]],
      outcome: "located",
    },
    {
      name: "skips the far ones",
      edits: [["const x = inp[i];", "const x = inp[i];\n    if (Math.abs(x) > 50) continue;"]],
      outcome: "named",
    },
    {
      name: "the starter",
      from: "start",
      edits: [],
      outcome: "located",
      says: /You have not changed.*Math\.exp.*is Infinity/,
    },
    {
      name: "exp of u twice",
      edits: [["Math.tanh(u)", "(Math.exp(u) - Math.exp(-u)) / (2 * Math.exp(u))"]],
      outcome: "located",
    },
    { name: "sigmoid", edits: [["Math.tanh(u)", "1 / (1 + Math.exp(-u))"]], outcome: "located" },
  ],
  "09-residual/backward": [
    {
      name: "two loops",
      edits: [
        [
          "    dinp2[i] += dout[i];\n  }",
          "  }\n  for (let k = N - 1; k >= 0; k--) dinp2[k] += dout[k];",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "forEach",
      edits: [
        [
          "  for (let i = 0; i < N; i++) {\n    dinp1[i] += dout[i];\n    dinp2[i] += dout[i];\n  }",
          "  dout.forEach((d, i) => {\n    dinp1[i] += d;\n    dinp2[i] += d;\n  });",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "halved in both",
      edits: [
        ["dinp1[i] += dout[i]", "dinp1[i] += dout[i] / 2"],
        ["dinp2[i] += dout[i]", "dinp2[i] += dout[i] / 2"],
      ],
      outcome: "named",
    },
    { name: "dinp1 only", edits: [["    dinp2[i] += dout[i];\n", ""]], outcome: "located" },
    {
      name: "dinp2 from dinp1",
      edits: [["dinp2[i] += dout[i]", "dinp2[i] += dinp1[i]"]],
      outcome: "named",
    },
    {
      name: "renamed",
      edits: [
        [
          "  for (let i = 0; i < N; i++) {\n    dinp1[i] += dout[i];\n    dinp2[i] += dout[i];\n  }",
          "  dinp1 = dout;\n  dinp2 = dout;",
        ],
      ],
      outcome: "named",
    },
    {
      name: "set",
      edits: [
        [
          "  for (let i = 0; i < N; i++) {\n    dinp1[i] += dout[i];\n    dinp2[i] += dout[i];\n  }",
          "  dinp1.set(dout);\n  dinp2.set(dout);",
        ],
      ],
      outcome: "named",
    },
    { name: "one too few", edits: [["i < N;", "i < N - 1;"]], outcome: "named" },
    {
      name: "range",
      edits: [["for (let i = 0; i < N; i++) {", "for i in range(N):"]],
      outcome: "located",
      says: /let i = 0; i < N; i\+\+/,
    },
    { name: "minus", edits: [["dinp1[i] += dout[i]", "dinp1[i] -= dout[i]"]], outcome: "named" },
    {
      name: "shifted",
      edits: [["dinp2[i] += dout[i]", "dinp2[i + 1] += dout[i]"]],
      outcome: "located",
    },
    {
      name: "i not declared",
      edits: [["(let i = 0", "(i = 0"]],
      outcome: "located",
      says: /for \(let i/,
    },
    {
      name: "squared",
      edits: [["dinp1[i] += dout[i]", "dinp1[i] += dout[i] * dout[i]"]],
      outcome: "located",
      says: /times dout/,
    },
  ],
  "09-residual/mend": [
    {
      name: "two branches",
      edits: [
        ["  dbranch.fill(0);\n", ""],
        ["  // mid = inp + gelu(inp)\n", "  const dbranch1 = new Float32Array(N);\n"],
        [
          "residualBackward(dinp, dbranch, dmid, N);\n  geluBackward(dinp, dbranch, inp, N);",
          "residualBackward(dinp, dbranch1, dmid, N);\n  geluBackward(dinp, dbranch1, inp, N);",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "without the branch",
      edits: [
        [
          "  residualBackward(dmid, dbranch, dout, N);\n  geluBackward(dmid, dbranch, mid, N);",
          "  for (let i = 0; i < N; i++) dmid[i] += dout[i];\n  geluBackward(dmid, dout, mid, N);",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "a copy each time",
      from: "start",
      edits: [
        [
          "  // out = mid + gelu(mid)\n  residualBackward(dstream, dbranch, dstream, N);",
          "  // out = mid + gelu(mid)\n  residualBackward(dstream, dbranch, dstream.slice(), N);",
        ],
      ],
      outcome: "located",
    },
    {
      name: "a copy both times",
      from: "start",
      edits: [
        [
          "  // out = mid + gelu(mid)\n  residualBackward(dstream, dbranch, dstream, N);",
          "  residualBackward(dstream, dbranch, dstream.slice(), N);",
        ],
        [
          "  dbranch.fill(0);\n  residualBackward(dstream, dbranch, dstream, N);",
          "  dbranch.fill(0);\n  residualBackward(dstream, dbranch, dstream.slice(), N);",
        ],
      ],
      outcome: "named",
    },
    {
      name: "the starter",
      from: "start",
      edits: [],
      outcome: "located",
      says: /You have not changed the code/,
    },
    {
      name: "inp and mid exchanged",
      edits: [
        ["geluBackward(dmid, dbranch, mid, N)", "geluBackward(dmid, dbranch, inp, N)"],
        ["geluBackward(dinp, dbranch, inp, N)", "geluBackward(dinp, dbranch, mid, N)"],
      ],
      outcome: "passes",
    },
    {
      name: "the first block twice",
      edits: [["geluBackward(dmid, dbranch, mid, N)", "geluBackward(dmid, dbranch, inp, N)"]],
      outcome: "named",
    },
    {
      name: "dmid from dinp",
      edits: [
        ["residualBackward(dinp, dbranch, dmid, N);", "residualBackward(dinp, dbranch, dout, N);"],
      ],
      outcome: "named",
    },
    {
      name: "no second gelu",
      edits: [["  geluBackward(dmid, dbranch, mid, N);\n", ""]],
      outcome: "named",
    },
    {
      name: "no first gelu",
      edits: [["  geluBackward(dinp, dbranch, inp, N);\n", ""]],
      outcome: "named",
    },
    {
      name: "written over",
      edits: [["  // mid = inp + gelu(inp)\n", "  dinp.fill(0);\n"]],
      outcome: "named",
    },
    {
      name: "wrong length",
      edits: [["const dmid = new Float32Array(N);", "const dmid = new Float32Array(N - 1);"]],
      outcome: "located",
      says: /does not fit/,
    },
  ],
  "10-softmax/backward": [
    {
      name: "the Jacobian",
      edits: [
        [
          "      let mean = 0; // of dprobs, weighted by the probabilities\n      for (let i = 0; i < V; i++) {\n        mean += probs[row + i] * dprobs[row + i];\n      }\n",
          "",
        ],
        [
          "dlogits[row + j] += probs[row + j] * (dprobs[row + j] - mean);",
          "let sum = 0;\n        for (let i = 0; i < V; i++) sum += dprobs[row + i] * probs[row + i] * ((i === j ? 1 : 0) - probs[row + j]);\n        dlogits[row + j] += sum;",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "subarrays",
      edits: [
        [
          "mean += probs[row + i] * dprobs[row + i];",
          "mean += probs.subarray(row, row + V)[i] * dprobs[row + i];",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "the Jacobian with dprobs of j",
      edits: [
        [
          "dlogits[row + j] += probs[row + j] * (dprobs[row + j] - mean);",
          "for (let i = 0; i < V; i++) dlogits[row + j] += dprobs[row + j] * probs[row + i] * ((i === j ? 1 : 0) - probs[row + j]);",
        ],
      ],
      outcome: "located",
      never: /Not all of dlogits was written/,
    },
    {
      name: "mean over Vp",
      edits: [["mean += probs[row + i] * dprobs[row + i];", "mean += dprobs[row + i] / V;"]],
      outcome: "named",
    },
    {
      name: "log softmax",
      edits: [
        [
          "+= probs[row + j] * (dprobs[row + j] - mean)",
          "+= dprobs[row + j] - probs[row + j] * mean",
        ],
      ],
      outcome: "located",
    },
    {
      name: "rows of V",
      edits: [["const row = (b * T + t) * Vp;", "const row = (b * T + t) * V;"]],
      outcome: "named",
    },
    {
      name: "padding too",
      edits: [["for (let j = 0; j < V; j++)", "for (let j = 0; j < Vp; j++)"]],
      outcome: "passes",
    },
    {
      name: "padding in the mean",
      edits: [["for (let i = 0; i < V; i++) {", "for (let i = 0; i < Vp; i++) {"]],
      outcome: "passes",
    },
    {
      name: "p squared",
      edits: [["+= probs[row + j] * (", "+= probs[row + j] ** 2 * ("]],
      outcome: "named",
    },
    {
      name: "one minus p",
      edits: [["(dprobs[row + j] - mean)", "(1 - probs[row + j])"]],
      outcome: "located",
    },
    { name: "minus twice", edits: [["- mean);", "- 2 * mean);"]], outcome: "located" },
    {
      name: "mean of probs",
      edits: [
        ["mean += probs[row + i] * dprobs[row + i];", "mean += probs[row + i] * probs[row + i];"],
      ],
      outcome: "located",
    },
    {
      name: "targets",
      edits: [["dprobs[row + j] - mean", "dprobs[j] - mean"]],
      outcome: "located",
    },
    { name: "mean with =", edits: [["mean += probs", "mean = probs"]], outcome: "named" },
    {
      name: "scaled and written over",
      edits: [
        ["+= probs[row + j] * (dprobs[row + j] - mean)", "= probs[row + j] * dprobs[row + j]"],
      ],
      outcome: "named",
      says: /also written over/,
    },
  ],
  "10-softmax/mend": [
    {
      name: "a maximum that begins at -1e4",
      edits: [["let max = -Infinity;", "let max = -1e4;"]],
      outcome: "located",
    },
    {
      name: "a maximum that begins at -1e9",
      edits: [["let max = -Infinity;", "let max = -1e9;"]],
      outcome: "located",
    },
    {
      name: "Math.max of the row",
      edits: [
        [
          "    let max = -Infinity;\n    for (let i = 0; i < V; i++) max = Math.max(max, logits[row + i]);",
          "    const max = Math.max(...logits.subarray(row, row + V));",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "begins at the first",
      edits: [["let max = -Infinity;", "let max = logits[row];"]],
      outcome: "passes",
    },
    {
      name: "any number at most 700 below",
      edits: [["let sum = 0;", "max -= 1;\n    let sum = 0;"]],
      outcome: "passes",
    },
    {
      name: "no maximum at all",
      edits: [
        [
          "    let max = -Infinity;\n    for (let i = 0; i < V; i++) max = Math.max(max, logits[row + i]);",
          "    const max = 0;",
        ],
      ],
      outcome: "located",
      says: /Math\.exp\(.*Infinity|In that row logits/,
    },
    {
      name: "begins at 0",
      edits: [["let max = -Infinity;", "let max = 0;"]],
      outcome: "named",
      says: /^The maximum begins at a number/,
    },
    {
      name: "begins at the smallest positive",
      edits: [["let max = -Infinity;", "let max = Number.MIN_VALUE;"]],
      outcome: "named",
      says: /^The maximum begins at a number/,
    },
    {
      name: "begins at -100",
      edits: [["let max = -Infinity;", "let max = -100;"]],
      outcome: "located",
    },
    {
      name: "one for each sequence",
      edits: [
        [
          "for (let i = 0; i < V; i++) max = Math.max(max, logits[row + i]);",
          "const first = (bt - (bt % T)) * Vp;\n    for (let t = 0; t < T; t++) {\n      for (let i = 0; i < V; i++) max = Math.max(max, logits[first + t * Vp + i]);\n    }",
        ],
      ],
      outcome: "named",
    },
    {
      name: "half mended: the loop inside, max outside",
      edits: [
        ["    let max = -Infinity;\n", ""],
        ["  for (let bt = 0;", "  let max = -Infinity;\n  for (let bt = 0;"],
      ],
      outcome: "named",
    },
    {
      name: "the mean",
      edits: [
        [
          "for (let i = 0; i < V; i++) max = Math.max(max, logits[row + i]);",
          "max = 0;\n    for (let i = 0; i < V; i++) max += logits[row + i] / V;",
        ],
      ],
      outcome: "located",
    },
    {
      name: "the padding in the maximum",
      edits: [["i < V; i++) max", "i < Vp; i++) max"]],
      outcome: "named",
    },
    {
      name: "the smallest",
      edits: [
        ["let max = -Infinity;", "let max = Infinity;"],
        ["Math.max(max", "Math.min(max"],
      ],
      outcome: "located",
    },
    {
      name: "the starter",
      from: "start",
      edits: [],
      outcome: "located",
      says: /You have not changed/,
    },
    {
      name: "added",
      edits: [["sum += Math.exp(logits[row + i] - max)", "sum += Math.exp(logits[row + i] + max)"]],
      outcome: "located",
    },
  ],
  "11-crossentropy/backward": [
    {
      name: "minus equals",
      edits: [
        [
          "dprobs[target] += -dlosses[bt] / probs[target];",
          "dprobs[target] -= dlosses[bt] / probs[target];",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "all columns",
      edits: [
        [
          "dprobs[target] += -dlosses[bt] / probs[target];",
          "for (let v = 0; v < Vp; v++) dprobs[row + v] -= v === targets[bt] ? dlosses[bt] / probs[row + v] : 0;",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "clamped at 1e-7",
      edits: [["/ probs[target]", "/ Math.max(probs[target], 1e-7)"]],
      outcome: "located",
    },
    {
      name: "clamped at 1e-12",
      edits: [["/ probs[target]", "/ Math.max(probs[target], 1e-12)"]],
      outcome: "located",
    },
    {
      name: "plus a little",
      edits: [["/ probs[target]", "/ (probs[target] + 1e-8)"]],
      outcome: "named",
    },
    {
      name: "times",
      edits: [["-dlosses[bt] / probs[target]", "-dlosses[bt] * probs[target]"]],
      outcome: "named",
    },
    { name: "no minus", edits: [["-dlosses[bt] /", "dlosses[bt] /"]], outcome: "named" },
    { name: "squared", edits: [["/ probs[target]", "/ probs[target] ** 2"]], outcome: "named" },
    { name: "log", edits: [["/ probs[target]", "* Math.log(probs[target])"]], outcome: "named" },
    {
      name: "p - 1",
      edits: [["-dlosses[bt] / probs[target]", "dlosses[bt] * (probs[target] - 1)"]],
      outcome: "named",
    },
    {
      name: "row of the target",
      edits: [["row + targets[bt]", "targets[bt] * Vp + bt"]],
      outcome: "located",
    },
    {
      name: "mean",
      edits: [["-dlosses[bt] /", "-dlosses[bt] / (B * T) /"]],
      outcome: "named",
      says: /B \* T times too small/,
    },
    { name: "dloss of the sequence", edits: [["-dlosses[bt]", "-dlosses[b]"]], outcome: "named" },
  ],
  "11-crossentropy/fused": [
    {
      name: "number of a condition",
      edits: [
        ["const oneHot = v === targets[bt] ? 1 : 0;", "const oneHot = Number(v === targets[bt]);"],
      ],
      outcome: "passes",
    },
    {
      name: "afterwards",
      edits: [
        ["        const oneHot = v === targets[bt] ? 1 : 0;\n", ""],
        [
          "(probs[row + v] - oneHot) * dlosses[bt];",
          "probs[row + v] * dlosses[bt];\n        if (v === targets[bt]) dlogits[row + v] -= dlosses[bt];",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "the mean for dlosses",
      edits: [["- oneHot) * dlosses[bt]", "- oneHot) / (B * T)"]],
      outcome: "named",
    },
    { name: "targets[v]", edits: [["v === targets[bt]", "v === targets[v]"]], outcome: "named" },
    {
      name: "= for ===",
      edits: [
        [
          "const oneHot = v === targets[bt] ? 1 : 0;",
          "let oneHot = 0;\n        if ((v = targets[bt])) oneHot = 1;",
        ],
      ],
      outcome: "located",
    },
    {
      name: "one hot in the wrong column",
      edits: [["v === targets[bt]", "v === targets[bt] + 1"]],
      outcome: "named",
    },
    { name: "dlosses[t]", edits: [["* dlosses[bt]", "* dlosses[t]"]], outcome: "named" },
    {
      name: "only the target",
      edits: [["(probs[row + v] - oneHot)", "oneHot * (probs[row + v] - 1)"]],
      outcome: "named",
    },
    {
      name: "log p",
      edits: [["(probs[row + v] - oneHot)", "(Math.log(probs[row + v]) - oneHot)"]],
      outcome: "named",
    },
    { name: "minus the row's number", edits: [["- oneHot)", "- oneHot / V)"]], outcome: "located" },
    {
      name: "dlosses squared",
      edits: [["* dlosses[bt]", "* dlosses[bt] * dlosses[bt]"]],
      outcome: "located",
    },
    {
      name: "no dlosses and =",
      edits: [["+= (probs[row + v] - oneHot) * dlosses[bt]", "= probs[row + v] - oneHot"]],
      outcome: "named",
      says: /its dlosses.*\+= instead of =/,
    },
    {
      name: "brackets",
      edits: [["(probs[row + v] - oneHot) * dlosses[bt]", "probs[row + v] - oneHot * dlosses[bt]"]],
      outcome: "named",
    },
  ],
  "11-crossentropy/mend": [
    {
      name: "in one loop",
      edits: [
        [
          "dlogits[row + v] += probs[row + v] * dlosses[bt];",
          "dlogits[row + v] += (probs[row + v] - (v === targets[bt] ? 1 : 0)) * dlosses[bt];",
        ],
        ["dlogits[row + targets[bt]] -= dlosses[bt];", ""],
      ],
      outcome: "passes",
    },
    {
      name: "a number of its own",
      edits: [
        ["    const row = bt * Vp;\n", "    const row = bt * Vp;\n    const d = dlosses[bt];\n"],
        ["-= dlosses[bt];", "-= d;"],
      ],
      outcome: "passes",
    },
    {
      name: "dlosses of the first",
      edits: [["-= dlosses[bt];", "-= dlosses[0];"]],
      outcome: "named",
    },
    {
      name: "times p",
      edits: [["-= dlosses[bt];", "-= probs[row + targets[bt]] * dlosses[bt];"]],
      outcome: "named",
    },
    { name: "the mean", edits: [["-= dlosses[bt];", "-= 1 / (B * T);"]], outcome: "named" },
    {
      name: "of the target",
      edits: [["-= dlosses[bt];", "-= dlosses[targets[bt] % (B * T)];"]],
      outcome: "located",
    },
    {
      name: "both without dlosses",
      edits: [
        ["probs[row + v] * dlosses[bt]", "probs[row + v]"],
        ["-= dlosses[bt];", "-= 1;"],
      ],
      outcome: "named",
    },
    {
      name: "multiplied afterwards",
      edits: [
        ["probs[row + v] * dlosses[bt]", "probs[row + v]"],
        [
          "dlogits[row + targets[bt]] -= dlosses[bt];",
          "dlogits[row + targets[bt]] -= 1;\n    for (let v = 0; v < V; v++) dlogits[row + v] *= dlosses[bt];",
        ],
      ],
      outcome: "named",
    },
    { name: "divided", edits: [["-= dlosses[bt];", "-= 1 / dlosses[bt];"]], outcome: "named" },
    { name: "plus", edits: [["-= dlosses[bt];", "+= dlosses[bt];"]], outcome: "named" },
    {
      name: "the starter",
      from: "start",
      edits: [],
      outcome: "located",
      says: /You have not changed/,
    },
  ],
};
