// The sizes that every language model has, whatever its layers.

/** The sizes that model/ needs to know. An architecture adds its own: heads, hidden channels. */
export interface ModelConfig {
  /** Longest text in tokens. */
  readonly maxT: number;
  /** Vocabulary: number of different tokens. */
  readonly V: number;
  /** V rounded up to a multiple of 128, so that the widest matmul has even rows. Rows V to Vp - 1 of a table of tokens are 0. */
  readonly Vp: number;
  /** Layers. */
  readonly L: number;
  /** Channels: length of the vector that stands for a token. */
  readonly C: number;
}

/** V rounded up to the next multiple of 128. */
export function paddedVocabulary(V: number): number {
  return Math.ceil(V / 128) * 128;
}

/**
 * Checks that sizes are positive integers, and that the vocabulary is padded.
 *
 * @param names the sizes to look at, in the order in which they are reported
 * @throws RangeError naming the first size that is wrong, what it is and what it should be
 */
export function checkSizes<C extends ModelConfig>(config: C, names: readonly (keyof C)[]): void {
  for (const name of names) {
    const size = config[name];
    if (!Number.isSafeInteger(size) || (size as number) < 1) {
      throw new RangeError(`config: ${String(name)} is ${size}, expected a positive integer`);
    }
  }
  const { V, Vp } = config;
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
export function checkBatch(caller: string, config: ModelConfig, B: number, T: number): void {
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
      `${caller}: T is ${T}, expected at most maxT = ${config.maxT}: the model reads no longer text`,
    );
  }
}
