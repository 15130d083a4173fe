// GPT-2 124M at the sizes that are to fit into WebGPU's default limits, and the text that it reads there.

import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import type { Batch } from "@llm.ts/kernels/model/batch.ts";
import type { Options } from "@llm.ts/kernels/model/memory.ts";
import { randomIds } from "../random.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** PyTorch's losses of each run: before the first step, and before the second. */
    torchLosses: readonly number[][];
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

export const seed = 1; // of the initial weights

/** Random tokens, the same in Node and in the browser. */
export function batchOf({ B, T }: { B: number; T: number }, step: number): Batch {
  const text = randomIds(B * T + 1, step, config.V);
  return { inputs: text.slice(0, -1), targets: text.slice(1) };
}
