// The checks of the kernels, from their signatures: what is written is compared with the tensor of that name.

import { type KernelName, signatures } from "@llm.ts/kernels/layers.ts";
import { argumentsOf, arraysOf, type Signature } from "@llm.ts/kernels/runtime/signature.ts";
import type { Case, Check, Tensor } from "./check.ts";
import { draws } from "./draws.ts";

/** What a signature does not say of a kernel's check. */
type Further = Pick<Check, "reference"> & Partial<Check>;

/** The heads of queries, keys and values, side by side, where there are fewer of keys than of queries. */
const headsOf = (name: string) => ({
  [`${name} of q`]: "NH",
  [`${name} of k`]: "NKV",
  [`${name} of v`]: "NKV",
});

const further: Partial<Record<KernelName, Further>> = {
  encoderForward: { reference: "encoder" },
  encoderBackward: { reference: "encoder" },
  layernormForward: { reference: "layernorm" },
  layernormBackward: { reference: "layernorm" },
  matmulForward: { reference: "matmul" },
  matmulBackward: { reference: "matmul" },
  attentionForward: { reference: "attention" },
  attentionBackward: {
    reference: "attention",
    parts: { dinp: { "dinp of q": "NH", "dinp of k": "NH", "dinp of v": "NH" } },
    zeroed: ["dpreatt", "datt"],
  },
  attentionGroupedForward: { reference: "attention-grouped", parts: { out: { out: "NH" } } },
  attentionGroupedBackward: {
    reference: "attention-grouped",
    parts: { dqkv: headsOf("dqkv") },
  },
  geluForward: { reference: "gelu" },
  geluBackward: { reference: "gelu" },
  residualForward: { reference: "residual" },
  residualBackward: { reference: "residual" },
  softmaxForward: { reference: "softmax", letters: { Vp: "i" } },
  softmaxBackward: { reference: "softmax", letters: { Vp: "i" } },
  crossentropyForward: { reference: "crossentropy" },
  crossentropyBackward: { reference: "crossentropy" },
  crossentropySoftmaxBackward: { reference: "crossentropy" },
  crossentropySoftmaxFused: { reference: "crossentropy", updates: { logits: "dlogits" } },
  adamwUpdate: { reference: "adamw", cases: steps },
  gradientSquares: { reference: "clip", cases: oneVector },
  clipGradients: { reference: "clip", cases: oneVector },
  rmsnormForward: { reference: "rmsnorm" },
  rmsnormBackward: { reference: "rmsnorm" },
  swigluForward: { reference: "swiglu", cases: withSilu },
  swigluBackward: {
    reference: "swiglu",
    cases: withSilu,
    parts: { dinp: { "dinp of gates": "F", "dinp of values": "F" } },
  },
  ropeForward: {
    reference: "rope",
    cases: renamed({ qkv: "inp", "qkv after": "out" }),
    parts: { qkv: headsOf("qkv") },
  },
  ropeBackward: {
    reference: "rope",
    cases: renamed({ dqkv: "dout", "dqkv after": "dinp" }),
    parts: { dqkv: headsOf("dqkv") },
  },
};

/** The check of a kernel. A tensor that is updated becomes "<name> after", where nothing else is said. */
export function kernelCheck(name: keyof typeof signatures): Check {
  const more = further[name];
  if (!more) throw new Error(`the kernel ${name} has no check`);
  const signature: Signature = signatures[name];
  const arrays = arraysOf(signature);
  const used = (use: string) => arrays.filter((array) => array.use === use);
  return {
    function: name,
    args: argumentsOf(signature),
    writes: used("written").map((array) => array.name),
    adds: used("added to").map((array) => array.name),
    updates: Object.fromEntries(
      used("updated").map((array) => [array.name, `${array.name} after`]),
    ),
    shapes: Object.fromEntries(arrays.map((array) => [array.name, array.length])),
    draw: draws[name],
    ...more,
  };
}

/** The checks of all kernels, by name. */
export const kernelChecks: Readonly<Record<string, Check>> = Object.fromEntries(
  (Object.keys(further) as KernelName[]).map((name) => [name, kernelCheck(name)]),
);

/** The gate is silu: beside its tensors the reference has those of GELU. */
function withSilu({ name, sizes, tensors }: Case): Case[] {
  const own = [...tensors].map(([key, tensor]) => [key.replace(/_silu$/, ""), tensor] as const);
  return [{ name, sizes, tensors: new Map(own) }];
}

/** A case whose tensors have other names in the reference file. */
function renamed(names: Readonly<Record<string, string>>): (one: Case) => Case[] {
  return ({ name, sizes: { apart, B, T, NH, NKV, hs }, tensors }) => {
    const found = Object.entries(names).map(([own, stored]) => [own, tensors.get(stored)] as const);
    return [
      {
        name,
        sizes: { apart, B, T, NH, NKV, hs },
        tensors: new Map(
          [...found, ["cis", tensors.get("cis")] as const].flatMap(([own, tensor]) =>
            tensor ? [[own, tensor] as const] : [],
          ),
        ),
      },
    ];
  };
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
