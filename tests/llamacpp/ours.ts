// Our own side of the comparison with llama.cpp: logits, and the likeliest tokens.

import type { Tables } from "@llm.ts/kernels/model/architecture.ts";
import { readLogits } from "@llm.ts/kernels/model/classifier.ts";
import type { Model } from "@llm.ts/kernels/model/model.ts";
import type { Floats } from "@llm.ts/kernels/runtime/check.ts";
import { expect } from "vitest";

type Ours<A extends Tables> = Model<A, Floats, Int32Array>;

/** Our logits after each token of a text: (T, V). */
export async function ourLogits<A extends Tables>(
  model: Ours<A>,
  tokens: readonly number[],
): Promise<Floats[]> {
  const { V, Vp } = model.config;
  const inputs = new Int32Array(model.sizes.T);
  inputs.set(tokens);
  model.architecture.forward(model, inputs);
  const logits = await readLogits(model, 0, tokens.length);
  return tokens.map((_, t) => logits.slice(t * Vp, t * Vp + V));
}

/** Our likeliest tokens after a prompt, and how far each was ahead of the second. */
export async function ourGreedy<A extends Tables>(
  model: Ours<A>,
  prompt: readonly number[],
  length: number,
) {
  const tokens = [...prompt];
  const leads: number[] = [];
  while (tokens.length < prompt.length + length) {
    const logits = (await ourLogits(model, tokens))[tokens.length - 1];
    const [first, second] = [...logits.keys()].sort((a, b) => logits[b] - logits[a]);
    tokens.push(first);
    leads.push(logits[first] - logits[second]);
  }
  return { tokens: tokens.slice(prompt.length), leads };
}

/** The largest difference of two models' logits, over their spread in ours. */
export function difference(theirs: readonly number[][], expected: readonly Floats[]): number {
  let [largest, highest, lowest] = [0, -Infinity, Infinity];
  expected.forEach((row, t) => {
    expect(theirs[t]).toHaveLength(row.length);
    row.forEach((logit, token) => {
      largest = Math.max(largest, Math.abs(theirs[t][token] - logit));
      highest = Math.max(highest, logit);
      lowest = Math.min(lowest, logit);
    });
  });
  return largest / (highest - lowest);
}
