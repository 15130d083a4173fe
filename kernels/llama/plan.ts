// The tables of one model, without its passes: enough to plan its memory, in a page that computes nothing.

import type { Outline } from "../model/architecture.ts";
import { fitModel, type Options, planModel } from "../model/memory.ts";
import type { Fit, Limits, MemoryPlan } from "../runtime/plan.ts";
import { activationTable } from "./activations.ts";
import { type Config, checkConfig } from "./config.ts";
import { constantTable } from "./constants.ts";
import { parameterTable } from "./parameters.ts";
import type { LlamaTables } from "./tables.ts";

/** The tables of a model with these parts. @throws RangeError if the config cannot be */
export function outlineOf(config: Config): Outline<LlamaTables> {
  checkConfig(config);
  return {
    name: "Llama",
    parameters: linesOf(parameterTable, config),
    activations: linesOf(activationTable, config),
    constants: linesOf(constantTable, config),
    head: config.tied ? "wte" : "headw",
    checkConfig,
  };
}

/** The lines of a table that a model with these parts has. */
function linesOf<Table extends object>(table: Table, config: Config): Table {
  const has = ([, line]: [string, { when?: (config: Config) => boolean }]) =>
    line.when?.(config) ?? true;
  return Object.fromEntries(Object.entries(table).filter(has)) as Table;
}

/** The memory that createLlama will take with the same arguments. @throws RangeError as createLlama does */
export function planLlama(config: Config, options: Options): MemoryPlan {
  return planModel(outlineOf(config), config, options);
}

/** Holds the plan against the limits; where it does not fit, finds the nearest B and T that do. */
export function fitLlama(config: Config, options: Options, limits: Limits): Fit {
  return fitModel(outlineOf(config), config, options, limits);
}
