// The sizes of a GPT-2, and the ones that this site offers.

/** The sizes that say which model it is. How many texts it reads at once, and of what length, is not part of it. */
export interface Config {
  /** Longest text in tokens: the number of positions that have an embedding. */
  readonly maxT: number;
  /** Vocabulary: number of different tokens. */
  readonly V: number;
  /** V rounded up to a multiple of 128, so that the widest matmul has even rows. Rows V to Vp - 1 of wte are 0. */
  readonly Vp: number;
  /** Layers. */
  readonly L: number;
  /** Heads of attention in each layer. */
  readonly NH: number;
  /** Channels: length of the vector that stands for a token. Each head has hs = C / NH of them. */
  readonly C: number;
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

/** V rounded up to the next multiple of 128. */
export function paddedVocabulary(V: number): number {
  return Math.ceil(V / 128) * 128;
}

/**
 * Checks that a model of these sizes can exist.
 *
 * @throws RangeError naming the first size that is wrong, what it is and what it should be
 */
export function checkConfig(config: Config): void {
  for (const name of ["maxT", "V", "Vp", "L", "NH", "C"] as const) {
    const size = config[name];
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(`config: ${name} is ${size}, expected a positive integer`);
    }
  }
  const { V, Vp, NH, C } = config;
  if (C % NH !== 0) {
    throw new RangeError(
      `config: C is ${C} and NH is ${NH}, but the heads share the channels evenly: choose NH so that it divides C`,
    );
  }
  if (Vp % 128 !== 0) {
    throw new RangeError(
      `config: Vp is ${Vp}, expected a multiple of 128: ${paddedVocabulary(V)} for V = ${V}`,
    );
  }
  if (Vp < V) {
    throw new RangeError(`config: Vp is ${Vp}, expected at least V = ${V}`);
  }
}

/**
 * Checks that a model of this config can work on B texts of T tokens.
 *
 * @param caller name of the function that was asked to, the first word of the message
 * @throws RangeError if B or T is not a positive integer or T is over maxT
 */
export function checkBatch(caller: string, config: Config, B: number, T: number): void {
  for (const [name, size] of [
    ["B", B],
    ["T", T],
  ] as const) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(`${caller}: ${name} is ${size}, expected a positive integer`);
    }
  }
  if (T > config.maxT) {
    throw new RangeError(
      `${caller}: T is ${T}, expected at most maxT = ${config.maxT}: the model has no embedding for later positions`,
    );
  }
}
