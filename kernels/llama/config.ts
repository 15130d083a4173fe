// What came after GPT-2, as one list of choices: how vectors are normed, how places are told, how the MLP bends, how many heads
// share keys. Llama, Mistral and Gemma are rows of one table; GPT-2's own choices are among them, so that each can be changed
// alone.

import { checkSizes, type ModelConfig } from "../model/config.ts";
import type { RopeScaling } from "../rope/rope.ts";

/** What of a model can be chosen apart from its sizes. */
export interface Parts {
  /** How vectors are brought to one size: as in Llama, or as in GPT-2. */
  readonly norm: "rmsnorm" | "layernorm";
  /** How places are told: by turning queries and keys, or by a table that is learned, as in GPT-2. */
  readonly positions: "rope" | "learned";
  /** How the MLP bends: by a gate through silu or through GELU, or by GELU without a gate, as in GPT-2. */
  readonly mlp: "swiglu" | "geglu" | "gelu";
  /** Whether the classifier's weight is the table of embeddings, as in GPT-2, or one of its own. */
  readonly tied: boolean;
  /** Whether embeddings are multiplied by the root of C, as in Gemma. */
  readonly scaled: boolean;
  /** Added to the mean square in rmsnorm; layernorm's own is 1e-5. */
  readonly eps: number;
  /** The base of rope's angles. */
  readonly base: number;
  /** Which channels rope turns together: neighbours, as in Llama's own files, or those half a head apart, as in Hugging Face's. */
  readonly pairs: "neighbours" | "halves";
  /** How rope's slow turns are slowed down, as in Llama 3.1; null: not at all. */
  readonly scaling: RopeScaling | null;
  /** Tokens that a query sees, itself among them, as in Mistral; null: all before it. */
  readonly windowSize: number | null;
}

/** The sizes and the parts that say which model it is. */
export interface Config extends ModelConfig, Parts {
  /** Heads of queries in each layer. */
  readonly NH: number;
  /** Heads of keys and values, each shared by NH / NKV heads of queries. */
  readonly NKV: number;
  /** Channels of a head. Mostly C / NH, but Gemma's heads are wider. */
  readonly hs: number;
  /** Channels within the MLP. */
  readonly F: number;
}

const llama2: Parts = {
  norm: "rmsnorm",
  positions: "rope",
  mlp: "swiglu",
  tied: false,
  scaled: false,
  eps: 1e-5,
  base: 10_000,
  pairs: "halves",
  scaling: null,
  windowSize: null,
};

/**
 * The families, each by what it changes.
 *
 * Sources: Touvron et al. 2023, "Llama 2"; Grattafiori et al. 2024, "The Llama 3 Herd of
 * Models" (scaling as in 3.1); Jiang et al. 2023, "Mistral 7B"; Gemma Team 2024, "Gemma".
 */
export const families = {
  llama2,
  llama3: { ...llama2, base: 500_000 },
  "llama3.1": {
    ...llama2,
    base: 500_000,
    scaling: { factor: 8, low: 1, high: 4, before: 8192 },
  },
  mistral: { ...llama2, windowSize: 4096 },
  gemma: { ...llama2, mlp: "geglu", tied: true, scaled: true, eps: 1e-6 },
  /** What GPT-2 chose, but for its biases. */
  gpt2: { ...llama2, norm: "layernorm", positions: "learned", mlp: "gelu", tied: true },
} as const satisfies Record<string, Parts>;

export type Family = keyof typeof families;

const tied: Parts = { ...families.llama3, base: 10_000, tied: true };

/**
 * Models with as many parameters as GPT-2's presets of these names, within 2 %, and their vocabulary and longest text. Half as many
 * heads of keys and values save C * C weights in each layer, and the MLP spends them: 3 matrices of C * 3C instead of 2 of C * 4C.
 */
// biome-ignore format: a line for each
export const presets = {
  "llama-tiny": { ...tied, maxT: 64, V: 1024, Vp: 1024, L: 4, C: 128, NH: 4, NKV: 2, hs: 32, F: 384 },
  "llama-small": { ...tied, maxT: 128, V: 1024, Vp: 1024, L: 6, C: 192, NH: 6, NKV: 3, hs: 32, F: 576 },
  "llama-medium": { ...tied, maxT: 256, V: 1024, Vp: 1024, L: 6, C: 384, NH: 6, NKV: 3, hs: 64, F: 1152 },
} as const satisfies Record<string, Config>;

export type Preset = keyof typeof presets;

/**
 * Checks that a model of these sizes and parts can exist.
 *
 * @throws RangeError naming the first that is wrong, what it is and what it should be
 */
export function checkConfig(config: Config): void {
  checkSizes(config, ["maxT", "V", "Vp", "L", "C", "NH", "NKV", "hs", "F"]);
  oneOf(config, "norm", ["rmsnorm", "layernorm"]);
  oneOf(config, "positions", ["rope", "learned"]);
  oneOf(config, "mlp", ["swiglu", "geglu", "gelu"]);
  oneOf(config, "pairs", ["neighbours", "halves"]);
  oneOf(config, "tied", [true, false]);
  oneOf(config, "scaled", [true, false]);
  const { NH, NKV, hs, eps, base, positions, scaled, scaling, windowSize } = config;
  if (NH % NKV !== 0) {
    throw new RangeError(
      `config: NKV is ${NKV} and NH is ${NH}, but each head of keys serves as many heads of queries: choose NKV so that it divides NH`,
    );
  }
  if (positions === "rope" && hs % 2 !== 0) {
    throw new RangeError(
      `config: hs is ${hs}, expected an even number: rope turns pairs of channels`,
    );
  }
  if (positions === "learned" && scaled) {
    throw new RangeError(
      `config: scaled is true, expected false where positions are learned: what is scaled is the embedding alone`,
    );
  }
  check("eps", eps, eps >= 0 && eps < Infinity, "a finite number, 0 or more");
  check("base", base, base > 0 && base < Infinity, "a finite number over 0");
  if (windowSize !== null) {
    const right = Number.isSafeInteger(windowSize) && windowSize >= 1;
    check("windowSize", windowSize, right, "a positive integer, or null for all tokens");
  }
  if (scaling === null) return;
  for (const name of ["factor", "low", "high", "before"] as const) {
    const value = scaling?.[name];
    check(`scaling.${name}`, value, value > 0 && value < Infinity, "a finite number over 0");
  }
  const { low, high } = scaling;
  check("scaling.high", high, high > low, `a number over scaling.low = ${low}`);
}

function check(name: string, value: number, right: boolean, expected: string): void {
  if (typeof value !== "number" || !right) {
    throw new RangeError(`config: ${name} is ${value}, expected ${expected}`);
  }
}

function oneOf<Name extends keyof Config>(
  config: Config,
  name: Name,
  allowed: readonly Config[Name][],
): void {
  if (allowed.includes(config[name])) return;
  const listed = allowed.map((value) => JSON.stringify(value)).join(" or ");
  throw new RangeError(`config: ${name} is ${JSON.stringify(config[name])}, expected ${listed}`);
}
