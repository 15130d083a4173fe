// Further answers to the exercises of lessons 10 to 18, written without a look at the others.

import type { Answer } from "./answer.ts";

export const answers: Readonly<Record<string, readonly Answer[]>> = {
  "10-softmax/backward": [
    {
      name: "p (1 - p) alone",
      edits: [
        [
          "probs[row + j] * (dprobs[row + j] - mean)",
          "probs[row + j] * (1 - probs[row + j]) * dprobs[row + j]",
        ],
      ],
      outcome: "named",
    },
    {
      name: "over Vp in the sum only",
      edits: [["let i = 0; i < V; i++", "let i = 0; i < Vp; i++"]],
      outcome: "passes",
    },
    { name: "row by V", edits: [["(b * T + t) * Vp", "(b * T + t) * V"]], outcome: "named" },
    {
      name: "dprobs and probs exchanged",
      edits: [
        ["probs[row + j] * (dprobs[row + j] - mean)", "dprobs[row + j] * (probs[row + j] - mean)"],
      ],
      outcome: "named",
      says: /^probs and dprobs have changed places in the last line\. The p/,
    },
    {
      name: "mean minus",
      edits: [["(dprobs[row + j] - mean)", "(mean - dprobs[row + j])"]],
      outcome: "named",
    },
    {
      name: "only the diagonal of the Jacobian",
      edits: [
        [
          "dlogits[row + j] += probs[row + j] * (dprobs[row + j] - mean)",
          "for (let i = 0; i < V; i++) if (i !== j) dlogits[row + j] -= probs[row + i] * probs[row + j] * dprobs[row + i]",
        ],
      ],
      outcome: "named",
    },
  ],
  "10-softmax/mend": [
    {
      name: "max begins at the first logit of all",
      edits: [["let max = -Infinity", "let max = logits[0]"]],
      outcome: "located",
      says: /In that row logits goes from/,
    },
    {
      name: "maximum over Vp",
      edits: [["for (let i = 0; i < V; i++) max", "for (let i = 0; i < Vp; i++) max"]],
      outcome: "named",
      says: /^The maximum is looked for in the padding too, whose numbers /,
    },
    {
      name: "maximum of magnitudes",
      edits: [["Math.max(max, logits[row + i])", "Math.max(max, Math.abs(logits[row + i]))"]],
      outcome: "located",
    },
    {
      name: "mean in place of the maximum",
      edits: [
        ["let max = -Infinity", "let max = 0"],
        ["max = Math.max(max, logits[row + i])", "max += logits[row + i] / V"],
      ],
      outcome: "located",
    },
    {
      name: "padding left",
      edits: [["    for (let i = V; i < Vp; i++) probs[row + i] = 0;\n", ""]],
      outcome: "located",
    },
    {
      name: "Number.MIN_VALUE",
      edits: [["-Infinity", "Number.MIN_VALUE"]],
      outcome: "named",
      says: /^The maximum begins at a number, and where all logits of a ro/,
    },
    {
      name: "sorted",
      edits: [
        [
          "    let max = -Infinity;\n    for (let i = 0; i < V; i++) max = Math.max(max, logits[row + i]);",
          "    const max = logits.slice(row, row + V).sort()[V - 1];",
        ],
      ],
      outcome: "passes",
    },
  ],
  "11-crossentropy/backward": [
    {
      name: "log in place of 1/p",
      edits: [["-dlosses[bt] / probs[target]", "-dlosses[bt] * Math.log(probs[target])"]],
      outcome: "named",
      says: /^dlosses is multiplied by the loss itself\. The chain rule wan/,
    },
    {
      name: "times p",
      edits: [["-dlosses[bt] / probs[target]", "-dlosses[bt] * probs[target]"]],
      outcome: "named",
    },
    { name: "targets[t]", edits: [["row + targets[bt]", "row + targets[t]"]], outcome: "named" },
    {
      name: "mean taken",
      edits: [["-dlosses[bt] / probs", "-dlosses[bt] / (B * T) / probs"]],
      outcome: "named",
    },
    {
      name: "-=",
      edits: [
        [
          "dprobs[target] += -dlosses[bt] / probs[target]",
          "dprobs[target] -= dlosses[bt] / probs[target]",
        ],
      ],
      outcome: "passes",
    },
  ],
  "11-crossentropy/fused": [
    {
      name: "one-hot minus p",
      edits: [["(probs[row + v] - oneHot)", "(oneHot - probs[row + v])"]],
      outcome: "named",
    },
    { name: "without dlosses", edits: [[" * dlosses[bt]", ""]], outcome: "named" },
    { name: "row by V", edits: [["const row = bt * Vp", "const row = bt * V"]], outcome: "named" },
    {
      name: "one-hot times p",
      edits: [
        ["(probs[row + v] - oneHot) * dlosses[bt]", "probs[row + v] * (1 - oneHot) * dlosses[bt]"],
      ],
      outcome: "named",
    },
    {
      name: "mean too, with =",
      edits: [
        [
          "dlogits[row + v] += (probs[row + v] - oneHot) * dlosses[bt]",
          "dlogits[row + v] = ((probs[row + v] - oneHot) * dlosses[bt]) / (B * T)",
        ],
      ],
      outcome: "named",
    },
    {
      name: "assignment in the condition",
      edits: [["v === targets[bt] ? 1 : 0", "(targets[bt] = v) ? 1 : 0"]],
      outcome: "named",
      says: /^Line 19: = before the question mark sets targets\[bt\]\. To com/,
    },
    {
      name: "Number of a comparison",
      edits: [["v === targets[bt] ? 1 : 0", "Number(v === targets[bt])"]],
      outcome: "passes",
    },
  ],
  "11-crossentropy/mend": [
    { name: "1 / (B * T)", from: "start", edits: [["-= 1;", "-= 1 / (B * T);"]], outcome: "named" },
    {
      name: "times p as well",
      from: "start",
      edits: [["-= 1;", "-= dlosses[bt] * probs[row + targets[bt]];"]],
      outcome: "named",
    },
  ],
  "12-adamw/update": [
    {
      name: "SGD left above",
      edits: [
        ["    const grad = grads[i];", "    const grad = grads[i];\n    params[i] -= lr * grad;"],
      ],
      outcome: "named",
    },
    {
      name: "^ for the power",
      edits: [
        ["beta1 ** t", "beta1 ^ t"],
        ["beta2 ** t", "beta2 ^ t"],
      ],
      outcome: "named",
    },
    {
      name: "t - 1",
      edits: [
        ["beta1 ** t", "beta1 ** (t - 1)"],
        ["beta2 ** t", "beta2 ** (t - 1)"],
      ],
      outcome: "named",
    },
    { name: "no root", edits: [["Math.sqrt(vHat) + eps", "vHat + eps"]], outcome: "named" },
    {
      name: "betas of m and v exchanged",
      edits: [
        ["beta1 * m[i] + (1 - beta1) * grad", "beta2 * m[i] + (1 - beta2) * grad"],
        ["beta2 * v[i] + (1 - beta2) * grad * grad", "beta1 * v[i] + (1 - beta1) * grad * grad"],
      ],
      outcome: "named",
    },
    {
      name: "m corrected in place",
      edits: [
        ["const mHat = m[i] / (1 - beta1 ** t)", "m[i] /= 1 - beta1 ** t;\n    const mHat = m[i]"],
      ],
      outcome: "named",
      says: /^The correction is written back into m, and the next step beg/,
    },
    {
      name: "decay without lr",
      edits: [["lr * weightDecay * params[i]", "weightDecay * params[i]"]],
      outcome: "named",
    },
    {
      name: "plus for minus",
      edits: [["shrunk - (lr * mHat)", "shrunk + (lr * mHat)"]],
      outcome: "named",
    },
    {
      name: "grads cleared",
      edits: [["    params[i] = shrunk", "    grads[i] = 0;\n    params[i] = shrunk"]],
      outcome: "named",
    },
    {
      name: "kept in float64 locals",
      edits: [
        [
          "    m[i] = beta1 * m[i] + (1 - beta1) * grad;\n    v[i] = beta2 * v[i] + (1 - beta2) * grad * grad;\n    const mHat = m[i] / (1 - beta1 ** t);\n    const vHat = v[i] / (1 - beta2 ** t);",
          "    const m1 = m[i] + (1 - beta1) * (grad - m[i]);\n    const v1 = v[i] + (1 - beta2) * (grad ** 2 - v[i]);\n    m[i] = m1;\n    v[i] = v1;\n    const mHat = m1 / (1 - Math.pow(beta1, t));\n    const vHat = v1 / (1 - Math.pow(beta2, t));",
        ],
      ],
      outcome: "passes",
    },
  ],
  "12-adamw/mend": [
    {
      name: "decay taken from the gradient, not from params",
      edits: [["    params[i] *= 1 - lr * weightDecay;\n", ""]],
      outcome: "named",
    },
    { name: "grows", edits: [["1 - lr * weightDecay", "1 + lr * weightDecay"]], outcome: "named" },
    {
      name: "at the end",
      edits: [
        ["    params[i] *= 1 - lr * weightDecay;\n", ""],
        ["+ eps);", "+ eps);\n    params[i] *= 1 - lr * weightDecay;"],
      ],
      outcome: "named",
    },
  ],
  "13-one-block-of-memory/offset": [
    { name: "no layers", edits: [["(isPerLayer(before) ? L : 1)", "1"]], outcome: "named" },
    { name: "up to and with k", edits: [["before < k", "before <= k"]], outcome: "named" },
    {
      name: "l - 1",
      edits: [["offset += l * lengths[k]", "offset += (l - 1) * lengths[k]"]],
      outcome: "located",
    },
    {
      name: "offset of out too",
      edits: [["out[i] = params[offset + i]", "out[offset + i] = params[offset + i]"]],
      outcome: "located",
      says: /^Nothing was written: out is as it was before the call\. In li/,
    },
    { name: "begins with 1", edits: [["let before = 0", "let before = 1"]], outcome: "named" },
    {
      name: "reduce",
      edits: [
        [
          "  let offset = 0;\n  for (let before = 0; before < k; before++) {\n    offset += lengths[before] * (isPerLayer(before) ? L : 1);\n  }",
          "  let offset = lengths.slice(0, k).reduce((sum, n, j) => sum + (isPerLayer(j) ? L * n : n), 0);",
        ],
      ],
      outcome: "passes",
    },
  ],
  "13-one-block-of-memory/mend": [
    {
      name: "begins with l + 1",
      from: "start",
      edits: [
        [
          "tensor.subarray(l * C, l * C + length)",
          "tensor.subarray((l + 1) * length, (l + 2) * length)",
        ],
      ],
      outcome: "located",
    },
    {
      name: "divided by L",
      from: "start",
      edits: [
        [
          "tensor.subarray(l * C, l * C + length)",
          "tensor.subarray((l * tensor.length) / L, ((l + 1) * tensor.length) / L)",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "L - 1 layers",
      edits: [["l < L; l++", "l < L - 1; l++"]],
      outcome: "named",
      says: /^The last layer is left out\./,
    },
  ],
  "14-backward-through-everything/order": [
    {
      name: "forward order",
      edits: [
        ["  residualBackward(dresidual2, dfcproj, dresidual3, B * T * C);\n", ""],
        [
          "dln2, residual2, ln2w, ln2mean, ln2rstd, B, T, C);",
          "dln2, residual2, ln2w, ln2mean, ln2rstd, B, T, C);\n  residualBackward(dresidual2, dfcproj, dresidual3, B * T * C);",
        ],
      ],
      outcome: "named",
    },
    {
      name: "sizes of the last matmul exchanged",
      edits: [["dfch, ln2, fcw, B, T, C, 4 * C)", "dfch, ln2, fcw, B, T, 4 * C, C)"]],
      outcome: "located",
    },
    {
      name: "layernorm on ln2",
      edits: [["dln2, residual2, ln2w", "dln2, ln2, ln2w"]],
      outcome: "named",
    },
    {
      name: "no gelu",
      edits: [
        ["  geluBackward(dfch, dfchgelu, fch, B * T * 4 * C);\n", ""],
        ["matmulBackward(dln2, dfcw, dfcb, dfch,", "matmulBackward(dln2, dfcw, dfcb, dfchgelu,"],
      ],
      outcome: "named",
    },
    {
      name: "the inputs of matmul before the gelu",
      edits: [["dfcproj, fchgelu, fcprojw", "dfcproj, fch, fcprojw"]],
      outcome: "named",
    },
  ],
  "14-backward-through-everything/mend": [
    {
      name: "dln2 forgotten in its place",
      from: "start",
      edits: [["dfchgelu, dln2]", "dfchgelu, dfch]"]],
      outcome: "located",
    },
    {
      name: "l > 0",
      edits: [["l >= 0", "l > 0"]],
      outcome: "named",
      says: /^Layer 0 is left out: the way back ends one layer too early\./,
    },
    {
      name: "not exchanged",
      edits: [["[dresidual3, dresidual2] = [dresidual2, dresidual3];", "dresidual3 = dresidual2;"]],
      outcome: "named",
      says: /^After the first round both names mean the same array, which /,
    },
    {
      name: "new arrays in every layer",
      from: "start",
      edits: [
        ["  const dfch = new Float32Array(4 * N);\n", ""],
        [
          "    for (const gradient",
          "    const dfch = new Float32Array(4 * N);\n    for (const gradient",
        ],
      ],
      outcome: "passes",
    },
  ],
  "18-sampling/likeliest": [
    {
      name: "temperature multiplied",
      edits: [
        [
          "(logits[row + id] - largest) / temperature",
          "(logits[row + id] - largest) * temperature",
        ],
      ],
      outcome: "named",
    },
    {
      name: "ids ascending",
      edits: [["logits[row + b] - logits[row + a]", "logits[row + a] - logits[row + b]"]],
      outcome: "named",
    },
    {
      name: "sort by value lost row",
      edits: [["logits[row + b] - logits[row + a]", "logits[b] - logits[a]"]],
      outcome: "named",
      says: /^The tokens of every row are sorted by the logits of the firs/,
    },
    {
      name: "stops before the one that crosses",
      edits: [
        [
          "    while (kept < ids.length && reached < topP * total) {\n      reached += weights[kept];\n      kept++;\n    }",
          "    while (kept < ids.length && reached + weights[kept] <= topP * total) {\n      reached += weights[kept];\n      kept++;\n    }",
        ],
      ],
      outcome: "named",
      says: /^top-p leaves out the token that takes the sum past topP\. Wit/,
    },
    {
      name: "divided by total",
      edits: [["weights[i] / reached", "weights[i] / total"]],
      outcome: "named",
    },
    {
      name: "probs written by rank",
      edits: [["probs[row + ids[i]] = weights", "probs[row + i] = weights"]],
      outcome: "named",
    },
    {
      name: "no subtraction of the largest",
      edits: [["(logits[row + id] - largest) / temperature", "logits[row + id] / temperature"]],
      outcome: "named",
    },
    {
      name: "probabilities first",
      edits: [
        [
          "    let total = 0;\n    for (const weight of weights) total += weight;\n",
          "    let sum = 0;\n    for (const weight of weights) sum += weight;\n    for (let i = 0; i < weights.length; i++) weights[i] /= sum;\n    const total = 1;\n",
        ],
      ],
      outcome: "passes",
    },
  ],
  "18-sampling/draw": [
    {
      name: "not times total",
      edits: [["const level = u[n] * total", "const level = u[n]"]],
      outcome: "named",
    },
    {
      name: "reached begins at 0",
      edits: [["let reached = weights[row];", "let reached = 0;"]],
      outcome: "named",
      says: /^The sum begins at 0 although token 0 is the first to be look/,
    },
    {
      name: "v + 1 stored",
      edits: [["tokens[n] = v;", "tokens[n] = v + 1;"]],
      outcome: "located",
      says: /^Every number of tokens is too large by 1\. The wrong numbers /,
    },
    {
      name: "index written with the row",
      edits: [["tokens[n] = v;", "tokens[n] = row + v;"]],
      outcome: "named",
      says: /^What is written is the place in weights, which counts throug/,
    },
    {
      name: "one u for all",
      edits: [["u[n] * total", "u[0] * total"]],
      outcome: "named",
      says: /^All rows are drawn with u\[0\]\. Each row has a number of its o/,
    },
    {
      name: "the likeliest",
      edits: [
        [
          "    while (reached <= level) {\n      v++;\n      reached += weights[row + v];\n    }",
          "    for (let w = 1; w < V; w++) if (weights[row + w] > weights[row + v]) v = w;\n    void level, reached;",
        ],
      ],
      outcome: "named",
      says: /^The token with the largest weight is taken each time\. It has/,
    },
    { name: "v not counted on", edits: [["      v++;\n", ""]], outcome: "located" },
    {
      name: "findIndex over sums",
      edits: [
        [
          "    let v = 0;\n    let reached = weights[row]; // the sum up to token v and with it\n    while (reached <= level) {\n      v++;\n      reached += weights[row + v];\n    }",
          "    let reached = 0;\n    const v = Array.from({ length: V }, (_, i) => (reached += weights[row + i])).findIndex((sum) => sum > level);",
        ],
      ],
      outcome: "passes",
    },
  ],
};
