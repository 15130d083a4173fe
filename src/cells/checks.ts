// The checks of the kernels.

import { shapes as adamw } from "@llm.ts/kernels/adamw/adamw.ts";
import { shapes as attention } from "@llm.ts/kernels/attention/attention.ts";
import { shapes as clip } from "@llm.ts/kernels/clip/clip.ts";
import { shapes as crossentropy } from "@llm.ts/kernels/crossentropy/crossentropy.ts";
import { shapes as encoder } from "@llm.ts/kernels/encoder/encoder.ts";
import { shapes as gelu } from "@llm.ts/kernels/gelu/gelu.ts";
import { shapes as layernorm } from "@llm.ts/kernels/layernorm/layernorm.ts";
import { shapes as matmul } from "@llm.ts/kernels/matmul/matmul.ts";
import { shapes as residual } from "@llm.ts/kernels/residual/residual.ts";
import { shapes as softmax } from "@llm.ts/kernels/softmax/softmax.ts";
import type { Case, Check, Tensor } from "./check.ts";

const shapes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ...adamw,
  ...attention,
  ...clip,
  ...crossentropy,
  ...encoder,
  ...gelu,
  ...layernorm,
  ...matmul,
  ...residual,
  ...softmax,
};

/** Two steps of AdamW: the first, before which m and v are 0, and the last, before which they are not. */
function steps({ name, sizes: { N, steps, ...settings }, tensors }: Case): Case[] {
  const at = (tensor: string, step: number): Tensor => {
    const all = tensors.get(tensor)?.data ?? new Float32Array(steps * N);
    return { shape: [N], data: all.slice((step - 1) * N, step * N) };
  };
  const nothing: Tensor = { shape: [N], data: new Float32Array(N) };
  return [1, steps].map((t) => ({
    name: `${name}, step ${t}`,
    sizes: { t, ...settings, N },
    tensors: new Map([
      ["params", t === 1 ? at("start", 1) : at("params", t - 1)],
      ["grads", at("grads", t)],
      ["m", t === 1 ? nothing : at("m", t - 1)],
      ["v", t === 1 ? nothing : at("v", t - 1)],
      ["params after", at("params", t)],
      ["m after", at("m", t)],
      ["v after", at("v", t)],
    ]),
  }));
}

/** The gradients of all tensors as the one long vector whose norm is clipped. */
function oneVector({ name, sizes: { maxNorm }, tensors }: Case): Case[] {
  const join = (stem: string): Tensor => {
    const data = Float32Array.from(
      [1, 2, 3].flatMap((k) => Array.from(tensors.get(`${stem}${k}`)?.data ?? [])),
    );
    return { shape: [data.length], data };
  };
  const norm = tensors.get("norm")?.data[0] ?? 0;
  const grads = join("grads");
  const sum: Tensor = { shape: [1], data: Float32Array.of(norm * norm) };
  return [
    {
      name,
      sizes: { maxNorm, N: grads.data.length },
      tensors: new Map([
        ["grads", grads],
        ["grads after", join("clipped")],
        ["sum", sum],
      ]),
    },
  ];
}

/** One call for every tensor of the table: out4_1 is tensor 4 in layer 1. */
function eachTensor({ name, sizes, tensors }: Case): Case[] {
  return [...tensors].flatMap(([stored, tensor]) => {
    const [, k, l] = /^out(\d+)_(\d+)$/.exec(stored) ?? [];
    if (k === undefined) return [];
    const own = new Map([...tensors, ["out", tensor]]);
    return [
      { name: `${name}, tensor ${k}, layer ${l}`, sizes: { k: +k, l: +l, ...sizes }, tensors: own },
    ];
  });
}

// The whole of GPT-2, as kernels/gpt2/gpt2.py writes it.
const parameterNames = [
  ...["wte", "wpe", "ln1w", "ln1b", "qkvw", "qkvb", "attprojw", "attprojb"],
  ...["ln2w", "ln2b", "fcw", "fcb", "fcprojw", "fcprojb", "lnfw", "lnfb"],
];
const gradientNames = parameterNames.map((name) => `d${name}`);
const batchNames = ["inputs", "targets"];
const sizeNames = ["maxT", "V", "Vp", "L", "NH", "C", "B", "T"];
const settingNames = ["steps", "lr", "beta1", "beta2", "eps", "weightDecay", "maxNorm"];

/** Only the first of the batches, (B, T) in place of (steps, B, T): its gradients are the ones in the file. */
function firstStep({ name, sizes, tensors }: Case): Case[] {
  const { B, T } = sizes;
  const first = (tensor: string): [string, Tensor] => {
    const data = tensors.get(tensor)?.data.slice(0, B * T) ?? new Int32Array();
    return [tensor, { shape: [B, T], data }];
  };
  return [{ name, sizes, tensors: new Map([...tensors, ...batchNames.map(first)]) }];
}

const mlpShapes: Readonly<Record<string, string>> = {
  ...{ dresidual2: "B*T*C", dresidual3: "B*T*C", residual2: "B*T*C", ln2: "B*T*C" },
  ...{ ln2mean: "B*T", ln2rstd: "B*T", fch: "B*T*4*C", fchgelu: "B*T*4*C" },
  ...{ dln2w: "C", dln2b: "C", dfcw: "4*C*C", dfcb: "4*C", dfcprojw: "C*4*C", dfcprojb: "C" },
  ...{ ln2w: "C", fcw: "4*C*C", fcprojw: "C*4*C" },
};
const layersShapes = {
  ...Object.fromEntries(Object.entries(mlpShapes).map(([name, shape]) => [name, `L*${shape}`])),
  ...{ dinp: "B*T*C", dout: "B*T*C", inp: "L*B*T*C" },
};

const table: Readonly<Record<string, Check>> = {
  transpose: {
    function: "transpose",
    shapes: { out: "B*C*T", inp: "B*T*C" },
    reference: "transpose",
    args: ["out", "inp", "B", "T", "C"],
    writes: ["out"],
    adds: [],
  },
  rowSums: {
    function: "rowSums",
    shapes: { out: "B*T", inp: "B*T*C" },
    reference: "rowsums",
    args: ["out", "inp", "B", "T", "C"],
    writes: ["out"],
    adds: [],
  },
  loadBatch: {
    function: "loadBatch",
    shapes: { inputs: "B*T", targets: "B*T", starts: "B" },
    reference: "batch",
    args: ["inputs", "targets", "tokens", "starts", "B", "T"],
    writes: ["inputs", "targets"],
    adds: [],
  },
  dealBatch: {
    function: "dealBatch",
    shapes: { inputs: "B*T", targets: "B*T" },
    reference: "windows",
    args: ["inputs", "targets", "tokens", "position", "N", "B", "T"],
    writes: ["inputs", "targets"],
    adds: [],
  },
  encoderForward: {
    function: "encoderForward",
    reference: "encoder",
    args: ["out", "inp", "wte", "wpe", "B", "T", "C"],
    writes: ["out"],
    adds: [],
  },
  encoderBackward: {
    function: "encoderBackward",
    reference: "encoder",
    args: ["dwte", "dwpe", "dout", "inp", "B", "T", "C"],
    writes: [],
    adds: ["dwte", "dwpe"],
  },
  layernormForward: {
    function: "layernormForward",
    reference: "layernorm",
    args: ["out", "mean", "rstd", "inp", "weight", "bias", "B", "T", "C"],
    writes: ["out", "mean", "rstd"],
    adds: [],
  },
  layernormBackward: {
    function: "layernormBackward",
    reference: "layernorm",
    args: ["dinp", "dweight", "dbias", "dout", "inp", "weight", "mean", "rstd", "B", "T", "C"],
    writes: [],
    adds: ["dinp", "dweight", "dbias"],
  },
  matmulForward: {
    function: "matmulForward",
    reference: "matmul",
    args: ["out", "inp", "weight", "bias", "B", "T", "C", "OC"],
    writes: ["out"],
    adds: [],
  },
  matmulBackward: {
    function: "matmulBackward",
    reference: "matmul",
    args: ["dinp", "dweight", "dbias", "dout", "inp", "weight", "B", "T", "C", "OC"],
    writes: [],
    adds: ["dinp", "dweight", "dbias"],
  },
  attentionForward: {
    function: "attentionForward",
    reference: "attention",
    args: ["out", "preatt", "att", "inp", "B", "T", "C", "NH"],
    writes: ["out", "preatt", "att"],
    adds: [],
  },
  attentionBackward: {
    function: "attentionBackward",
    reference: "attention",
    args: ["dinp", "dpreatt", "datt", "dout", "inp", "att", "B", "T", "C", "NH"],
    writes: [],
    adds: ["dinp", "dpreatt", "datt"],
    parts: { dinp: ["dinp of q", "dinp of k", "dinp of v"] },
    zeroed: ["dpreatt", "datt"],
  },
  attentionWeightsBackward: {
    function: "weightsBackward",
    shapes: { dpreatt: "B*NH*T*T", datt: "B*NH*T*T", att: "B*NH*T*T" },
    reference: "attention",
    args: ["dpreatt", "datt", "att", "B", "T", "NH"],
    writes: [],
    adds: ["dpreatt"],
  },
  geluForward: {
    function: "geluForward",
    reference: "gelu",
    args: ["out", "inp", "N"],
    writes: ["out"],
    adds: [],
  },
  geluBackward: {
    function: "geluBackward",
    reference: "gelu",
    args: ["dinp", "dout", "inp", "N"],
    writes: [],
    adds: ["dinp"],
  },
  residualForward: {
    function: "residualForward",
    reference: "residual",
    args: ["out", "inp1", "inp2", "N"],
    writes: ["out"],
    adds: [],
  },
  residualBackward: {
    function: "residualBackward",
    reference: "residual",
    args: ["dinp1", "dinp2", "dout", "N"],
    writes: [],
    adds: ["dinp1", "dinp2"],
  },
  stackBackward: {
    function: "stackBackward",
    shapes: { dinp: "N", dout: "N", inp: "N", mid: "N" },
    reference: "stack",
    args: ["dinp", "dout", "inp", "mid", "N"],
    writes: [],
    adds: ["dinp"],
  },
  softmaxForward: {
    function: "softmaxForward",
    letters: { Vp: "i" },
    reference: "softmax",
    args: ["probs", "logits", "B", "T", "V", "Vp"],
    writes: ["probs"],
    adds: [],
  },
  softmaxBackward: {
    function: "softmaxBackward",
    letters: { Vp: "i" },
    reference: "softmax",
    args: ["dlogits", "dprobs", "probs", "B", "T", "V", "Vp"],
    writes: [],
    adds: ["dlogits"],
  },
  crossentropyForward: {
    function: "crossentropyForward",
    reference: "crossentropy",
    args: ["losses", "probs", "targets", "B", "T", "Vp"],
    writes: ["losses"],
    adds: [],
  },
  crossentropyBackward: {
    function: "crossentropyBackward",
    reference: "crossentropy",
    args: ["dprobs", "dlosses", "probs", "targets", "B", "T", "Vp"],
    writes: [],
    adds: ["dprobs"],
  },
  crossentropySoftmaxBackward: {
    function: "crossentropySoftmaxBackward",
    reference: "crossentropy",
    args: ["dlogits", "dlosses", "probs", "targets", "B", "T", "V", "Vp"],
    writes: [],
    adds: ["dlogits"],
  },
  crossentropySoftmaxFused: {
    function: "crossentropySoftmaxFused",
    reference: "crossentropy",
    args: ["logits", "losses", "dlosses", "targets", "B", "T", "V", "Vp"],
    writes: ["losses"],
    adds: [],
    updates: { logits: "dlogits" },
  },
  adamwUpdate: {
    function: "adamwUpdate",
    reference: "adamw",
    args: [
      ...["params", "grads", "m", "v"],
      ...["t", "lr", "beta1", "beta2", "eps", "weightDecay", "N"],
    ],
    writes: [],
    adds: [],
    updates: { params: "params after", m: "m after", v: "v after" },
    cases: steps,
  },
  gradientSquares: {
    function: "gradientSquares",
    reference: "clip",
    args: ["sum", "grads", "N"],
    writes: [],
    adds: ["sum"],
    cases: oneVector,
  },
  clipGradients: {
    function: "clipGradients",
    reference: "clip",
    args: ["grads", "sum", "maxNorm", "N"],
    writes: [],
    adds: [],
    updates: { grads: "grads after" },
    cases: oneVector,
  },
  copyTensor: {
    function: "copyTensor",
    reference: "block",
    args: ["out", "params", "k", "l", "maxT", "Vp", "L", "C"],
    writes: ["out"],
    adds: [],
    cases: eachTensor,
  },
  forwardFromBlock: {
    function: "forwardFromBlock",
    shapes: { out: "B*T*C" },
    reference: "block-forward",
    args: ["out", "params", "inputs", "maxT", "Vp", "L", "NH", "C", "B", "T"],
    writes: ["out"],
    adds: [],
  },
  mlpBackward: {
    function: "mlpBackward",
    shapes: mlpShapes,
    reference: "chain",
    args: [
      ...["dresidual2", "dln2w", "dln2b", "dfcw", "dfcb", "dfcprojw", "dfcprojb", "dresidual3"],
      ...["residual2", "ln2", "ln2mean", "ln2rstd", "fch", "fchgelu", "ln2w", "fcw", "fcprojw"],
      ...["B", "T", "C"],
    ],
    writes: [],
    adds: ["dresidual2", "dln2w", "dln2b", "dfcw", "dfcb", "dfcprojw", "dfcprojb"],
  },
  layersBackward: {
    function: "layersBackward",
    shapes: layersShapes,
    reference: "chain-layers",
    args: [
      ...["dinp", "dln2w", "dln2b", "dfcw", "dfcb", "dfcprojw", "dfcprojb", "dout"],
      ...["inp", "ln2", "ln2mean", "ln2rstd", "fch", "fchgelu", "ln2w", "fcw", "fcprojw"],
      ...["L", "B", "T", "C"],
    ],
    writes: [],
    adds: ["dinp", "dln2w", "dln2b", "dfcw", "dfcb", "dfcprojw", "dfcprojb"],
  },
  wholeBackward: {
    function: "wholeBackward",
    reference: "gpt2",
    args: [...gradientNames, ...parameterNames, ...batchNames, ...sizeNames],
    writes: [],
    adds: gradientNames,
    cases: firstStep,
  },
  tenSteps: {
    function: "tenSteps",
    reference: "gpt2",
    args: ["losses", ...parameterNames, ...batchNames, ...sizeNames, ...settingNames],
    writes: ["losses"],
    adds: [],
  },
  keepLikeliest: {
    function: "keepLikeliest",
    shapes: { probs: "N*Vp", logits: "N*Vp" },
    letters: { N: "n" },
    reference: "likeliest",
    args: ["probs", "logits", "temperature", "topK", "topP", "N", "V", "Vp"],
    writes: ["probs"],
    adds: [],
  },
  drawTokens: {
    function: "drawTokens",
    shapes: { tokens: "N", weights: "N*V", u: "N" },
    letters: { N: "n" },
    reference: "draw",
    args: ["tokens", "weights", "u", "N", "V"],
    writes: ["tokens"],
    adds: [],
  },
};

/** Of each check, by name. */
export const checks: Readonly<Record<string, Check>> = Object.fromEntries(
  Object.entries(table).map(([name, check]) => [
    name,
    { shapes: shapes[check.function], ...check },
  ]),
);
