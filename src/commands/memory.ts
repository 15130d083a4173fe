// Whether a model fits, before any memory is taken for it.

import { fitModel, type Options } from "@llm.ts/kernels/model/memory.ts";
import { type Config, outlineOf } from "@llm.ts/kernels/models.ts";
import { formatBytes, type Limits } from "@llm.ts/kernels/runtime/plan.ts";
import { savingFor } from "../training/plan.ts";
import { type Tier, tiers } from "../training/tiers.ts";

/** The options of a model as they suit a tier. */
export function optionsOn(tier: Tier, options: Options): Options {
  return { ...options, attention: tiers[tier].attention };
}

/** @throws Error with what is needed, what there is, and what would fit */
export function refuseIfTooLarge(config: Config, options: Options, limits: Limits): void {
  const fit = fitModel(outlineOf(config), config, options, limits);
  if (!fit.fits) throw new Error(`${fit.reason}${saving(config, options, limits)}`);
}

/** Another way on, where there is one: the flags with which the same sizes fit. */
function saving(config: Config, options: Options, limits: Limits): string {
  const found = savingFor(config, options, limits);
  if (found === null) return "";
  const again = found.recompute && !options.recompute && "--recompute";
  const narrow = found.activations && `--activations ${found.activations}`;
  const how = [again, narrow].filter(Boolean).join(" ");
  return ` As it is it needs ${formatBytes(found.bytes)} and fits with ${how}.`;
}
