// What is measured: the kernels of GPT-2 124M, at a size of batch, and a whole step of a small model.

import type { Backend } from "@llm.ts/kernels/backend.ts";
import { type Preset, presets } from "@llm.ts/kernels/gpt2/config.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { initialise } from "@llm.ts/kernels/model/model.ts";
import { trainStep } from "@llm.ts/kernels/model/train.ts";
import { defaultOptimiser } from "@llm.ts/kernels/model/update.ts";
import type { Size } from "./protocol.ts";

/** One line of the table. */
export interface Case {
  readonly kernel: string;
  readonly size: string;
  /** Allocates what is needed and gives back a function that adds one call to the device's list. */
  readonly prepare: <Tensor, Ids>(backend: Backend<Tensor, Ids>) => () => void;
}

/** Sizes of a batch. */
export interface Batch {
  readonly B: number;
  readonly T: number;
  /** The model of which a whole step is measured. */
  readonly preset: Preset;
}

export const batches: Readonly<Record<Exclude<Size, "auto">, Batch>> = {
  256: { B: 4, T: 64, preset: "tiny" },
  1024: { B: 4, T: 256, preset: "small" },
  4096: { B: 4, T: 1024, preset: "medium" },
};

const { C, NH, V, Vp } = presets["gpt2-124M"];

// biome-ignore format: one line for each kernel
export function casesOf(batch: Batch): Case[] {
  const { B, T } = batch;
  const tokens = `B=${B} T=${T}`;
  const N = B * T * 4 * C;
  return [
    ...[[C, C], [C, 4 * C], [4 * C, C]].flatMap(([C, OC]) => matmul(B, T, C, OC)),
    {
      kernel: "attention, forward", size: `${tokens} NH=${NH}`,
      prepare: (backend) => {
        const [out, lse, inp] = backend.alloc([B * T * C, B * NH * T, B * T * 3 * C]);
        return () => backend.attentionFlashForward(out, lse, inp, B, T, C, NH);
      },
    },
    {
      kernel: "attention, backward", size: `${tokens} NH=${NH}`,
      prepare: (backend) => {
        const [dinp, dout, out, inp, lse] = backend.alloc([B * T * 3 * C, B * T * C, B * T * C, B * T * 3 * C, B * NH * T]);
        return () => backend.attentionFlashBackward(dinp, dout, out, inp, lse, B, T, C, NH);
      },
    },
    {
      kernel: "layernorm, forward", size: `${tokens} C=${C}`,
      prepare: (backend) => {
        const [out, mean, rstd, inp, weight, bias] = backend.alloc([B * T * C, B * T, B * T, B * T * C, C, C]);
        return () => backend.layernormForward(out, mean, rstd, inp, weight, bias, B, T, C);
      },
    },
    {
      kernel: "layernorm, backward", size: `${tokens} C=${C}`,
      prepare: (backend) => {
        const [dinp, dweight, dbias, dout, inp, weight, mean, rstd] = backend.alloc([B * T * C, C, C, B * T * C, B * T * C, C, B * T, B * T]);
        return () => backend.layernormBackward(dinp, dweight, dbias, dout, inp, weight, mean, rstd, B, T, C);
      },
    },
    {
      kernel: "GELU, forward", size: `N=${N}`,
      prepare: (backend) => {
        const [out, inp] = backend.alloc([N, N]);
        return () => backend.geluForward(out, inp, N);
      },
    },
    {
      kernel: "GELU, backward", size: `N=${N}`,
      prepare: (backend) => {
        const [dinp, dout, inp] = backend.alloc([N, N, N]);
        return () => backend.geluBackward(dinp, dout, inp, N);
      },
    },
    {
      kernel: "residual, forward", size: `N=${B * T * C}`,
      prepare: (backend) => {
        const [out, inp1, inp2] = backend.alloc([B * T * C, B * T * C, B * T * C]);
        return () => backend.residualForward(out, inp1, inp2, B * T * C);
      },
    },
    {
      kernel: "softmax and cross-entropy", size: `64 rows, V=${V}`,
      prepare: (backend) => {
        const [logits, losses, dlosses] = backend.alloc([64 * Vp, 64, 64]);
        const targets = backend.allocIds(64);
        return () => backend.crossentropySoftmaxFused(logits, losses, dlosses, targets, 1, 64, V, Vp);
      },
    },
    {
      kernel: "AdamW", size: `N=${12 * C * C}`,
      prepare: (backend) => {
        const N = 12 * C * C;
        const [params, grads, m, v] = backend.alloc([N, N, N, N]);
        return () => backend.adamwUpdate(params, grads, m, v, 1, 1e-3, 0.9, 0.95, 1e-8, 0.1, N);
      },
    },
    step(batch),
  ];
}

// biome-ignore format: one line for each kernel
function matmul(B: number, T: number, C: number, OC: number): Case[] {
  const size = `${B * T}×${C}×${OC}`;
  return [
    {
      kernel: "matmul, forward", size,
      prepare: (backend) => {
        const [out, inp, weight, bias] = backend.alloc([B * T * OC, B * T * C, OC * C, OC]);
        return () => backend.matmulForward(out, inp, weight, bias, B, T, C, OC);
      },
    },
    {
      kernel: "matmul, backward", size,
      prepare: (backend) => {
        const [dinp, dweight, dbias, dout, inp, weight] = backend.alloc([B * T * C, OC * C, OC, B * T * OC, B * T * C, OC * C]);
        return () => backend.matmulBackward(dinp, dweight, dbias, dout, inp, weight, B, T, C, OC);
      },
    },
  ];
}

/** A whole step of training: forward, backward, clipping, AdamW. */
function step({ B, T: wanted, preset }: Batch): Case {
  const config = presets[preset];
  const T = Math.min(wanted, config.maxT);
  return {
    kernel: `a step of ${preset}`,
    size: `B=${B} T=${T}`,
    prepare(backend) {
      const model = createGPT2(backend, config, { B, T, training: true, attention: "recomputed" });
      initialise(model, 1337);
      const inputs = Int32Array.from({ length: B * T }, (_, i) => (i * 7) % config.V);
      const targets = Int32Array.from({ length: B * T }, (_, i) => (i * 7 + 7) % config.V);
      let number = 0;
      return () => trainStep(model, [{ inputs, targets }], ++number, defaultOptimiser);
    },
  };
}
