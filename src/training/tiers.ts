// What can compute a run, and what differs from one to the other. A new tier is a line here, a line in
// src/trainer/tier.ts, which opens it for the page, and a file in the kernel package.

import type { AttentionForm } from "@llm.ts/kernels/model/architecture.ts";

interface TierFacts {
  /** Where it computes, as the page and checkpoints say it; "" where only the device at hand can tell. */
  readonly where: string;
  /** Whether it takes a GPU, with limits of its own. */
  readonly gpu: boolean;
  /** On a GPU attention's weights are computed again, which takes less memory and time there. */
  readonly attention: AttentionForm;
  /** Bytes that its tensors may take, whatever the machine has. */
  readonly mostBytes: number;
  /** Whether it takes steps in while it computes others. A processor computes a step when it is handed over. */
  readonly overlaps: boolean;
}

/** The best first: of those that can be had, the first is chosen. */
export const tiers = {
  WebGPU: { where: "", gpu: true, attention: "recomputed", mostBytes: Infinity, overlaps: true },
  WebAssembly: {
    where: "on the processor's vectors and threads",
    gpu: false,
    attention: "recomputed",
    mostBytes: 2 ** 32 - 2 ** 26, // addresses of 32 bits, less what up to 62 threads have for themselves
    overlaps: false,
  },
  TypeScript: {
    where: "in one thread of the processor",
    gpu: false,
    attention: "kept",
    mostBytes: Infinity,
    overlaps: false,
  },
} as const satisfies Record<string, TierFacts>;

export type Tier = keyof typeof tiers;

export const tierNames = Object.keys(tiers) as Tier[];

export const isTier = (value: unknown): value is Tier =>
  typeof value === "string" && Object.hasOwn(tiers, value);

/** The best tier, with a real GPU at hand or without. One that is software is slower than the processor that computes it. */
export const bestTier = (gpu: boolean): Tier =>
  tierNames.find((name) => gpu || !tiers[name].gpu) ?? "TypeScript";
