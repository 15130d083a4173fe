// How a model is laid out on each tier, and the memory that it may take there.

import type { Options } from "@llm.ts/kernels/model/memory.ts";
import type { Limits } from "@llm.ts/kernels/runtime/plan.ts";
import type { Gpu, Tier } from "./protocol.ts";
import type { Settings } from "./settings.ts";

const GiB = 2 ** 30;

/** The model that a run needs. On a GPU attention's weights are computed again, which takes less memory and time there. */
export function modelOptions(settings: Settings, tier: Tier): Options {
  const { B, T, accumulation, recompute = false } = settings;
  const attention = tier === "WebGPU" ? "recomputed" : "kept";
  return { B, T, accumulation, attention, recompute, training: true };
}

/**
 * Memory that a run may take: half of what the machine says it has, since the browser and everything else live there
 * too. Browsers round that figure, and some do not give it; 8 GiB is assumed then. Of a GPU's own memory they say
 * nothing: there only the sizes of single tensors are known, and the rest shows when the memory is taken.
 */
export function deviceLimits(tier: Tier, gpu: Gpu | null): Limits {
  const { deviceMemory = 8 } = navigator as { deviceMemory?: number };
  const maxBytes = (deviceMemory / 2) * GiB;
  if (tier === "TypeScript" || gpu === null) return { maxBytes };
  const { software, maxBuffer, maxBinding } = gpu;
  return { maxBytes: software ? maxBytes : Infinity, maxBuffer, maxBinding };
}
