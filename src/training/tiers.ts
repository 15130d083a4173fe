// What can compute a run, and what differs from one to the other. A new tier is a line here, and a file in the kernel
// package; the page opens it in src/trainer/tier.ts.

import type { AttentionForm } from "@llm.ts/kernels/model/architecture.ts";

interface TierFacts {
  /** On a GPU attention's weights are computed again, which takes less memory and time there. */
  readonly attention: AttentionForm;
  /** Whether it takes steps in while it computes others. A processor computes a step when it is handed over. */
  readonly overlaps: boolean;
}

export const tiers = {
  WebGPU: { attention: "recomputed", overlaps: true },
  TypeScript: { attention: "kept", overlaps: false },
} as const satisfies Record<string, TierFacts>;

export type Tier = keyof typeof tiers;

export const isTier = (value: unknown): value is Tier =>
  typeof value === "string" && Object.hasOwn(tiers, value);
