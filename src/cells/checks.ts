// What a checked function is called with, and which tensors PyTorch's answer is about. One entry for each kernel.

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
}

/** One case of a reference file. */
export interface Case {
  name: string;
  sizes: Readonly<Record<string, number>>;
  tensors: ReadonlyMap<string, { shape: readonly number[]; data: Float32Array | Int32Array }>;
}

/** A tensor that a call must produce. */
export interface Expected {
  tensor: string;
  argument: number; // its place among the arguments
  how: "writes" | "adds";
  shape: readonly number[];
  before: Float32Array; // what it held before the call
  torch: Float32Array; // PyTorch's numbers: the result where it is written, what must be added where it is added to
}

/** One call: its arguments, and what must come of it. */
export interface Call {
  case: string;
  sizes: Readonly<Record<string, number>>;
  names: readonly string[]; // of the arguments
  args: Argument[];
  expected: Expected[];
}

/** One call for every case of a reference file. */
export function prepareCalls(check: Check, cases: readonly Case[]): Call[] {
  return cases.map((one) => prepareCall(check, one));
}

function prepareCall(check: Check, { name, sizes, tensors }: Case): Call {
  const expected: Expected[] = [];
  const args = check.args.map((argument, position): Argument => {
    if (argument in sizes) return sizes[argument];
    const stored = tensors.get(argument);
    if (!stored) return null; // a case without bias
    const how = check.writes.includes(argument) ? "writes" : "adds";
    if (how === "adds" && !check.adds.includes(argument)) return stored.data.slice();
    const before = how === "writes" ? unwritten(stored.data.length) : known(stored.data.length);
    if (check.zeroed?.includes(argument)) before.fill(0);
    const torch = Float32Array.from(stored.data);
    expected.push({
      tensor: argument,
      argument: position,
      how,
      shape: stored.shape,
      before,
      torch,
    });
    return before.slice();
  });
  return { case: name, sizes, names: check.args, args, expected };
}

/** The bits of the NaN in tensors that have not been written: arithmetic gives NaN with other bits. */
export const unwrittenBits = 0x7fc0_1234;

function unwritten(length: number): Float32Array {
  return new Float32Array(new Int32Array(length).fill(unwrittenBits).buffer);
}

/** Numbers between 0.5 and 1.5 with no pattern that a mistake could follow. */
function known(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => 1 + 0.5 * Math.sin(12.9898 * (i + 1)));
}

export const checks: Readonly<Record<string, Check>> = {
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
    zeroed: ["dpreatt", "datt"],
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
};
