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
  const { B, T, accumulation, recompute = false, activations, weightFormat } = settings;
  const config = configOf(settings);
  const { attention } = tiers[tier];
  const formats = { activations, weights: weightFormat };
  const options = { B, T, accumulation, attention, recompute, ...formats, training: true };
  return { settings, tier, config, options, memory: planModel(outlineOf(config), config, options) };
}

/** Whether the plan keeps to the limits of a device; if not, the nearest that does. */
export function fitRun({ config, options }: RunPlan, limits: Limits): Fit {
  return fitModel(outlineOf(config), config, options, limits);
}

/** Settings that keep less in memory, those first that change less. */
const savings = [
  { recompute: true },
  { activations: "bfloat16" },
  { recompute: true, activations: "bfloat16" },
] as const;

export interface Saving {
  readonly recompute?: boolean;
  readonly activations?: "bfloat16";
  /** Bytes in all. */
  readonly bytes: number;
}

/** What makes a model fit that is too large as it is, with the same batch; null if nothing of the kind does. */
export function savingFor(config: Config, options: Options, limits: Limits): Saving | null {
  for (const saving of savings) {
    const fit = fitModel(outlineOf(config), config, { ...options, ...saving }, limits);
    if (fit.fits) return { ...saving, bytes: fit.plan.bytes };
  }
  return null;
}
