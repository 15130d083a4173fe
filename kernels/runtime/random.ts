// Random numbers that are the same in TypeScript and in Python, to the last bit. gpt2/generator.py is the twin.
//
// There is no state to carry from one number to the next: the number with a given index in a given stream of a given
// seed is a hash of the three, so any of them can be had at once and in any order. Only 32-bit integer steps, exact
// sums, and single roundings are used; a logarithm or a cosine may differ in its last bit from one language to another.
//
// Source of fmix32: Austin Appleby, MurmurHash3 (public domain), its last step.

const golden = 0x9e3779b9; // 2^32 / golden ratio: sends small numbers far apart

/** Streams that are not a parameter's; those have the numbers of their places in the table, from 0 to 15. */
export const streams = { sampling: 1000 } as const;

/** Mixes 32 bits so that each bit of the result depends on all of them. One to one: no two inputs share a result. */
export function fmix32(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A stream of numbers: what the seed and the number of the stream come to. Each hash of the stream needs it. */
export interface Stream {
  readonly key1: number;
  readonly key2: number;
}

/**
 * @param seed integer from 0 to 2^32 - 1
 * @param stream integer from 0 to 2^32 - 1
 * @throws RangeError if either is not
 */
export function openStream(seed: number, stream: number): Stream {
  checkWord("openStream", "seed", seed);
  checkWord("openStream", "stream", stream);
  const key1 = fmix32(seed ^ fmix32(stream + golden));
  return { key1, key2: fmix32(key1 + golden) };
}

/** The 32 random bits at `index`, taken modulo 2^32, as an integer from 0 to 2^32 - 1. */
export function hash({ key1, key2 }: Stream, index: number): number {
  return fmix32(fmix32(index ^ key1) + key2); // two rounds: with one, two streams would be each other, shifted
}

/** A number in [0, 1), one of 2^32 evenly spaced ones. */
export function uniform(stream: Stream, index: number): number {
  return hash(stream, index) / 2 ** 32;
}

/**
 * A number of mean 0 and variance 1 whose distribution is very nearly normal: the sum of the eight 16-bit halves of
 * four hashes, centred and scaled. It never exceeds 4.9 in size, where a true normal does once in a million.
 */
export function normal(stream: Stream, index: number): number {
  let sum = 0;
  for (let i = 4 * index; i < 4 * index + 4; i++) {
    const h = hash(stream, i);
    sum += (h >>> 16) + (h & 0xffff);
  }
  return (sum - mean) / deviation;
}

// One half is an integer from 0 to 65535, all equally likely: mean 65535 / 2, variance (65536^2 - 1) / 12.
const mean = (8 * 65535) / 2;
const deviation = Math.sqrt((8 * (65536 ** 2 - 1)) / 12);

/** A place in the stream for sampling, to be kept in a checkpoint. */
export interface RandomState {
  readonly seed: number;
  /** Index of the next number. */
  counter: number;
}

/** The next number in [0, 1). Moves the counter on by one. */
export function nextUniform(state: RandomState): number {
  return uniform(openStream(state.seed, streams.sampling), state.counter++);
}

function checkWord(caller: string, name: string, value: number): void {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** 32) {
    throw new RangeError(`${caller}: ${name} is ${value}, expected an integer from 0 to 2^32 - 1`);
  }
}
