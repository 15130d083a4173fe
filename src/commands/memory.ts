// Whether a model fits, before any memory is taken for it.

import { fitModel, type Options } from "@llm.ts/kernels/model/memory.ts";
import { type Config, outlineOf } from "@llm.ts/kernels/models.ts";
import type { Limits } from "@llm.ts/kernels/runtime/plan.ts";
import { type Tier, tiers } from "../training/tiers.ts";

/** The options of a model as they suit a tier. */
export function optionsOn(tier: Tier, options: Options): Options {
  return { ...options, attention: tiers[tier].attention };
}

/** @throws Error with what is needed, what there is, and what would fit */
export function refuseIfTooLarge(config: Config, options: Options, limits: Limits): void {
  const fit = fitModel(outlineOf(config), config, options, limits);
  if (!fit.fits) throw new Error(fit.reason);
}
