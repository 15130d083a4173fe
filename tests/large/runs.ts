// GPT-2 124M at the two sizes that are to fit into WebGPU's default limits, and the text that it reads there.

import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import type { Batch } from "@llm.ts/kernels/model/batch.ts";
import { randomIds } from "../random.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** PyTorch's losses of each run: before the first step, and before the second. */
    torchLosses: readonly number[][];
  }
}

export const config = presets["gpt2-124M"];

export const runs = [
  { B: 4, T: 64 },
  { B: 1, T: 1024 },
] as const;

export const seed = 1; // of the initial weights

/** Random tokens, the same in Node and in the browser. */
export function batchOf({ B, T }: { B: number; T: number }, step: number): Batch {
  const text = randomIds(B * T + 1, step, config.V);
  return { inputs: text.slice(0, -1), targets: text.slice(1) };
}
