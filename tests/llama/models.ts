// What the tests of Llama and its relatives share: the models that PyTorch made, and small ones of every family.

import type { Backend } from "@llm.ts/kernels/backend.ts";
import { type Config, families } from "@llm.ts/kernels/llama/config.ts";
import { createLlama, llama } from "@llm.ts/kernels/llama/llama.ts";
import type { Llama } from "@llm.ts/kernels/llama/tables.ts";
import type { Batch } from "@llm.ts/kernels/model/batch.ts";
import type { Options } from "@llm.ts/kernels/model/memory.ts";
import { writeTensors } from "@llm.ts/kernels/model/model.ts";
import { byName, initialIn } from "@llm.ts/kernels/model/parameters.ts";
import type { Optimiser } from "@llm.ts/kernels/model/update.ts";
import type { Floats } from "@llm.ts/kernels/runtime/check.ts";
import { random } from "../random.ts";
import type { Case } from "../reference.ts";

export type AnyLlama = Llama<unknown, unknown>;
export type Parameters = Record<string, Floats>;

/** Sizes all different, V far from Vp, C not NH * hs. */
const sizes = { maxT: 7, V: 19, Vp: 128, L: 2, C: 12, NH: 4, NKV: 2, hs: 6, F: 20 };

/** A small model of every family, with a window that the texts outgrow and angles that stretch within it. */
export const small = {
  llama2: { ...sizes, ...families.llama2 },
  "llama3.1": {
    ...sizes,
    ...families["llama3.1"],
    scaling: { factor: 8, low: 1, high: 4, before: 32 },
  },
  mistral: { ...sizes, ...families.mistral, pairs: "neighbours", windowSize: 3 },
  gemma: { ...sizes, ...families.gemma, NKV: 1 },
  gpt2: { ...sizes, ...families.gpt2, NKV: 4 },
} as const satisfies Record<string, Config>;

/** A model with weights of which none is 0 or 1, so that each of them matters; the padded rows of tokens are 0. */
export function createSpread<Tensor, Ids>(
  backend: Backend<Tensor, Ids>,
  config: Config,
  options: Partial<Options> = {},
): Llama<Tensor, Ids> {
  const model = createLlama(backend, config, { B: 2, T: 5, training: true, ...options });
  const table = llama(config).parameters;
  const values = byName(table, (name) => {
    const values = initialIn(table, name, config, 1);
    const tokens = name === "wte" || name === "headw";
    const spread = random(tokens ? config.V * config.C : values.length, name.length, 0.3);
    for (let i = 0; i < spread.length; i++) values[i] += spread[i];
    return values;
  });
  writeTensors(model, "parameters", values);
  return model;
}

/** What PyTorch computed of a model: its config, its settings, its batches. */
export function fromCase({ sizes, ints }: Case) {
  const { B, T, steps, optimiser, ...config } = sizes as unknown as Config & {
    B: number;
    T: number;
    steps: number;
    optimiser: Optimiser;
  };
  const part = (name: string, step: number) => ints(name).slice(step * B * T, (step + 1) * B * T);
  const batches: Batch[] = Array.from({ length: steps }, (_, step) => ({
    inputs: part("inputs", step),
    targets: part("targets", step),
  }));
  return { B, T, config: config as Config, optimiser, batches };
}
