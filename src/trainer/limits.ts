// The memory that a run may take here.

import type { Limits } from "@llm.ts/kernels/runtime/plan.ts";
import { type Tier, tiers } from "../training/tiers.ts";
import type { Gpu } from "./protocol.ts";

const GiB = 2 ** 30;

/**
 * Memory that a run may take: half of what the machine says it has, since the browser and everything else live there
 * too. Browsers round that figure, and some do not give it; 8 GiB is assumed then. Of a GPU's own memory they say
 * nothing: there only the sizes of single tensors are known, and the rest shows when the memory is taken.
 */
export function deviceLimits(tier: Tier, gpu: Gpu | null): Limits {
  const { deviceMemory = 8 } = navigator as { deviceMemory?: number };
  const maxBytes = Math.min((deviceMemory / 2) * GiB, tiers[tier].mostBytes);
  if (!tiers[tier].gpu || gpu === null) return { maxBytes };
  const { software, maxBuffer, maxBinding } = gpu;
  return { maxBytes: software ? maxBytes : Infinity, maxBuffer, maxBinding };
}
