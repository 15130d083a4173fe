// A small model and what it reads: sentences of four words each, in which one animal meets another. Everything that a cell of
// this lesson trains is trained on them.

import type { Config } from "@llm.ts/kernels/gpt2/config.ts";
import type { Batch } from "@llm.ts/kernels/model/batch.ts";
import { openStream, uniform } from "@llm.ts/kernels/runtime/random.ts";

const words = ["cat", "dog", "owl", "fox", "hen", "sees", "hears", "meets", "the", "."];

export const config: Config = { maxT: 8, V: words.length, Vp: 128, L: 1, NH: 2, C: 16 };
export const [B, T] = [2, 8];

/** Over how many tokens the loss is a mean, as in a large run. A batch here is the first B T of them. */
export const batchTokens = 2 ** 22;

/** The batch of a step: always the same one for the same step. */
export function batchOf(step: number): Batch {
  const stream = openStream(step, 7);
  const pick = (from: number, count: number, index: number) =>
    from + Math.floor(uniform(stream, index) * count);
  const [inputs, targets] = [new Int32Array(B * T), new Int32Array(B * T)];
  for (let b = 0; b < B; b++) {
    const ids = Array.from({ length: 3 }, (_, n) => {
      const at = 3 * (3 * b + n);
      // "the cat sees the dog ." An animal always meets another, and owls only hear.
      const who = pick(0, 5, at);
      const whom = (who + 1 + pick(0, 4, at + 1)) % 5;
      return [8, who, who === 2 ? 6 : pick(5, 3, at + 2), 8, whom, 9];
    }).flat();
    inputs.set(ids.slice(0, T), b * T);
    targets.set(ids.slice(1, T + 1), b * T);
  }
  return { inputs, targets };
}
