// The architectures, in one list: which config is whose, and what follows from it. What trains, plans, reads or writes models of
// any kind asks here; an architecture more is a folder, and its lines below.

import type { Backend } from "./backend.ts";
import { type Config as GPT2Config, presets as gpt2Presets } from "./gpt2/config.ts";
import { gpt2 } from "./gpt2/gpt2.ts";
import { outline as gpt2Outline } from "./gpt2/plan.ts";
import { type Config as LlamaConfig, presets as llamaPresets } from "./llama/config.ts";
import { llama } from "./llama/llama.ts";
import { outlineOf as llamaOutlineOf } from "./llama/plan.ts";
import type { Llama } from "./llama/tables.ts";
import type { Architecture, Outline, Tables } from "./model/architecture.ts";
import type { Options } from "./model/memory.ts";
import { createModel, type Model } from "./model/model.ts";
import { countIn } from "./model/parameters.ts";

/** The sizes of a model of any architecture, and what else says which it is. */
export type Config = GPT2Config | LlamaConfig;

export const presets = { ...gpt2Presets, ...llamaPresets } as const satisfies Record<
  string,
  Config
>;

export type Preset = keyof typeof presets;

interface AnyTables extends Tables {
  readonly config: Config;
}

/** A model of any architecture. */
export type AnyModel<Tensor, Ids> = Model<AnyTables, Tensor, Ids>;

export const isLlama = (config: Config): config is LlamaConfig => "norm" in config;

/** Whether the model is a Llama or a relative: then its tensors are those of llama/. */
export function isLlamaModel<Tensor, Ids>(
  model: Pick<AnyModel<Tensor, Ids>, "config">,
): model is Llama<Tensor, Ids> {
  return isLlama(model.config);
}

/** The tables of a model, from which its memory is planned. @throws RangeError if the config cannot be */
export function outlineOf(config: Config): Outline<AnyTables> {
  return (isLlama(config) ? llamaOutlineOf(config) : gpt2Outline) as unknown as Outline<AnyTables>;
}

/** The tables and the passes. @throws RangeError if the config cannot be */
export function architectureOf(config: Config): Architecture<AnyTables> {
  return (isLlama(config) ? llama(config) : gpt2) as unknown as Architecture<AnyTables>;
}

/** Allocates a model with all parameters 0. @throws RangeError as createModel does */
export function createModelOf<Tensor, Ids>(
  backend: Backend<Tensor, Ids>,
  config: Config,
  options: Options,
): AnyModel<Tensor, Ids> {
  return createModel(architectureOf(config), backend, config, options);
}

/** @throws RangeError naming the first size or part that is wrong */
export function checkConfig(config: Config): void {
  outlineOf(config).checkConfig(config);
}

/** Number of values in all parameters, padded rows included. */
export function countParameters(config: Config): number {
  return countIn(outlineOf(config).parameters, config);
}

/** What a model of that architecture is called in a sentence. */
export const kindOf = (config: Config): "GPT-2" | "Llama" => (isLlama(config) ? "Llama" : "GPT-2");
