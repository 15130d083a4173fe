// A run before it begins: its settings, the model that they ask for on a tier, and the memory that it will take. Made once,
// and passed on to whoever checks, shows, allocates.

import { fitModel, type Options, planModel } from "@llm.ts/kernels/model/memory.ts";
import { type Config, outlineOf } from "@llm.ts/kernels/models.ts";
import type { Fit, Limits, MemoryPlan } from "@llm.ts/kernels/runtime/plan.ts";
import { configOf, type Settings } from "./settings.ts";
import { type Tier, tiers } from "./tiers.ts";

export interface RunPlan {
  readonly settings: Settings;
  readonly tier: Tier;
  readonly config: Config;
  readonly options: Options;
  readonly memory: MemoryPlan;
}

/** @param settings checked ones */
export function planRun(settings: Settings, tier: Tier): RunPlan {
  const { B, T, accumulation, recompute = false } = settings;
  const config = configOf(settings);
  const { attention } = tiers[tier];
  const options = { B, T, accumulation, attention, recompute, training: true };
  return { settings, tier, config, options, memory: planModel(outlineOf(config), config, options) };
}

/** Whether the plan keeps to the limits of a device; if not, the nearest that does. */
export function fitRun({ config, options }: RunPlan, limits: Limits): Fit {
  return fitModel(outlineOf(config), config, options, limits);
}
