// What a checked function is called with, and which tensors PyTorch's answer is about. One entry for each kernel, and for
// each exercise of a lesson that has no kernel.

import type { Argument } from "./messages.ts";

/** How a function is checked. */
export interface Check {
  function: string;
  /** Stem of the file in public/reference; all of its cases are run. */
  reference: string;
  /** Names of the arguments in order: tensors and sizes of the reference file. */
  args: readonly string[];
  /** Tensors that the function overwrites. They are full of NaN before the call. */
  writes: readonly string[];
  /** Tensors that the function adds to. They hold known numbers before the call. */
  adds: readonly string[];
  /** Those of `adds` that hold 0 before the call, because what they hold flows on into others. */
  zeroed?: readonly string[];
  /** Tensors whose last axis holds several things side by side, and what each is called: they are reported one by one. */
  parts?: Readonly<Record<string, readonly string[]>>;
  /**
   * Tensors that the function changes where they lie: the argument's own tensor before the call, and the name of the
   * tensor that it must be after it.
   */
  updates?: Readonly<Record<string, string>>;
  /** What the function is called with, made of one case of the reference file; without it, that case itself. */
  cases?: (one: Case) => Case[];
}

/** One case of a reference file. */
export interface Case {
  name: string;
  sizes: Readonly<Record<string, number>>;
  tensors: ReadonlyMap<string, Tensor>;
}

interface Tensor {
  shape: readonly number[];
  data: Float32Array | Int32Array;
}

/** A tensor that a call must produce, or a part of one. */
export interface Expected {
  tensor: string;
  argument: number; // its place among the arguments
  part?: Part;
  how: "writes" | "adds" | "updates";
  shape: readonly number[];
  ids?: boolean; // it is an Int32Array, of token ids
  before: Float32Array; // what it held before the call
  torch: Float32Array; // PyTorch's numbers: what must be added where it is added to, else the result
}

/** One of several equal parts of a tensor's last axis. */
export interface Part {
  index: number;
  of: number;
  columns: number; // of one part
}

/** One call: its arguments, and what must come of it. */
export interface Call {
  case: string;
  sizes: Readonly<Record<string, number>>;
  names: readonly string[]; // of the arguments
  args: Argument[];
  expected: Expected[];
}

/** One call for every case of a reference file, or for each that the check makes of it. */
export function prepareCalls(check: Check, cases: readonly Case[]): Call[] {
  const made = check.cases ? cases.flatMap(check.cases) : cases;
  return made.map((one) => prepareCall(check, one));
}

function prepareCall(check: Check, { name, sizes, tensors }: Case): Call {
  const expected: Expected[] = [];
  const args = check.args.map((argument, position): Argument => {
    if (argument in sizes) return sizes[argument];
    const stored = tensors.get(argument);
    if (!stored) return null; // a case without bias
    const how = howOf(check, argument);
    if (!how) return stored.data.slice(); // only read
    const after = how === "updates" ? tensors.get(check.updates?.[argument] ?? "") : stored;
    if (!after)
      throw new Error(`${check.function}: the case ${name} does not say what ${argument} becomes`);
    const before = beforeCall(how, stored.data, position);
    if (check.zeroed?.includes(argument)) before.fill(0);
    const torch = Float32Array.from(after.data);
    const ids = how === "writes" && stored.data instanceof Int32Array;
    const whole = { tensor: argument, argument: position, how, shape: stored.shape };
    const names = check.parts?.[argument];
    if (names) {
      const { length } = names;
      const columns = (stored.shape.at(-1) ?? 0) / length;
      for (const [index, tensor] of names.entries()) {
        const part = { index, of: length, columns };
        const shape = [...stored.shape.slice(0, -1), columns];
        const [own, its] = [before, torch].map((data) => cutPart(data, part));
        expected.push({ ...whole, tensor, part, shape, before: own, torch: its });
      }
    } else {
      expected.push({ ...whole, ids, before, torch });
    }
    return ids ? new Int32Array(before.length).fill(unwrittenBits) : before.slice();
  });
  return { case: name, sizes, names: check.args, args, expected };
}

/** The numbers of a part, one after the other. */
export function cutPart(data: Float32Array, { index, of, columns }: Part): Float32Array {
  return data.filter((_, i) => Math.floor(i / columns) % of === index);
}

function howOf({ writes, adds, updates = {} }: Check, argument: string): Expected["how"] | null {
  if (writes.includes(argument)) return "writes";
  if (adds.includes(argument)) return "adds";
  return argument in updates ? "updates" : null;
}

function beforeCall(how: Expected["how"], stored: Tensor["data"], position: number): Float32Array {
  if (how === "updates") return Float32Array.from(stored);
  return how === "writes" ? unwritten(stored.length) : known(stored.length, position);
}

/**
 * The bits of the NaN in tensors that have not been written: arithmetic gives NaN with other bits. Tensors of integers hold
 * them as a number that is no token's.
 */
export const unwrittenBits = 0x7fc0_1234;

function unwritten(length: number): Float32Array {
  return new Float32Array(new Int32Array(length).fill(unwrittenBits).buffer);
}

/** Numbers between 0.5 and 1.5 with no pattern that a mistake could follow, other ones for each argument. */
function known(length: number, position: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => 1 + 0.5 * Math.sin(12.9898 * (i + 1) + position));
}

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

export const checks: Readonly<Record<string, Check>> = {
  transpose: {
    function: "transpose",
    reference: "transpose",
    args: ["out", "inp", "B", "T", "C"],
    writes: ["out"],
    adds: [],
  },
  rowSums: {
    function: "rowSums",
    reference: "rowsums",
    args: ["out", "inp", "B", "T", "C"],
    writes: ["out"],
    adds: [],
  },
  loadBatch: {
    function: "loadBatch",
    reference: "batch",
    args: ["inputs", "targets", "tokens", "starts", "B", "T"],
    writes: ["inputs", "targets"],
    adds: [],
  },
  dealBatch: {
    function: "dealBatch",
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
    reference: "stack",
    args: ["dinp", "dout", "inp", "mid", "N"],
    writes: [],
    adds: ["dinp"],
  },
  softmaxForward: {
    function: "softmaxForward",
    reference: "softmax",
    args: ["probs", "logits", "B", "T", "V", "Vp"],
    writes: ["probs"],
    adds: [],
  },
  softmaxBackward: {
    function: "softmaxBackward",
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
    reference: "block-forward",
    args: ["out", "params", "inputs", "maxT", "Vp", "L", "NH", "C", "B", "T"],
    writes: ["out"],
    adds: [],
  },
  mlpBackward: {
    function: "mlpBackward",
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
    reference: "likeliest",
    args: ["probs", "logits", "temperature", "topK", "topP", "N", "V", "Vp"],
    writes: ["probs"],
    adds: [],
  },
  drawTokens: {
    function: "drawTokens",
    reference: "draw",
    args: ["tokens", "weights", "u", "N", "V"],
    writes: ["tokens"],
    adds: [],
  },
};
