// GPT-2 124M and SmolLM2-135M at the sizes that are to fit into WebGPU's default limits, and the text that they read there.

import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { families, type Config as LlamaConfig } from "@llm.ts/kernels/llama/config.ts";
import type { Batch } from "@llm.ts/kernels/model/batch.ts";
import type { Options } from "@llm.ts/kernels/model/memory.ts";
import { randomIds } from "../random.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** PyTorch's losses of each run: before the first step, and before the second. */
    torchLosses: readonly number[][];
    /** What PyTorch made of SmolLM2-135M's step; null where that test is not asked for. */
    smolStep: { readonly losses: readonly number[]; readonly folder: string } | null;
  }
}

export const config = presets["gpt2-124M"];

interface LargeRun {
  readonly B: number;
  readonly T: number;
  /** How less is kept, and in how many bytes all of it must then be. */
  readonly saving?: Pick<Options, "recompute" | "activations">;
  readonly mostBytes?: number;
}

export const runs: readonly LargeRun[] = [
  { B: 4, T: 64 },
  { B: 1, T: 1024 },
  { B: 4, T: 1024, saving: { recompute: true, activations: "bfloat16" }, mostBytes: 3.5e9 },
];

/** The name of a run's test, after that of the group. */
export const nameOf = ({ B, T }: { B: number; T: number }): string =>
  `takes a step at B=${B} T=${T} with PyTorch's losses before and after it, in the memory that was planned`;

/** That of SmolLM2-135M, whose config.json it is: https://huggingface.co/HuggingFaceTB/SmolLM2-135M. */
export const smol: LlamaConfig = {
  ...{ ...families.llama2, base: 100_000, tied: true, maxT: 8192 },
  ...{ V: 49152, Vp: 49152, L: 30, C: 576, NH: 9, NKV: 3, hs: 64, F: 1536 },
};

export const smolSize = { B: 1, T: 64 };

export const smolName =
  "SmolLM2-135M at B=1 T=64 has PyTorch's loss and gradients, and its weights after the step";

export const seed = 1; // of the initial weights

/** Random tokens, the same in Node and in the browser. */
export function batchOf(
  { B, T }: { B: number; T: number },
  step: number,
  { V }: { V: number } = config,
): Batch {
  const text = randomIds(B * T + 1, step, V);
  return { inputs: text.slice(0, -1), targets: text.slice(1) };
}
