// The sizes of a GPT-2, and the ones that this site offers.

import { checkSizes, type ModelConfig } from "../model/config.ts";

/** The sizes that say which model it is. How many texts it reads at once, and of what length, is not part of it. */
export interface Config extends ModelConfig {
  /** Heads of attention in each layer. Each has hs = C / NH channels. */
  readonly NH: number;
}

// The vocabulary of the three small ones is the beginning of GPT-2's own: 256 bytes, the first 767 merges, and one id
// for <|endoftext|>.
export const presets = {
  tiny: { maxT: 64, V: 1024, Vp: 1024, L: 4, NH: 4, C: 128 },
  small: { maxT: 128, V: 1024, Vp: 1024, L: 6, NH: 6, C: 192 },
  medium: { maxT: 256, V: 1024, Vp: 1024, L: 6, NH: 6, C: 384 },
  "gpt2-124M": { maxT: 1024, V: 50257, Vp: 50304, L: 12, NH: 12, C: 768 },
} as const satisfies Record<string, Config>;

export type Preset = keyof typeof presets;

/**
 * Checks that a model of these sizes can exist.
 *
 * @throws RangeError naming the first size that is wrong, what it is and what it should be
 */
export function checkConfig(config: Config): void {
  checkSizes(config, ["maxT", "V", "Vp", "L", "NH", "C"]);
  const { NH, C } = config;
  if (C % NH !== 0) {
    throw new RangeError(
      `config: C is ${C} and NH is ${NH}, but the heads share the channels evenly: choose NH so that it divides C`,
    );
  }
}
