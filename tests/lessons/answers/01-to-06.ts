import type { Answer } from "./answer.ts";

const sums = "let sum = 0; // a JavaScript number is a float64";
const add = "for (let i = 0; i < C; i++) sum += row[i];";

export const answers: Readonly<Record<string, readonly Answer[]>> = {
  "01-numbers-in-a-row/transpose": [
    {
      name: "offsets counted up",
      edits: [
        [
          "const from = (b * T + t) * C + i; // strides T*C, C, 1",
          "const from = b * T * C + t * C + i;",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "row by row of out",
      edits: [
        [
          "for (let t = 0; t < T; t++) {\n      for (let i = 0; i < C; i++) {",
          "for (let i = 0; i < C; i++) {\n      for (let t = 0; t < T; t++) {",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "NumPy's comma",
      edits: [["inp[from]", "inp[b, t, i]"]],
      outcome: "named",
      says: /commas/,
    },
    {
      name: "brackets twice",
      edits: [["out[to] = inp[from];", "out[to] = inp[b * T + t][i];"]],
      outcome: "named",
      says: /flat/,
    },
    {
      name: "three brackets",
      edits: [["out[to] = inp[from];", "out[b][i][t] = inp[from];"]],
      outcome: "located",
      says: /flat/,
    },
    {
      name: "adds to nothing",
      edits: [["out[to] = inp", "out[to] += inp"]],
      outcome: "named",
      says: /\+=/,
    },
    { name: "the last sequence left out", edits: [["b < B;", "b < B - 1;"]], outcome: "located" },
    {
      name: "the inputs are changed",
      edits: [["out[to] = inp[from];", "out[to] = inp[from];\n        inp[from] = 0;"]],
      outcome: "named",
      says: /changed inp/,
    },
    {
      name: "one place further in inp",
      edits: [["out[to] = inp[from];", "out[to] = inp[from + 1];"]],
      outcome: "located",
    },
    {
      name: "backwards in time",
      edits: [["* T + t; //", "* T + (T - 1 - t); //"]],
      outcome: "located",
    },
    {
      name: "counted up in the wrong variable",
      edits: [["i < C; i++", "i < C; t++"]],
      outcome: "located",
      says: /changes from round to round is t/,
    },
    {
      name: "undeclared",
      edits: [["const from = ", "from = "]],
      outcome: "located",
      says: /const from/,
    },
    {
      name: "returns a copy",
      edits: [["out[to] = inp[from];", "out = inp.slice();"]],
      outcome: "named",
      says: /another array/,
      never: /\+=/,
    },
    {
      name: "doubled",
      edits: [["out[to] = inp[from];", "out[to] = inp[from] + inp[from];"]],
      outcome: "located",
      says: /factor 2/,
    },
  ],
  "01-numbers-in-a-row/mend": [
    {
      name: "reduce",
      edits: [[`${sums}\n    ${add}`, "const sum = row.reduce((a, b) => a + b, 0);"]],
      outcome: "passes",
    },
    {
      name: "float64 array",
      edits: [
        [sums, "const f = Float64Array.from(row);\n    let sum = 0;"],
        [add, "for (const x of f) sum += x;"],
      ],
      outcome: "passes",
    },
    {
      name: "still float32",
      edits: [
        [sums, "const acc = new Float32Array(1);\n    let sum = 0;"],
        [add, "for (let i = 0; i < C; i++) acc[0] += row[i];\n    sum = acc[0];"],
      ],
      outcome: "located",
    },
    {
      name: "rounded at each step",
      edits: [["sum += row[i];", "sum = Math.fround(sum + row[i]);"]],
      outcome: "located",
    },
    {
      name: "from the end",
      edits: [[add, "for (let i = C - 1; i >= 0; i--) sum = Math.fround(sum + row[i]);"]],
      outcome: "named",
    },
    { name: "mean", edits: [["out[bt] = sum;", "out[bt] = sum / C;"]], outcome: "located" },
    {
      name: "sum outside",
      edits: [
        [`    ${sums}\n`, ""],
        ["  for (let bt", "  let sum = 0;\n  for (let bt"],
      ],
      outcome: "named",
    },
    {
      name: "without the first",
      edits: [["let i = 0; i < C; i++) sum", "let i = 1; i < C; i++) sum"]],
      outcome: "located",
    },
    {
      name: "one too few",
      edits: [["i < C; i++) sum", "i < C - 1; i++) sum"]],
      outcome: "named",
    },
    {
      name: "Python's loop",
      edits: [[add, "for i in range(C): sum += row[i]"]],
      outcome: "located",
      says: /Python/,
    },
    {
      name: "len",
      edits: [["i < C; i++) sum", "i < len(row); i++) sum"]],
      outcome: "located",
      says: /length/,
    },
    { name: "written once", edits: [["out[bt] = sum;", "out[0] = sum;"]], outcome: "located" },
    {
      name: "absolute values",
      edits: [["sum += row[i];", "sum += Math.abs(row[i]);"]],
      outcome: "located",
    },
  ],
  "02-tokens/batch": [
    {
      name: "subarray and set",
      edits: [
        [
          "    for (let t = 0; t < T; t++) {\n      inputs[b * T + t] = tokens[start + t];\n      targets[b * T + t] = tokens[start + t + 1];\n    }",
          "    inputs.set(tokens.subarray(start, start + T), b * T);\n    targets.set(tokens.subarray(start + 1, start + T + 1), b * T);",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "one counter",
      edits: [
        [
          "  for (let b = 0; b < B; b++) {\n    const start = starts[b];",
          "  let k = 0;\n  for (let b = 0; b < B; b++) {\n    const start = starts[b];",
        ],
        ["inputs[b * T + t]", "inputs[k]"],
        ["targets[b * T + t]", "targets[k++]"],
      ],
      outcome: "passes",
    },
    {
      name: "backwards",
      edits: [["tokens[start + t];", "tokens[start + T - 1 - t];"]],
      outcome: "located",
    },
    {
      name: "targets only",
      edits: [["inputs[b * T + t] = tokens[start + t];", ""]],
      outcome: "located",
      says: /inputs/,
    },
    {
      name: "two tokens apart",
      edits: [["tokens[start + t];", "tokens[start + 2 * t];"]],
      outcome: "located",
    },
    {
      name: "targets of the row before",
      edits: [["targets[b * T + t] =", "targets[(b ? b - 1 : b) * T + t] ="]],
      outcome: "located",
    },
    {
      name: "minus one",
      edits: [["tokens[start + t + 1]", "tokens[start + t] + 1"]],
      outcome: "located",
    },
    {
      name: "start of the row above",
      edits: [["starts[b];", "starts[B - 1 - b];"]],
      outcome: "located",
    },
    {
      name: "the comma of NumPy",
      edits: [["inputs[b * T + t] =", "inputs[b, t] ="]],
      outcome: "named",
      says: /commas/,
    },
    {
      name: "an undeclared start",
      edits: [["const start", "start"]],
      outcome: "located",
      says: /const start/,
    },
    {
      name: "twice in brackets",
      edits: [["inputs[b * T + t] =", "inputs[b][t] ="]],
      outcome: "located",
      says: /flat/,
    },
    { name: "endless", edits: [["t < T; t++", "t < T; b++"]], outcome: "located" },
    {
      name: "a token too far in both",
      edits: [
        ["tokens[start + t];", "tokens[start + t + 2];"],
        ["tokens[start + t + 1]", "tokens[start + t + 3]"],
      ],
      outcome: "located",
    },
  ],
  "02-tokens/mend": [
    {
      name: "counted up",
      edits: [
        [
          "const windows = Math.floor((N - 1) / T);",
          "let windows = 0;\n  while ((windows + 1) * T + 1 <= N) windows++;",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "without Math",
      edits: [["Math.floor((N - 1) / T)", "((N - 1) - ((N - 1) % T)) / T"]],
      outcome: "passes",
    },
    { name: "N - T", edits: [["(N - 1) / T", "(N - T) / T"]], outcome: "named" },
    { name: "N - 2", edits: [["(N - 1) / T", "(N - 2) / T"]], outcome: "named" },
    {
      name: "not rounded",
      edits: [["Math.floor((N - 1) / T)", "(N - 1) / T"]],
      outcome: "named",
    },
    {
      name: "rounded to the nearest",
      edits: [["Math.floor((N - 1) / T)", "Math.round((N - 1) / T)"]],
      outcome: "located",
    },
    {
      name: "targets that wrap",
      edits: [
        ["Math.floor((N - 1) / T)", "Math.floor(N / T)"],
        ["tokens[start + t + 1]", "tokens[(start + t + 1) % N]"],
      ],
      outcome: "located",
    },
    { name: "position not moved on", edits: [["(position + b)", "position"]], outcome: "located" },
    { name: "one window more", edits: [["(N - 1) / T)", "(N - 1) / T) + 1"]], outcome: "named" },
    {
      name: "the start by windows",
      edits: [["% windows) * T", "% windows) * windows"]],
      outcome: "located",
    },
    {
      name: "stops at the end",
      edits: [
        [
          "const start = ((position + b) % windows) * T;",
          "if (position + b >= windows) break;\n    const start = (position + b) * T;",
        ],
      ],
      outcome: "located",
    },
    {
      name: "Python's division",
      edits: [["Math.floor((N - 1) / T)", "(N - 1) // T"]],
      outcome: "named",
      says: /comment/,
    },
  ],
  "04-encoder/backward": [
    {
      name: "two loops",
      edits: [
        [
          "        dwpe[position + i] += dout[row + i];\n      }",
          "      }\n      for (let i = 0; i < C; i++) dwpe[position + i] += dout[row + i];",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "subarrays",
      edits: [
        [
          "dwte[token + i] += dout[row + i];",
          "const part = dwte.subarray(token, token + C);\n        part[i] += dout[row + i];",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "divided by B",
      edits: [["dwpe[position + i] += dout[row + i];", "dwpe[position + i] += dout[row + i] / B;"]],
      outcome: "named",
      says: /the mean over the sequences/,
    },
    {
      name: "dwpe twice",
      edits: [["dwpe[position + i] += dout[row + i];", "dwpe[position + i] += 2 * dout[row + i];"]],
      outcome: "located",
      says: /factor 2/,
    },
    {
      name: "minus in dwte",
      edits: [["dwte[token + i] +=", "dwte[token + i] -="]],
      outcome: "named",
      says: /sign/,
    },
    { name: "the token not multiplied", edits: [["inp[bt] * C;", "inp[bt];"]], outcome: "named" },
    {
      name: "only the first channel",
      edits: [["i < C; i++", "i < 1; i++"]],
      outcome: "located",
      says: /i > 0/,
    },
    {
      name: "= and the wrong row",
      edits: [["dwpe[position + i] +=", "dwpe[row % (T * C) + i] ="]],
      outcome: "named",
    },
    {
      name: "dwte gets the mean",
      edits: [["dwte[token + i] += dout[row + i];", "dwte[token + i] += dout[row + i] / T;"]],
      outcome: "located",
      says: /1\/T/,
    },
    { name: "first sequence only", edits: [["b < B;", "b < 1;"]], outcome: "named" },
    {
      name: "brackets twice",
      edits: [["dwpe[position + i] +=", "dwpe[t][i] +="]],
      outcome: "located",
      says: /flat/,
    },
    {
      name: "undeclared",
      edits: [["const position", "position"]],
      outcome: "located",
      says: /const position/,
    },
    {
      name: "NaN index",
      edits: [["const token = inp[bt] * C;", "const token = inp[b][t] * C;"]],
      outcome: "named",
    },
  ],
  "04-encoder/mend": [
    {
      name: "subarray rows",
      edits: [
        [
          "      table[ids[k] * C + i] += rows[k * C + i];",
          "      const at = ids[k] * C + i;\n      table[at] = table[at] + rows[k * C + i];",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "sums by id first",
      edits: [
        [
          "  for (let k = 0; k < ids.length; k++) {\n    for (let i = 0; i < C; i++) {\n      table[ids[k] * C + i] += rows[k * C + i];\n    }\n  }",
          "  const sums = new Map<number, Float32Array>();\n  for (let k = 0; k < ids.length; k++) {\n    const sum = sums.get(ids[k]) ?? new Float32Array(C);\n    for (let i = 0; i < C; i++) sum[i] += rows[k * C + i];\n    sums.set(ids[k], sum);\n  }\n  for (const [id, sum] of sums) for (let i = 0; i < C; i++) table[id * C + i] += sum[i];",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "set",
      edits: [["table[ids[k] * C + i] += ", "table[ids[k] * C + i] = "]],
      outcome: "named",
    },
    { name: "by k", edits: [["table[ids[k] * C + i]", "table[k * C + i]"]], outcome: "located" },
    {
      name: "the last row left out",
      edits: [["k < ids.length", "k < ids.length - 1"]],
      outcome: "located",
    },
    {
      name: "each id once",
      edits: [
        [
          "  for (let k = 0; k < ids.length; k++) {\n    for (let i",
          "  for (let k = 0; k < ids.length; k++) {\n    if (ids.indexOf(ids[k]) < k) continue;\n    for (let i",
        ],
      ],
      outcome: "named",
    },
    {
      name: "rows of the id",
      edits: [["rows[k * C + i]", "rows[ids[k] * C + i]"]],
      outcome: "located",
    },
    { name: "only the first sequence", edits: [["b < B;", "b < 1;"]], outcome: "located" },
    {
      name: "divided",
      edits: [["+= rows[k * C + i];", "+= rows[k * C + i] / ids.length;"]],
      outcome: "located",
      says: /1\/T/,
    },
    { name: "same positions", edits: [["(_, t) => t)", "() => 0)"]], outcome: "located" },
    {
      name: "one sequence late",
      edits: [["inp.subarray(b * T, (b + 1) * T)", "inp.subarray((b + 1) * T, (b + 2) * T)"]],
      outcome: "located",
    },
    {
      name: "as it was, in other words",
      edits: [
        [
          "  for (let k = 0; k < ids.length; k++) {\n    for (let i = 0; i < C; i++) {\n      table[ids[k] * C + i] += rows[k * C + i];\n    }\n  }",
          "  const before = table.slice();\n  for (let k = 0; k < ids.length; k++) {\n    for (let i = 0; i < C; i++) table[ids[k] * C + i] = before[ids[k] * C + i] + rows[k * C + i];\n  }",
        ],
      ],
      outcome: "located",
      says: /the code you began with/,
    },
  ],
  "05-layernorm/backward": [
    {
      name: "one pass for the means",
      edits: [["const dnormMean = dnormSum / C;", "const dnormMean = (1 / C) * dnormSum;"]],
      outcome: "passes",
    },
    {
      name: "out of float32 arrays",
      edits: [
        [
          "      let dnormSum = 0;",
          "      const norms = new Float64Array(C);\n      for (let i = 0; i < C; i++) norms[i] = (inp[row + i] - m) * r;\n      let dnormSum = 0;",
        ],
      ],
      outcome: "passes",
    },
    { name: "rstd missing in dinp", edits: [["+= r * (dnorm", "+= (dnorm"]], outcome: "named" },
    {
      name: "rstd squared in dinp",
      edits: [["+= r * (dnorm", "+= r * r * (dnorm"]],
      outcome: "named",
    },
    {
      name: "dweight without the mean",
      edits: [
        ["dweight[i] += dout[row + i] * norm;", "dweight[i] += dout[row + i] * inp[row + i] * r;"],
      ],
      outcome: "located",
    },
    {
      name: "dbias times weight",
      edits: [["dbias[i] += dout[row + i];", "dbias[i] += dout[row + i] * weight[i];"]],
      outcome: "named",
    },
    {
      name: "dweight with =, the mean forgotten",
      edits: [
        ["dweight[i] +=", "dweight[i] ="],
        ["dnorm - dnormMean - norm", "dnorm - norm"],
      ],
      outcome: "named",
    },
    {
      name: "two mistakes in dinp",
      edits: [
        ["dnorm - dnormMean - norm", "dnorm + dnormMean - norm"],
        ["+= r * (dnorm", "= r * (dnorm"],
      ],
      outcome: "named",
    },
    { name: "rows by t", edits: [["const bt = b * T + t;", "const bt = t;"]], outcome: "located" },
    { name: "mean over T", edits: [["dnormSum / C", "dnormSum / T"]], outcome: "located" },
    {
      name: "norm without rstd",
      edits: [
        [
          "        const norm = (inp[row + i] - m) * r;\n        const dnorm = dout[row + i] * weight[i];\n        dnormSum",
          "        const norm = inp[row + i] - m;\n        const dnorm = dout[row + i] * weight[i];\n        dnormSum",
        ],
      ],
      outcome: "named",
    },
    {
      name: "^ for a square",
      edits: [["+= r * (dnorm", "+= r ^ 1 * (dnorm"]],
      outcome: "named",
      says: /\^/,
    },
    {
      name: "caps",
      edits: [["dnormSum / C", "dnormsum / C"]],
      outcome: "located",
      says: /do you mean dnormSum/,
    },
    {
      name: "dout missing in dweight",
      edits: [["dweight[i] += dout[row + i] * norm;", "dweight[i] += norm;"]],
      outcome: "located",
    },
  ],
  "05-layernorm/mend": [
    {
      name: "local numbers",
      edits: [
        ["const bt = b * T + t;", "const bt = b * T + t;\n      const r = rstd[bt];"],
        ["* rstd[bt];\n        dnorm", "* r;\n        dnorm"],
      ],
      outcome: "passes",
    },
    {
      name: "row divided",
      edits: [
        [
          "const bt = b * T + t;\n      const row = bt * C;",
          "const row = (b * T + t) * C;\n      const bt = row / C;",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "b alone",
      edits: [
        [
          "const bt = b * T + t;\n      const row = bt * C;",
          "const bt = b;\n      const row = (b * T + t) * C;",
        ],
      ],
      outcome: "located",
    },
    {
      name: "t * B + b",
      edits: [
        [
          "const bt = b * T + t;\n      const row = bt * C;",
          "const bt = t * B + b;\n      const row = (b * T + t) * C;",
        ],
      ],
      outcome: "named",
    },
    {
      name: "the mean alone mended",
      edits: [
        ["* rstd[bt];\n        dnorm", "* rstd[t];\n        dnorm"],
        ["* dnormNormMean) * rstd[bt]", "* dnormNormMean) * rstd[t]"],
      ],
      outcome: "located",
    },
    {
      name: "rstd alone mended",
      edits: [["inp[row + i] - mean[bt]", "inp[row + i] - mean[t]"]],
      outcome: "located",
    },
    {
      name: "row index",
      edits: [
        [
          "const bt = b * T + t;\n      const row = bt * C;",
          "const row = (b * T + t) * C;\n      const bt = row;",
        ],
      ],
      outcome: "located",
    },
    {
      name: "mean computed anew, biased",
      edits: [["inp[row + i] - mean[bt]", "inp[row + i] - inp[row]"]],
      outcome: "located",
    },
    {
      name: "buffers of T",
      edits: [["new Float64Array(C); // for one row", "new Float64Array(T); // for one row"]],
      outcome: "located",
    },
    {
      name: "divided by rstd",
      edits: [["* dnormNormMean) * rstd[bt]", "* dnormNormMean) / rstd[bt]"]],
      outcome: "located",
    },
    {
      name: "means not reset",
      edits: [
        ["      let dnormMean = 0;\n", ""],
        ["  for (let b = 0", "  let dnormMean = 0;\n  for (let b = 0"],
      ],
      outcome: "located",
    },
  ],
  "06-matmul/backward": [
    {
      name: "three passes",
      edits: [
        [
          "        dweight[o * C + i] += d * inp[bt * C + i];\n      }",
          "      }\n      for (let i = 0; i < C; i++) dweight[o * C + i] += d * inp[bt * C + i];",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "optional",
      edits: [["if (dbias !== null) dbias[o] += d;", "if (dbias) dbias[o] += d;"]],
      outcome: "passes",
    },
    {
      name: "nothing without a bias",
      edits: [
        ["  for (let bt", "  if (!dbias) return;\n  for (let bt"],
        ["if (dbias !== null) dbias", "dbias"],
      ],
      outcome: "named",
      says: /dbias is null/,
    },
    {
      name: "null not asked for",
      edits: [["if (dbias !== null) dbias", "dbias"]],
      outcome: "located",
      says: /dbias is null in this call/,
    },
    {
      name: "weight of the row",
      edits: [["d * weight[o * C + i]", "d * weight[i * OC + o]"]],
      outcome: "named",
    },
    {
      name: "dweight with dinp",
      edits: [["+= d * inp[bt * C + i]", "+= d * dinp[bt * C + i]"]],
      outcome: "named",
    },
    {
      name: "dinp and dweight exchanged factors",
      edits: [
        ["+= d * weight[o * C + i]", "+= d * inp[bt * C + i]"],
        [
          "dweight[o * C + i] += d * inp[bt * C + i]",
          "dweight[o * C + i] += d * weight[o * C + i]",
        ],
      ],
      outcome: "named",
    },
    {
      name: "dbias in the inner loop",
      edits: [
        ["if (dbias !== null) dbias[o] += d;\n", ""],
        ["        dinp[bt", "        if (dbias) dbias[o] += d;\n        dinp[bt"],
      ],
      outcome: "named",
      says: /inside the loop over i/,
    },
    {
      name: "mean over the rows",
      edits: [["dweight[o * C + i] += d *", "dweight[o * C + i] += (1 / (B * T)) * d *"]],
      outcome: "named",
      says: /divided by B\*T/,
    },
    {
      name: "dout by OC of the sequence",
      edits: [["dout[bt * OC + o]", "dout[o * B * T + bt]"]],
      outcome: "named",
    },
    {
      name: "only one sequence",
      edits: [["bt < B * T", "bt < T"]],
      outcome: "named",
      says: /Only the first sequence/,
    },
    {
      name: "brackets twice",
      edits: [["d * weight[o * C + i]", "d * weight[o][i]"]],
      outcome: "named",
      says: /flat/,
    },
    {
      name: "comma",
      edits: [["d * weight[o * C + i]", "d * weight[o, i]"]],
      outcome: "named",
      says: /the first row of weight for every output channel/,
    },
    {
      name: "= in dinp and dbias forgotten",
      edits: [
        ["dinp[bt * C + i] +=", "dinp[bt * C + i] ="],
        ["if (dbias !== null) dbias[o] += d;\n", ""],
      ],
      outcome: "named",
      says: /dbias/,
    },
  ],
  "06-matmul/mend": [
    {
      name: "no remainder at all",
      edits: [["const whole = OC - (OC % 4);", "const whole = 0;"]],
      outcome: "passes",
    },
    { name: "floor", edits: [["OC - (OC % 4)", "Math.floor(OC / 4) * 4"]], outcome: "passes" },
    {
      name: "index of the row left out elsewhere",
      edits: [["const d = dout[bt * OC + o];\n      for", "const d = dout[bt + o];\n      for"]],
      outcome: "named",
    },
    {
      name: "of the last row",
      edits: [
        [
          "const d = dout[bt * OC + o];\n      for",
          "const d = dout[(B * T - 1) * OC + o];\n      for",
        ],
      ],
      outcome: "located",
    },
    {
      name: "bt * whole",
      edits: [
        ["const d = dout[bt * OC + o];\n      for", "const d = dout[bt * whole + o];\n      for"],
      ],
      outcome: "located",
    },
    {
      name: "the remainder not done",
      edits: [["for (let o = whole; o < OC; o++)", "for (let o = OC; o < OC; o++)"]],
      outcome: "named",
    },
    {
      name: "the remainder one too early",
      edits: [["for (let o = whole; o < OC; o++)", "for (let o = whole - 1; o < OC; o++)"]],
      outcome: "located",
    },
    {
      name: "one more block",
      edits: [["OC - (OC % 4)", "OC + ((4 - (OC % 4)) % 4)"]],
      outcome: "located",
    },
    {
      name: "dinp with =",
      edits: [["        dinp[bt * C + i] += d * weight", "        dinp[bt * C + i] = d * weight"]],
      outcome: "located",
    },
    {
      name: "dout by C",
      edits: [
        ["const d = dout[bt * OC + o];\n      for", "const d = dout[bt * C + o];\n      for"],
      ],
      outcome: "named",
    },
    {
      name: "the starter, reformatted",
      from: "start",
      edits: [["const d = dout[o];", "const d =\n        dout[o]; // of this row"]],
      outcome: "located",
      says: /You have not changed the code/,
    },
  ],
};
