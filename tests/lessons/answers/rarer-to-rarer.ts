// Rarer mistakes, most of them in the exercises on counting, the tape, accumulation and scaling, as readers of the page make them.

import type { Answer } from "./answer.ts";

const counting = "const row = inputs[n] * V;";
const adds = "dtable[row + v] += (probs[row + v] - oneHot) / N;";
const count = "probs[inputs[n] * V + targets[n]]++";
const share = "(probs[row + v] + alpha) / (total + alpha * V)";
const surprise = "sum -= Math.log(probs[inputs[n] * V + targets[n]]);";
const walk = "for (let k = tape.length - 1; k >= 0; k--) tape[k].back();";
const clear = `for (const { inputs } of tape) {
    for (const { grad } of inputs) grad.fill(0);
  }`;
const x = "const x = Math.log(N[i]) - meanX;";

export const answers: Readonly<Record<string, readonly Answer[]>> = {
  "03-counting-and-a-bigram/backward": [
    {
      name: "for in over the inputs",
      edits: [
        ["for (let n = 0; n < N; n++) {", "for (const n in inputs) {"],
        ["inputs[n] * V", "inputs[n as never] * V"],
        ["v === targets[n]", "v === targets[n as never]"],
      ],
      outcome: "passes",
    },
    {
      name: "for in as if it gave the values",
      edits: [
        [
          "for (let n = 0; n < N; n++) {\n    const row = inputs[n] * V;",
          "let n = -1;\n  for (const a in inputs) {\n    n++;\n    const row = Number(a) * V;",
        ],
      ],
      outcome: "named",
    },
    {
      name: "the loss differentiated, p times minus log p",
      edits: [["(probs[row + v] - oneHot) / N", "(-Math.log(probs[row + v]) * oneHot) / N"]],
      outcome: "named",
    },
    {
      name: "the softmax's own slope, p (1 - p)",
      edits: [
        ["(probs[row + v] - oneHot) / N", "(probs[row + v] * (oneHot - probs[row + v])) / N"],
      ],
      outcome: "named",
    },
    {
      name: "one too many pairs",
      edits: [["n < N; n++", "n <= N; n++"]],
      outcome: "passes", // what is outside the array is never written
    },
    {
      name: "the row found by the count of pairs",
      edits: [[counting, "const row = n * V;"]],
      outcome: "named",
    },
    {
      name: "divided by N times V",
      edits: [["- oneHot) / N", "- oneHot) / (N * V)"]],
      outcome: "named",
    },
    {
      name: "minus log of the target added",
      edits: [[adds, "if (v === targets[n]) dtable[row + v] += -1 / probs[row + v] / N;"]],
      outcome: "named",
    },
  ],
  "03-counting-and-a-bigram/count": [
    {
      name: "for in over counts",
      edits: [
        [
          "for (let a = 0; a < V; a++) {\n    const row = a * V;\n    let total = 0;\n    for (let v = 0; v < V; v++) total += probs[row + v];",
          "for (let a = 0; a < V; a++) {\n    const row = a * V;\n    let total = 0;\n    const counts = probs.subarray(row, row + V);\n    for (const c in counts) total += Number(c);",
        ],
      ],
      outcome: "named",
    },
    {
      name: "for in over counts, not declared",
      edits: [
        ["for (let v = 0; v < V; v++) total += probs[row + v];", "for (c in probs) total += c;"],
      ],
      outcome: "located",
      says: /c is not defined: it has to be declared: for \(const c of \.\.\.\) goes through the values/,
    },
    {
      name: "for in over counts, as text",
      edits: [
        [
          "let total = 0;\n    for (let v = 0; v < V; v++) total += probs[row + v];",
          "let total = 0;\n    const counts = probs.subarray(row, row + V);\n    for (let c in counts) total += c as never;",
        ],
      ],
      outcome: "named",
      says: /^Line \d+: for \(let c in counts\) goes through keys, which are text: of a list "0", "1" and so on\. To go through the values of a list, write for \(const c of counts\)\./,
    },
    {
      name: "the total begun once for all rows",
      edits: [
        [
          "  for (let a = 0; a < V; a++) {\n    const row = a * V;\n    let total = 0;",
          "  let total = 0;\n  for (let a = 0; a < V; a++) {\n    const row = a * V;",
        ],
      ],
      outcome: "named",
    },
    {
      name: "the softmax of the counts",
      edits: [
        ["total += probs[row + v];", "total += Math.exp(probs[row + v] + alpha);"],
        [share, "Math.exp(probs[row + v] + alpha) / total"],
      ],
      outcome: "named",
    },
    {
      name: "alpha to the power of two",
      edits: [[count, "probs[inputs[n] * V + targets[n]] += 1 + alpha"]],
      outcome: "named",
    },
    {
      name: "the largest count for the total",
      edits: [["total += probs[row + v];", "total = Math.max(total, probs[row + v]);"]],
      outcome: "named",
    },
    {
      name: "one over all",
      edits: [[count, "probs[inputs[n] * V + targets[n]] += 1 / N"]],
      outcome: "named",
    },
  ],
  "03-counting-and-a-bigram/mend": [
    {
      name: "the logarithm in the wrong place: of the inverse sum",
      edits: [[surprise, "sum -= Math.log(1 - probs[inputs[n] * V + targets[n]]);"]],
      outcome: "named",
    },
    {
      name: "the sum begins at 1",
      edits: [["let sum = 0", "let sum = 1"]],
      outcome: "named",
    },
    {
      name: "the logarithm of 1 + p",
      edits: [["Math.log(probs", "Math.log1p(probs"]],
      outcome: "named",
    },
    {
      name: "only the row of the last pair",
      edits: [["sum -= Math.log", "sum = -Math.log"]],
      outcome: "named",
    },
    {
      name: "the surprise at the second half of the pairs missing",
      edits: [["inputs[n] * V + targets[n]", "inputs[n] + targets[n]"]],
      outcome: "named",
    },
  ],
  "09-residual/backward": [
    {
      name: "both names given to dout",
      edits: [
        ["dinp1[i] += dout[i];", "dinp1 = dout;"],
        ["dinp2[i] += dout[i];", "dinp2 = dout;"],
      ],
      outcome: "named",
      says: /dinp1 = \.\.\. gives the name to another array.* write to dinp1\[i\], with \+=\. The same goes for dinp2\.$/,
    },
  ],
  "15-a-small-autograd-engine/backward": [
    {
      name: "past the end of the tape",
      edits: [["let k = tape.length - 1;", "let k = tape.length;"]],
      outcome: "located",
      says: /k begins at tape\.length, where there is nothing\. The last one is tape\[tape\.length - 1\]/,
    },
    {
      name: "for in over the tape, backwards",
      edits: [[walk, "for (const k in tape) tape[tape.length - Number(k)].back();"]],
      outcome: "located",
      says: /tape\[tape\.length - Number\(k\)\] is undefined: look whether tape\.length - Number\(k\) is below 0, past the end/,
    },
    {
      name: "the entry at the length",
      edits: [[walk, `tape[tape.length].back();\n  ${walk}`]],
      outcome: "located",
      says: /tape\[tape\.length\] is past the end\. The last one is tape\[tape\.length - 1\]: they are counted from 0/,
    },
    {
      name: "forwards, and one too far",
      edits: [[walk, "for (let k = 0; k <= tape.length; k++) tape[k].back();"]],
      outcome: "located",
      says: /k goes up to tape\.length, where there is nothing/,
    },
    {
      name: "reversed, and walked from its end",
      edits: [
        [walk, "tape.reverse();\n  for (let k = tape.length - 1; k >= 0; k--) tape[k].back();"],
      ],
      outcome: "named",
    },
    {
      name: "only the last entry",
      edits: [[walk, "tape[tape.length - 1].back();"]],
      outcome: "named",
    },
    {
      name: "the sum of both factors",
      edits: [
        ["a.grad[i] += out.grad[i] * b.data[j];", "a.grad[i] += out.grad[i] + b.data[j];"],
        ["b.grad[j] += out.grad[i] * a.data[i];", "b.grad[j] += a.data[i] + out.grad[i];"],
      ],
      outcome: "named",
    },
    {
      name: "b at i",
      edits: [["a.grad[i] += out.grad[i] * b.data[j];", "a.grad[i] += out.grad[i] * b.data[i];"]],
      outcome: "located",
      says: /In line 12 g\[1\] is read, but g has 1 number/,
    },
    {
      name: "a's gradient with the gradient of b",
      edits: [
        ["a.grad[i] += out.grad[i] * b.data[j];", "a.grad[i] += out.grad[i] * b.grad[j];"],
        ["b.grad[j] += out.grad[i] * a.data[i];", "b.grad[j] += out.grad[i] * a.grad[i];"],
      ],
      outcome: "named",
    },
    {
      name: "b's gradient at c alone",
      edits: [["b.grad[j] += out.grad[i] * a.data[i];", "b.grad[c] += out.grad[i] * a.data[i];"]],
      outcome: "named",
    },
    {
      name: "cleared on the way",
      edits: [
        [
          walk,
          "for (let k = tape.length - 1; k >= 0; k--) {\n    for (const { grad } of tape[k].inputs) grad.fill(0);\n    tape[k].back();\n  }",
        ],
      ],
      outcome: "named",
    },
    {
      name: "the loss's own value for the seed, in every entry",
      edits: [["loss.grad[0] = 1;", "for (const { out } of tape) out.grad.fill(1);"]],
      outcome: "named",
    },
  ],
  "15-a-small-autograd-engine/mend": [
    {
      name: "cleared after the walk",
      edits: [
        [`  ${clear}\n`, ""],
        ["    tape[k].back();\n  }", `    tape[k].back();\n  }\n  ${clear}`],
      ],
      outcome: "named",
    },
    {
      name: "the clearing begins at the second entry",
      edits: [["for (const { inputs } of tape) {", "for (const { inputs } of tape.slice(1)) {"]],
      outcome: "located",
    },
    {
      name: "the loss set before the clearing",
      edits: [
        ["  loss.grad[0] = 1;\n", ""],
        [
          `  ${clear}`,
          `  loss.grad[0] = 1;\n  for (const { out, inputs } of tape) {\n    for (const { grad } of [out, ...inputs]) grad.fill(0);\n  }`,
        ],
      ],
      outcome: "named",
    },
    {
      name: "only the last entry's inputs cleared",
      edits: [[clear, "for (const { grad } of tape[tape.length - 1].inputs) grad.fill(0);"]],
      outcome: "named",
    },
    {
      name: "walked from the beginning",
      edits: [
        ["for (let k = tape.length - 1; k >= 0; k--) {", "for (let k = 0; k < tape.length; k++) {"],
      ],
      outcome: "named",
    },
    {
      name: "data cleared for grad",
      edits: [
        [
          "for (const { grad } of inputs) grad.fill(0);",
          "for (const { data } of inputs) data.fill(0);",
        ],
      ],
      outcome: "named",
    },
  ],
  "16-onto-the-vectors/forward": [
    {
      name: "whole vectors up to the very end",
      edits: [["for (let i = 0; i < whole; i += 4) {", "for (let i = 0; i < C; i += 4) {"]],
      outcome: "located",
      says: /4 lanes at \d+ are not within an array of \d+ numbers\. A loop over whole vectors goes in steps of 4, and ends before/,
    },
    {
      name: "vectors in steps of one",
      edits: [["for (let i = 0; i < whole; i += 4) {", "for (let i = 0; i < whole; i++) {"]],
      outcome: "located",
      says: /A loop over whole vectors goes in steps of 4/,
    },
  ],
  "20-accumulation-and-data-parallel/accumulate": [
    {
      name: "the inputs of part j begin at j * T",
      edits: [["inp.subarray(j * T * C, (j + 1) * T * C)", "inp.subarray(j * T, j * T + T * C)"]],
      outcome: "named",
    },
    {
      name: "the targets of the first part",
      edits: [["targets.subarray(j * T, (j + 1) * T)", "targets.subarray(0, T)"]],
      outcome: "named",
    },
    {
      name: "a mean over the vocabulary",
      edits: [["? 1 / total : 0", "? 1 / (total * V) : 0"]],
      outcome: "named",
    },
    {
      name: "parts are counted from 1",
      edits: [
        ["dweight.fill(0);\n  let sum = 0;", "dweight.fill(0);\n  let sum = 0;\n  // from 1"],
        [
          "const dlosses = new Float32Array(T);\n  for (let j = 0;",
          "const dlosses = new Float32Array(T);\n  for (let j = 1;",
        ],
      ],
      outcome: "named",
    },
    {
      name: "the total of the first part alone",
      edits: [["total += counts[j];", "total = counts[0];"]],
      outcome: "named",
    },
    {
      name: "the total is that of the last part",
      edits: [["total += counts[j];", "total = counts[j];"]],
      outcome: "named",
    },
    {
      name: "all of the losses of the first part each time",
      edits: [["sum += losses[t];", "sum += losses[0];"]],
      outcome: "named",
    },
    {
      name: "the mean over the largest part",
      edits: [["? 1 / total : 0", "? 1 / Math.max(...counts) : 0"]],
      outcome: "named",
    },
  ],
  "20-accumulation-and-data-parallel/ring": [
    {
      name: "the chunk of the receiver",
      edits: [["(from - step + machines) % machines", "to"]],
      outcome: "named",
    },
    {
      name: "to the neighbour before",
      edits: [["(from + 1) % machines", "(from - 1 + machines) % machines"]],
      outcome: "named",
    },
    {
      name: "without going around",
      edits: [["const to = (from + 1) % machines;", "const to = from + 1;"]],
      outcome: "named",
    },
    {
      name: "added to both",
      edits: [
        [
          "grads[to * N + i] += grads[from * N + i];",
          "grads[to * N + i] += grads[from * N + i];\n      grads[from * N + i] = grads[to * N + i];",
        ],
      ],
      outcome: "named",
    },
    {
      name: "the length by N",
      edits: [["const length = N / machines;", "const length = N;"]],
      outcome: "located",
    },
    {
      name: "all the steps at once",
      edits: [
        [
          "const chunk = (from - step + machines) % machines;",
          "for (let chunk = 0; chunk < machines; chunk++)",
        ],
      ],
      outcome: "named",
    },
  ],
  "21-scaling-laws-and-batch-size/power": [
    {
      name: "the inverse of the slope",
      edits: [["out[1] = -slope;", "out[1] = -1 / slope;"]],
      outcome: "named",
    },
    {
      name: "E subtracted from the logarithm",
      edits: [
        ["meanY += Math.log(loss[i] - E) / n;", "meanY += (Math.log(loss[i]) - E) / n;"],
        ["const y = Math.log(loss[i] - E) - meanY;", "const y = Math.log(loss[i]) - E - meanY;"],
      ],
      outcome: "named",
    },
    {
      name: "E added",
      edits: [
        ["meanY += Math.log(loss[i] - E) / n;", "meanY += Math.log(loss[i] + E) / n;"],
        ["const y = Math.log(loss[i] - E) - meanY;", "const y = Math.log(loss[i] + E) - meanY;"],
      ],
      outcome: "named",
    },
    {
      name: "the covariance for the slope",
      edits: [["const slope = xy / xx;", "const slope = xy;"]],
      outcome: "named",
    },
    {
      name: "the correlation for the slope",
      edits: [
        ["let xy = 0;", "let xy = 0;\n  let yy = 0;"],
        ["xy += x * y;", "xy += x * y;\n    yy += y * y;"],
        ["const slope = xy / xx;", "const slope = xy / Math.sqrt(xx * yy);"],
      ],
      outcome: "named",
    },
    {
      name: "the means as sums",
      edits: [
        ["meanX += Math.log(N[i]) / n;", "meanX += Math.log(N[i]);"],
        ["meanY += Math.log(loss[i] - E) / n;", "meanY += Math.log(loss[i] - E);"],
      ],
      outcome: "named",
    },
    {
      name: "the log of the mean",
      edits: [
        ["meanX += Math.log(N[i]) / n;", "meanX += N[i] / n;"],
        ["  let xx = 0;", "  meanX = Math.log(meanX);\n  let xx = 0;"],
      ],
      outcome: "named",
    },
    {
      name: "mean x only in one",
      edits: [[x, "const x = Math.log(N[i] - meanX);"]],
      outcome: "located",
    },
  ],
  "21-scaling-laws-and-batch-size/noise": [
    {
      name: "n and n - 1 exchanged",
      edits: [["(n * big - small) / (n - 1)", "((n - 1) * big - small) / n"]],
      outcome: "named",
    },
    {
      name: "small is not a mean",
      edits: [["small += (g * g) / n;", "small += g * g;"]],
      outcome: "named",
    },
    {
      name: "small, the square of the mean of lengths",
      edits: [["big += batch[i] * batch[i];", "big += Math.abs(batch[i]);"]],
      outcome: "named",
    },
    {
      name: "big divided by P",
      edits: [["big += batch[i] * batch[i];", "big += (batch[i] * batch[i]) / P;"]],
      outcome: "named",
    },
    {
      name: "big squared once more",
      edits: [
        [
          "out[0] = (n * big - small) / (n - 1);",
          "out[0] = (n * big * big - small * small) / (n - 1);",
        ],
      ],
      outcome: "named",
    },
    {
      name: "n - 1 for n in the batch",
      edits: [["batch[i] += g / n;", "batch[i] += g / (n - 1);"]],
      outcome: "named",
    },
    {
      name: "the noise taken as small alone",
      edits: [["out[1] = (small - big) / (1 - 1 / n);", "out[1] = small;"]],
      outcome: "named",
    },
    {
      name: "the length taken as small less big",
      edits: [["out[0] = (n * big - small) / (n - 1);", "out[0] = big - (small - big) / (n - 1);"]],
      outcome: "passes",
    },
  ],
};
