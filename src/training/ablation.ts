// What is compared in the lesson about what changed since GPT-2: its tiny model, the same with one of Llama's parts, and with all.

import { presets as gpt2 } from "@llm.ts/kernels/gpt2/config.ts";
import { type Config, families, presets } from "@llm.ts/kernels/llama/config.ts";
import type { Settings } from "./settings.ts";

const { maxT, V, Vp, L, C, NH } = gpt2.tiny;
/** GPT-2's own choices in GPT-2's own sizes, but for the biases, which no Llama has. */
const before: Config = {
  ...families.gpt2,
  ...{ maxT, V, Vp, L, C, NH, NKV: NH, hs: C / NH, F: 4 * C },
};

export interface Variant {
  /** What it is called, in the figure and in the table. */
  readonly title: string;
  readonly config: Config;
}

/**
 * The variants, in the order in which they are told of. A gate needs a third matrix, so the MLP with one is narrower: 8/3 C channels
 * instead of 4 C, rounded down to a multiple of 4.
 */
export const variants = {
  gpt2: { title: "GPT-2, no biases", config: before },
  rmsnorm: { title: "RMSNorm", config: { ...before, norm: "rmsnorm" } },
  rope: { title: "RoPE", config: { ...before, positions: "rope" } },
  swiglu: {
    title: "SwiGLU",
    config: { ...before, mlp: "swiglu", F: 4 * Math.floor((2 * C) / 3) },
  },
  grouped: { title: "half the heads of keys", config: { ...before, NKV: NH / 2 } },
  llama: { title: "all four: llama-tiny", config: presets["llama-tiny"] },
} as const satisfies Record<string, Variant>;

export type VariantName = keyof typeof variants;

export const variantNames = Object.keys(variants) as VariantName[];

/** One model that was trained. */
export interface AblationRun {
  readonly variant: VariantName;
  readonly seed: number;
  readonly parameters: number;
  /** The processor's time for a step, all its threads together: what else it does at that time is not in it. */
  readonly milliseconds: number;
  /** On text that it never learned from, in nats for a token. */
  readonly validations: readonly (readonly [step: number, loss: number])[];
}

export interface Ablation {
  /** Of all runs, but for the seed and the sizes. */
  readonly settings: Omit<Settings, "seed" | "sizes">;
  readonly text: { readonly name: string; readonly train: number; readonly validation: number };
  readonly computer: string;
  /** Tokens of a validation. */
  readonly targets: number;
  readonly runs: readonly AblationRun[];
}

/** A settings of a run from those of all. */
export const settingsOf = (
  settings: Ablation["settings"],
  { variant, seed }: Pick<AblationRun, "variant" | "seed">,
): Settings => ({ ...settings, sizes: variants[variant].config, seed });

/** The runs of a variant, one for each seed. */
export const runsOf = ({ runs }: Ablation, variant: VariantName): readonly AblationRun[] =>
  runs.filter((run) => run.variant === variant);

/** The last validation of each run of a variant. */
export const lastLosses = (ablation: Ablation, variant: VariantName): number[] =>
  runsOf(ablation, variant).map(({ validations }) => validations[validations.length - 1][1]);

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
