// Cuts a text's tokens into windows of T and deals them out, B at a time: the batches that training and validation read.
//
// Window w is the tokens from w*T to w*T + T - 1; its targets are the same, one further on. So a text of n tokens has
// floor((n - 1) / T) windows, and every token but a few at the end is the target of exactly one.

import { mersenneTwister } from "../runtime/mersenne.ts";
import { hash, openStream } from "../runtime/random.ts";

/** Deals out batches. The two arrays are allocated once and written over by each call of `next`. */
export interface DataLoader {
  readonly inputs: Int32Array<ArrayBuffer>; // (B, T)
  readonly targets: Int32Array<ArrayBuffer>; // (B, T): targets[b, t] is the token after inputs[b, t]
  /** Windows in one pass over the text. */
  readonly windows: number;
  /** Fills inputs and targets with the next B windows. */
  next(): void;
  /**
   * Windows dealt so far, in all passes over the text. To go on later with the very same batches, keep this number (and the
   * seed) and set it on a new loader.
   */
  position: number;
}

/** Which window is dealt at a position. */
type Order = (position: number, windows: number) => number;

/**
 * Batches to train on: each pass over the text (an epoch) deals every window once, in an order of its own, which depends on
 * (seed, epoch) alone. A batch may take the last windows of one epoch and the first of the next.
 *
 * @param tokens all tokens of the training text; not copied
 * @param B windows in a batch
 * @param T tokens in a window
 * @param seed integer from 0 to 2^32 - 1
 * @throws RangeError if B or T is not a positive integer, seed is out of range, or the text has fewer than T + 1 tokens
 */
export function createLoader(
  tokens: Uint16Array | Int32Array,
  B: number,
  T: number,
  seed: number,
): DataLoader {
  let epoch = -1;
  let order = new Uint32Array();
  openStream(seed, firstStream); // a seed out of range is named here, not in the middle of a run
  return deal("createLoader", tokens, B, T, (position, windows) => {
    const wanted = Math.floor(position / windows);
    if (wanted !== epoch) {
      order = shuffled(windows, seed, wanted);
      epoch = wanted;
    }
    return order[position % windows];
  });
}

/**
 * Batches to measure the loss on: the windows in the order of the text, so that batch k is always the same. After the last
 * it begins again; set position to 0 before each measurement.
 *
 * @param tokens all tokens of the validation text; not copied
 * @throws RangeError if B or T is not a positive integer or the text has fewer than T + 1 tokens
 */
export function createValidationLoader(
  tokens: Uint16Array | Int32Array,
  B: number,
  T: number,
): DataLoader {
  return deal("createValidationLoader", tokens, B, T, (position, windows) => position % windows);
}

/**
 * Batches in the order in which llm.c's train_gpt2.c deals them: the text is cut into batches of B*T tokens in a row, of which
 * each epoch deals every one once; what is left at the end is not read. Source: https://github.com/karpathy/llm.c,
 * llmc/dataloader.h.
 *
 * @param shuffled whether each epoch has an order of its own, from the Mersenne Twister with llm.c's seed; or that of the
 *   text, as in llm.c before it shuffled
 * @throws RangeError if B or T is not a positive integer or the text has fewer than B*T + 1 tokens
 */
export function createLlmcLoader(
  tokens: Uint16Array | Int32Array,
  B: number,
  T: number,
  shuffled: boolean,
): DataLoader {
  const caller = "createLlmcLoader";
  checkSize(caller, "B", B);
  checkSize(caller, "T", T);
  if (tokens.length < B * T + 1) {
    throw new RangeError(
      `${caller}: the text has ${tokens.length} tokens, expected at least B*T + 1 = ${B * T + 1}: use a longer text, or a smaller B or T`,
    );
  }
  const batches = Math.floor((tokens.length - 1) / (B * T));
  const orderOf = shuffled ? llmcOrders(batches) : () => null;
  return deal(caller, tokens, B, T, (position) => {
    const batch = Math.floor(position / B);
    const order = orderOf(Math.floor(batch / batches));
    return (order?.[batch % batches] ?? batch % batches) * B + (position % B);
  });
}

const llmcSeed = 42;

/** The order of each epoch: one generator goes through all of them, so that each depends on those before it. */
function llmcOrders(batches: number): (epoch: number) => Uint32Array {
  let next = mersenneTwister(llmcSeed);
  let epoch = -1;
  const order = new Uint32Array(batches);
  return (wanted) => {
    if (wanted < epoch) {
      next = mersenneTwister(llmcSeed);
      epoch = -1;
    }
    for (; epoch < wanted; epoch++) {
      for (let i = 0; i < batches; i++) order[i] = i;
      for (let i = batches - 1; i > 0; i--) {
        const j = next() % (i + 1);
        [order[i], order[j]] = [order[j], order[i]];
      }
    }
    return order;
  };
}

function deal(
  caller: string,
  tokens: Uint16Array | Int32Array,
  B: number,
  T: number,
  order: Order,
): DataLoader {
  checkSize(caller, "B", B);
  checkSize(caller, "T", T);
  if (tokens.length < T + 1) {
    throw new RangeError(
      `${caller}: the text has ${tokens.length} tokens, expected at least T + 1 = ${T + 1}: use a longer text, or a smaller T`,
    );
  }
  const windows = Math.floor((tokens.length - 1) / T);
  const inputs = new Int32Array(B * T);
  const targets = new Int32Array(B * T);
  let dealt = 0;
  return {
    inputs,
    targets,
    windows,
    next() {
      for (let b = 0; b < B; b++) {
        const start = order(dealt++, windows) * T;
        inputs.set(tokens.subarray(start, start + T), b * T);
        targets.set(tokens.subarray(start + 1, start + 1 + T), b * T);
      }
    },
    get position() {
      return dealt;
    },
    set position(value) {
      if (!Number.isSafeInteger(value) || value < 0) {
        throw new RangeError(
          `DataLoader: position is ${value}, expected a number of windows from 0`,
        );
      }
      dealt = value;
    },
  };
}

// Random streams from here on, one for each epoch, belong to the order of the data. The parameters have 0 to 15, sampling
// has 1000.
const firstStream = 2000;

/** The numbers 0 to length - 1 in the order of this epoch. Source: Fisher and Yates 1938, as in Knuth, TAOCP 2, 3.4.2 P. */
function shuffled(length: number, seed: number, epoch: number): Uint32Array<ArrayBuffer> {
  const stream = openStream(seed, firstStream + epoch);
  const order = Uint32Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = hash(stream, i) % (i + 1); // uneven by less than (i + 1) / 2^32
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

function checkSize(caller: string, name: string, size: number): void {
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new RangeError(`${caller}: ${name} is ${size}, expected a positive integer`);
  }
}
