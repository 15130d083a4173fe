import type { Answer } from "./answer.ts";

const matmul2 = "  matmulBackward(dln2, dfcw, dfcb, dfch, ln2, fcw, B, T, C, 4 * C);";
const gelu = "  geluBackward(dfch, dfchgelu, fch, B * T * 4 * C);";

export const answers: Readonly<Record<string, readonly Answer[]>> = {
  "12-adamw/update": [
    {
      name: "corrections outside the loop",
      edits: [
        [
          "  for (let i = 0; i < N; i++) {",
          "  const share = 1 - beta2 ** t;\n  for (let i = 0; i < N; i++) {",
        ],
        ["v[i] / (1 - beta2 ** t)", "v[i] / share"],
      ],
      outcome: "passes",
    },
    {
      name: "one rate for both corrections",
      edits: [
        ["const mHat = m[i] / (1 - beta1 ** t);", "const rate = lr / (1 - beta1 ** t);"],
        ["lr * mHat", "rate * m[i]"],
      ],
      outcome: "passes",
    },
    {
      name: "SGD left above",
      edits: [
        [
          "    const grad = grads[i];",
          "    params[i] -= lr * grads[i];\n    const grad = grads[i];",
        ],
      ],
      outcome: "named",
    },
    {
      name: "betas exchanged in the corrections",
      edits: [
        ["(1 - beta1 ** t)", "(1 - beta2 ** t)"],
        ["v[i] / (1 - beta2 ** t)", "v[i] / (1 - beta1 ** t)"],
      ],
      outcome: "named",
    },
    { name: "eps written out", edits: [["+ eps)", "+ 1e-8)"]], outcome: "named" },
    {
      name: "^ for **",
      edits: [["m[i] / (1 - beta1 ** t)", "m[i] / (1 - beta1 ^ t)"]],
      outcome: "named",
      says: /\^/,
    },
    {
      name: "beta times t",
      edits: [
        ["beta1 ** t", "beta1 * t"],
        ["beta2 ** t", "beta2 * t"],
      ],
      outcome: "located",
    },
    {
      name: "m and v in locals",
      edits: [
        ["m[i] = beta1", "const mNew = beta1"],
        ["v[i] = beta2", "const vNew = beta2"],
        ["m[i] / (1", "mNew / (1"],
        ["v[i] / (1", "vNew / (1"],
      ],
      outcome: "located",
      never: /m and v are right/,
    },
    {
      name: "t from 0",
      edits: [
        ["beta1 ** t", "beta1 ** (t - 1)"],
        ["beta2 ** t", "beta2 ** (t - 1)"],
      ],
      outcome: "named",
    },
    { name: "absolute value", edits: [["Math.sqrt(vHat)", "Math.abs(vHat)"]], outcome: "named" },
    {
      name: "sign of the gradient",
      edits: [["lr * mHat", "lr * Math.sign(mHat)"]],
      outcome: "located",
    },
    { name: "the gradient for mHat", edits: [["(lr * mHat)", "(lr * grad)"]], outcome: "named" },
    {
      name: "eps inside the root of v",
      edits: [["Math.sqrt(vHat) + eps", "Math.sqrt(vHat + eps)"]],
      outcome: "named",
    },
    {
      name: "decay of the new parameter, plus",
      edits: [
        ["params[i] - lr * weightDecay * params[i]", "params[i] + lr * weightDecay * params[i]"],
      ],
      outcome: "named",
    },
    { name: "m without 1 - beta", edits: [["(1 - beta1) * grad", "grad"]], outcome: "named" },
    {
      name: "grads changed",
      edits: [["params[i] = shrunk", "grads[i] = 0;\n    params[i] = shrunk"]],
      outcome: "named",
      says: /grads/,
    },
  ],
  "12-adamw/mend": [
    {
      name: "in one line",
      edits: [
        ["    params[i] *= 1 - lr * weightDecay;\n", ""],
        [
          "params[i] -= (lr * (m[i] / mShare))",
          "params[i] -= lr * weightDecay * params[i] + (lr * (m[i] / mShare))",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "shrunk first",
      edits: [
        [
          "    const grad = grads[i];\n",
          "    params[i] -= lr * weightDecay * params[i];\n    const grad = grads[i];\n",
        ],
        ["    params[i] *= 1 - lr * weightDecay;\n", ""],
      ],
      outcome: "passes",
    },
    {
      name: "without lr",
      edits: [["1 - lr * weightDecay", "1 - weightDecay"]],
      outcome: "named",
    },
    {
      name: "squared",
      edits: [["1 - lr * weightDecay", "(1 - lr * weightDecay) ** 2"]],
      outcome: "located",
    },
    {
      name: "in m alone",
      edits: [
        [
          "m[i] += (1 - beta1) * (grad - m[i]);",
          "m[i] += (1 - beta1) * (grad + weightDecay * params[i] - m[i]);",
        ],
        ["    params[i] *= 1 - lr * weightDecay;\n", ""],
      ],
      outcome: "named",
    },
    {
      name: "in v alone",
      edits: [["(grad * grad - v[i])", "((grad + weightDecay * params[i]) ** 2 - v[i])"]],
      outcome: "located",
    },
    {
      name: "decay of the step",
      edits: [
        ["    params[i] *= 1 - lr * weightDecay;\n", ""],
        ["(lr * (m[i] / mShare))", "(lr * (1 + weightDecay) * (m[i] / mShare))"],
      ],
      outcome: "located",
    },
    {
      name: "both",
      edits: [["const grad = grads[i];", "const grad = grads[i] + weightDecay * params[i];"]],
      outcome: "named",
    },
    {
      name: "grads changed",
      edits: [["const grad = grads[i];", "const grad = (grads[i] -= 0);\n    grads[i] *= 0.5;"]],
      outcome: "named",
    },
    {
      name: "decay with t",
      edits: [["1 - lr * weightDecay", "1 - (lr * weightDecay) / t"]],
      outcome: "located",
    },
    {
      name: "the starter",
      from: "start",
      edits: [],
      outcome: "located",
      says: /You have not changed/,
      never: /n > 0|i > 0/,
    },
  ],
  "13-one-block-of-memory/offset": [
    {
      name: "reduce",
      edits: [
        [
          "  for (let before = 0; before < k; before++) {\n    offset += lengths[before] * (isPerLayer(before) ? L : 1);\n  }",
          "  offset = lengths.slice(0, k).reduce((sum, length, j) => sum + length * (isPerLayer(j) ? L : 1), 0);",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "subarray",
      edits: [
        [
          "for (let i = 0; i < lengths[k]; i++) out[i] = params[offset + i];",
          "out.set(params.subarray(offset, offset + lengths[k]));",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "wrong at k = 0",
      edits: [
        [
          "if (isPerLayer(k)) offset",
          "if (k === 0) offset = lengths[1];\n  if (isPerLayer(k)) offset",
        ],
      ],
      outcome: "located",
      says: /k = 0|3 of|of 40/,
    },
    {
      name: "wrong at k = 1",
      edits: [
        ["if (isPerLayer(k)) offset", "if (k === 1) offset = 0;\n  if (isPerLayer(k)) offset"],
      ],
      outcome: "located",
    },
    {
      name: "wrong at k = 14",
      edits: [
        ["if (isPerLayer(k)) offset", "if (k === 14) offset -= C;\n  if (isPerLayer(k)) offset"],
      ],
      outcome: "located",
    },
    {
      name: "wte and wpe exchanged",
      edits: [["  let offset = 0;\n", "  let offset = 0;\n  if (k < 2) k = 1 - k;\n"]],
      outcome: "located",
    },
    {
      name: "l L lengths",
      edits: [["offset += l * lengths[k]", "offset += l * L * lengths[k]"]],
      outcome: "located",
    },
    {
      name: "l * C * C",
      edits: [["offset += l * lengths[k]", "offset += l * C * C"]],
      outcome: "located",
    },
    {
      name: "l + lengths",
      edits: [["offset += l * lengths[k]", "offset += l + lengths[k]"]],
      outcome: "located",
    },
    {
      name: "C of each",
      edits: [["offset += lengths[before] * (", "offset += C * ("]],
      outcome: "located",
    },
    {
      name: "endless",
      edits: [["before < k; before++", "before < k; k++"]],
      outcome: "located",
      says: /gone round/,
    },
    { name: "all twelve", edits: [["(isPerLayer(before) ? L : 1)", "12"]], outcome: "located" },
    {
      name: "the next number",
      edits: [["params[offset + i]", "params[offset + i + 1]"]],
      outcome: "located",
    },
  ],
  "13-one-block-of-memory/mend": [
    {
      name: "slice",
      edits: [
        [
          "tensor.subarray(l * length, (l + 1) * length)",
          "tensor.slice(l * length, l * length + length)",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "by the tensor's own length",
      edits: [
        [
          "tensor.subarray(l * length, (l + 1) * length)",
          "tensor.subarray((l * tensor.length) / L, (l * tensor.length) / L + length)",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "too short",
      edits: [
        [
          "tensor.subarray(l * length, (l + 1) * length)",
          "tensor.subarray(l * length, l + length)",
        ],
      ],
      outcome: "located",
      says: /cut past its end|does not fit/,
    },
    {
      name: "empty",
      edits: [
        [
          "tensor.subarray(l * length, (l + 1) * length)",
          "tensor.subarray(l * length * C, (l + 1) * length * C)",
        ],
      ],
      outcome: "located",
      says: /weight does not fit the sizes/,
    },
    {
      name: "always the first layer",
      edits: [["tensor.subarray(l * length, (l + 1) * length)", "tensor.subarray(0, length)"]],
      outcome: "named",
    },
    {
      name: "always the last layer",
      edits: [
        [
          "tensor.subarray(l * length, (l + 1) * length)",
          "tensor.subarray((L - 1) * length, L * length)",
        ],
      ],
      outcome: "named",
    },
    {
      name: "from the end",
      edits: [
        [
          "tensor.subarray(l * length, (l + 1) * length)",
          "tensor.subarray((L - 1 - l) * length, (L - l) * length)",
        ],
      ],
      outcome: "named",
    },
    {
      name: "one further",
      edits: [
        [
          "tensor.subarray(l * length, (l + 1) * length)",
          "tensor.subarray(l * length + l, (l + 1) * length + l)",
        ],
      ],
      outcome: "located",
    },
    {
      name: "modulo",
      edits: [
        [
          "tensor.subarray(l * length, (l + 1) * length)",
          "tensor.subarray((l % 2) * length, ((l % 2) + 1) * length)",
        ],
      ],
      outcome: "located",
    },
    {
      name: "in the heads",
      edits: [
        [
          "attentionForward(atty, preatt, att, qkv, B, T, C, NH)",
          "attentionForward(atty, preatt, att, qkv, B, T, C, 1)",
        ],
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
    { name: "l before 1", edits: [["(l + 1) * length)", "l + 1 * length)"]], outcome: "located" },
  ],
  "14-backward-through-everything/order": [
    {
      name: "one buffer for both",
      edits: [
        ["  const dln2 = new Float32Array(B * T * C);", "  const dln2 = dfcproj.slice().fill(0);"],
      ],
      outcome: "passes",
    },
    {
      name: "N",
      edits: [[gelu, "  const N4 = 4 * B * T * C;\n  geluBackward(dfch, dfchgelu, fch, N4);"]],
      outcome: "passes",
    },
    {
      name: "the residual last",
      edits: [
        ["  residualBackward(dresidual2, dfcproj, dresidual3, B * T * C);\n", ""],
        [
          " ln2mean, ln2rstd, B, T, C);",
          " ln2mean, ln2rstd, B, T, C);\n  residualBackward(dresidual2, dfcproj, dresidual3, B * T * C);",
        ],
      ],
      outcome: "named",
      never: /handed dresidual3 as well/,
    },
    { name: "gelu forgotten", edits: [[gelu, "  dfch.set(dfchgelu);"]], outcome: "named" },
    {
      name: "gelu at its own output",
      edits: [[gelu, "  geluBackward(dfch, dfchgelu, fchgelu, B * T * 4 * C);"]],
      outcome: "named",
    },
    {
      name: "swapped sizes",
      edits: [[matmul2, "  matmulBackward(dln2, dfcw, dfcb, dfch, ln2, fcw, B, T, 4 * C, C);"]],
      outcome: "located",
      says: /does not fit/,
    },
    {
      name: "layernorm before the matmul",
      edits: [
        [`${matmul2}\n\n`, ""],
        [" ln2mean, ln2rstd, B, T, C);", ` ln2mean, ln2rstd, B, T, C);\n${matmul2}`],
      ],
      outcome: "named",
    },
    {
      name: "layernorm of ln2",
      edits: [["dln2, residual2, ln2w", "dln2, ln2, ln2w"]],
      outcome: "named",
    },
    {
      name: "dresidual3 into the matmul",
      edits: [["dfcprojb, dfcproj, fchgelu", "dfcprojb, dresidual3, fchgelu"]],
      outcome: "passes",
    },
    {
      name: "fch in place of fchgelu",
      edits: [["dfcprojb, dfcproj, fchgelu", "dfcprojb, dfcproj, fch"]],
      outcome: "named",
    },
    {
      name: "no layernorm",
      edits: [
        [
          "  layernormBackward(dresidual2, dln2w, dln2b, dln2, residual2, ln2w, ln2mean, ln2rstd, B, T, C);",
          "  for (let i = 0; i < B * T * C; i++) dresidual2[i] += dln2[i];",
        ],
      ],
      outcome: "named",
    },
    { name: "the matmul twice", edits: [[matmul2, `${matmul2}\n${matmul2}`]], outcome: "located" },
    {
      name: "mean and rstd exchanged",
      edits: [["ln2w, ln2mean, ln2rstd", "ln2w, ln2rstd, ln2mean"]],
      outcome: "named",
    },
  ],
  "14-backward-through-everything/step": [
    {
      name: "the gradients set to 0 at the end",
      edits: [
        ["  for (const name of parameterNames) gradients[name].fill(0);\n\n", ""],
        [
          "  return loss;\n}",
          "  for (const name of parameterNames) gradients[name].fill(0);\n  return loss;\n}",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "the loss as a mean of a sum",
      edits: [
        ["loss += one / model.losses.length", "loss += one"],
        ["  return loss;\n}", "  return loss / model.losses.length;\n}"],
      ],
      outcome: "passes",
    },
    {
      name: "names of matrices by their ends",
      edits: [["matrices.includes(name)", "/^w.e$|[^1-2f]w$/.test(name)"]],
      outcome: "passes",
    },
    {
      name: "the learning rate off by a tenth",
      edits: [["v[name], t, lr", "v[name], t, 0.9 * lr"]],
      outcome: "located",
      says: /losses/,
    },
    {
      name: "the optimiser forgets",
      edits: [
        [
          "  return loss;\n}",
          "  for (const name of parameterNames) m[name].fill(0);\n  return loss;\n}",
        ],
      ],
      outcome: "located",
      never: /beta1 and beta2|AdamW is told in every step/,
    },
    {
      name: "the decay goes by the gradient",
      edits: [
        [
          "clipGradients(grads",
          "for (let i = 0; i < N; i++) grads[i] += decay * params[i];\n    clipGradients(grads",
        ],
      ],
      outcome: "located",
      never: /Nothing decays/,
    },
    {
      name: "the way forward forgotten",
      edits: [["  forward(model, inputs);\n", ""]],
      outcome: "located",
    },
  ],
  "14-backward-through-everything/mend": [
    {
      name: "made anew in each layer",
      edits: [
        ["  const dfch = new Float32Array(4 * N);\n", ""],
        ["dfchgelu, dfch, dln2]) gradient", "dfchgelu, dln2]) gradient"],
        [
          "    residualBackward(",
          "    const dfch = new Float32Array(4 * N);\n    residualBackward(",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "cleared at the end",
      edits: [
        ["dfchgelu, dfch, dln2]) gradient", "dfchgelu, dln2]) gradient"],
        [
          "    // What this layer began with",
          "    dfch.fill(0);\n    // What this layer began with",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "dresidual3 cleared too",
      edits: [
        [
          "[dresidual2, dfcproj, dfchgelu, dfch, dln2]",
          "[dresidual2, dresidual3, dfcproj, dfchgelu, dfch, dln2]",
        ],
      ],
      outcome: "located",
    },
    {
      name: "not exchanged",
      edits: [["[dresidual3, dresidual2] = [dresidual2, dresidual3];", "dresidual3 = dresidual2;"]],
      outcome: "named",
    },
    {
      name: "dln2 not cleared",
      edits: [["dfch, dln2]) gradient", "dfch]) gradient"]],
      outcome: "located",
    },
    {
      name: "dfchgelu not cleared",
      edits: [["dfcproj, dfchgelu, dfch", "dfcproj, dfch"]],
      outcome: "located",
    },
    {
      name: "cleared once before",
      edits: [
        ["dfchgelu, dfch, dln2]) gradient", "dfchgelu, dln2]) gradient"],
        ["  for (let l = L - 1", "  dfch.fill(0);\n  for (let l = L - 1"],
      ],
      outcome: "located",
      says: /code you began with/,
    },
    {
      name: "forward order",
      edits: [["let l = L - 1; l >= 0; l--", "let l = 0; l < L; l++"]],
      outcome: "named",
    },
    { name: "last layer left out", edits: [["l >= 0", "l > 0"]], outcome: "named" },
    {
      name: "dinp set",
      edits: [["dinp[i] += dresidual3[i]", "dinp[i] = dresidual3[i]"]],
      outcome: "named",
    },
    {
      name: "the starter",
      from: "start",
      edits: [],
      outcome: "located",
      says: /You have not changed/,
      never: /\(b, l, c\)/,
    },
    {
      name: "gradients of layer 0 for all",
      edits: [
        [
          "stack.subarray((l * stack.length) / L, ((l + 1) * stack.length) / L)",
          "stack.subarray(0, stack.length / L)",
        ],
      ],
      outcome: "located",
    },
  ],
  "16-onto-the-vectors/forward": [
    {
      name: "plain loops",
      edits: [["const whole = C - (C % 4);", "const whole = 0;"]],
      outcome: "passes",
    },
    {
      name: "the tail as a vector with zeros",
      edits: [
        ["import { load, madd, splat, sum }", "import { load, loadUpTo, madd, splat, sum }"],
        ["      let total = sum(sums);\n", ""],
        [
          "for (let i = whole; i < C; i++) total += inp[x + i] * weight[w + i];",
          "if (whole < C) sums = madd(loadUpTo(inp, x + whole, C - whole), loadUpTo(weight, w + whole, C - whole), sums);\n      const total = sum(sums);",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "vectors beyond the row",
      edits: [["i < whole; i += 4", "i < C; i += 4"]],
      outcome: "located",
      says: /are not within an array/,
    },
    {
      name: "the bias twice",
      edits: [
        ["out[bt * OC + o] = total", "out[bt * OC + o] = (bias === null ? 0 : bias[o]) + total"],
      ],
      outcome: "located",
    },
    {
      name: "out with +=",
      edits: [["out[bt * OC + o] = total", "out[bt * OC + o] += total"]],
      outcome: "named",
    },
    {
      name: "inputs and weights added",
      edits: [
        [
          "madd(load(inp, x + i), load(weight, w + i), sums)",
          "madd(load(inp, x + i), splat(1), madd(load(weight, w + i), splat(1), sums))",
        ],
      ],
      outcome: "located",
    },
  ],
  "16-onto-the-vectors/mend": [
    {
      name: "a tail of its own",
      edits: [
        [
          "for (let i = 0; i < C; i += 4) {\n      const d",
          "const whole = C - (C % 4);\n    for (let i = 0; i < whole; i += 4) {\n      const d",
        ],
        [
          "const s = 1 / Math.sqrt(sum(sums) / C + 1e-5);",
          "let squares = sum(sums);\n    for (let i = whole; i < C; i++) squares += (inp[row + i] - m) ** 2;\n    const s = 1 / Math.sqrt(squares / C + 1e-5);",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "taken off afterwards, which loses digits",
      edits: [
        ["C - i, m), centre", "C - i), centre"],
        ["sum(sums) / C + 1e-5", "(sum(sums) - ((4 - (C % 4)) % 4) * m * m) / C + 1e-5"],
      ],
      outcome: "located",
    },
    {
      name: "without the epsilon",
      edits: [["sum(sums) / C + 1e-5", "sum(sums) / C"]],
      outcome: "located",
    },
    {
      name: "one channel left out",
      edits: [
        [
          "for (let i = 0; i < C; i += 4) {\n      const d",
          "for (let i = 0; i < C - 1; i += 4) {\n      const d",
        ],
      ],
      outcome: "located",
    },
  ],
  "18-sampling/likeliest": [
    {
      name: "slice",
      edits: [
        ["    ids.length = Math.min(topK, V);\n", ""],
        [
          "    ids.sort((a, b) => logits[row + b] - logits[row + a]); // the likeliest first\n",
          "    ids.sort((a, b) => logits[row + b] - logits[row + a]);\n    ids.splice(topK);\n",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "probabilities first",
      edits: [
        [
          "while (kept < ids.length && reached < topP * total) {",
          "while (kept < ids.length && reached / total < topP) {",
        ],
      ],
      outcome: "passes",
    },
    { name: "topK - 1", edits: [["Math.min(topK, V)", "Math.min(topK - 1, V)"]], outcome: "named" },
    {
      name: "ids.sort()",
      edits: [["ids.sort((a, b) => logits[row + b] - logits[row + a]); //", "ids.sort(); //"]],
      outcome: "named",
    },
    {
      name: "sorted by b - a",
      edits: [["logits[row + b] - logits[row + a]", "b - a"]],
      outcome: "located",
    },
    { name: "without Math.min", edits: [["Math.min(topK, V)", "topK"]], outcome: "named" },
    {
      name: "logits of the first row",
      edits: [["logits[row + b] - logits[row + a]", "logits[b] - logits[a]"]],
      outcome: "named",
    },
    {
      name: "stops before the one that crosses",
      edits: [
        [
          "      reached += weights[kept];\n      kept++;",
          "      if (reached + weights[kept] > topP * total) break;\n      reached += weights[kept];\n      kept++;",
        ],
      ],
      outcome: "named",
    },
    {
      name: "temperature squared",
      edits: [["/ temperature", "/ temperature ** 2"]],
      outcome: "located",
    },
    {
      name: "divided by N",
      edits: [["weights[i] / reached", "weights[i] / N"]],
      outcome: "located",
    },
    {
      name: "top-p in exponentials of all",
      edits: [
        [
          "for (const weight of weights) total += weight;",
          "for (let v = 0; v < V; v++) total += Math.exp((logits[row + v] - largest) / temperature);",
        ],
      ],
      outcome: "named",
    },
    {
      name: "not cleared",
      edits: [["    probs.fill(0, row, row + Vp);\n", ""]],
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
      name: "exact ties one more",
      edits: [["reached < topP * total", "reached <= topP * total"]],
      outcome: "named",
    },
    {
      name: "a maximum over all rows",
      edits: [["logits[row + ids[0]]", "Math.max(...logits)"]],
      outcome: "named",
    },
  ],
  "18-sampling/draw": [
    {
      name: "taken off",
      edits: [
        [
          "    const level = u[n] * total;\n    let v = 0;\n    let reached = weights[row]; // the sum up to token v and with it\n    while (reached <= level) {\n      v++;\n      reached += weights[row + v];\n    }",
          "    let level = u[n] * total;\n    let v = 0;\n    while (level >= weights[row + v]) level -= weights[row + v++];",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "for with break",
      edits: [
        [
          "    while (reached <= level) {\n      v++;\n      reached += weights[row + v];\n    }",
          "    for (; v < V - 1; ) {\n      if (reached > level) break;\n      v++;\n      reached += weights[row + v];\n    }",
        ],
      ],
      outcome: "passes",
    },
    {
      name: "the starter",
      from: "start",
      edits: [],
      outcome: "located",
      says: /You have not changed/,
    },
    { name: "one further", edits: [["tokens[n] = v;", "tokens[n] = v + 1;"]], outcome: "located" },
    {
      name: "skips zeros only at the beginning",
      from: "start",
      edits: [
        ["    let v = 0;\n", "    let v = 0;\n    while (weights[row + v] === 0) v++;\n"],
        ["let reached = weights[row];", "let reached = weights[row + v];"],
      ],
      outcome: "named",
    },
    { name: "u of the first row", edits: [["u[n] * total", "u[0] * total"]], outcome: "named" },
    {
      name: "no total",
      edits: [["const level = u[n] * total;", "const level = u[n];"]],
      outcome: "named",
    },
    {
      name: "the largest",
      edits: [
        [
          "    while (reached <= level) {\n      v++;\n      reached += weights[row + v];\n    }",
          "    for (let k = 1; k < V; k++) if (weights[row + k] > weights[row + v]) v = k;",
        ],
      ],
      outcome: "named",
    },
    {
      name: "endless",
      edits: [["      v++;\n      reached += weights[row + v];", "      v = 0;"]],
      outcome: "located",
      says: /gone round/,
    },
    {
      name: "rows of N",
      edits: [["const row = n * V;", "const row = n * N;"]],
      outcome: "located",
    },
    {
      name: "rounded down",
      edits: [["u[n] * total", "Math.floor(u[n] * total)"]],
      outcome: "located",
    },
    {
      name: "= in the condition",
      edits: [["while (reached <= level) {", "while (reached = level) {"]],
      outcome: "located",
    },
    {
      name: "NaN",
      edits: [["total += weights[row + v];", "total += weights[row + V + v * V * N];"]],
      outcome: "located",
    },
  ],
};
