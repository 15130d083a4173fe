// Where each head looks. Training need not keep attention's weights, so they are computed here from q, k and v, by the kernels
// of the lessons.

import { attentionForward } from "@llm.ts/kernels/attention/attention.ts";
import { attentionGroupedKeptForward } from "@llm.ts/kernels/attention/grouped.kept.ts";
import type { Backend } from "@llm.ts/kernels/backend.ts";
import { qkvRows } from "@llm.ts/kernels/llama/parameters.ts";
import { type Config, isLlama } from "@llm.ts/kernels/models.ts";
import type { Floats } from "@llm.ts/kernels/runtime/check.ts";
import type { ReadUpTo } from "./inside.ts";

export interface AttentionMaps {
  L: number;
  NH: number;
  /** (L, NH, n, n): how much each of n tokens, by rows, takes from each; 0 from later ones. */
  weights: Float32Array<ArrayBuffer>;
}

/** What of a model is looked at. */
export interface Attending<Tensor, Ids> {
  readonly backend: Backend<Tensor, Ids>;
  readonly config: Config;
  readonly acts: { readonly layers: readonly { readonly qkv: Tensor }[] };
}

/**
 * @param model that has just read one text
 * @param n tokens of it that are looked at, the first ones
 * @param readUpTo called with the number of layers of which the last is looked at next
 */
export async function attentionMaps<Tensor, Ids>(
  { backend, config, acts }: Attending<Tensor, Ids>,
  n: number,
  readUpTo: ReadUpTo,
): Promise<AttentionMaps> {
  const { L, NH, C } = config;
  const row = isLlama(config) ? qkvRows(config) : 3 * C;
  const size = NH * n * n;
  const weights = new Float32Array(L * size);
  for (let l = 0; l < L; l++) {
    readUpTo(l + 1);
    const qkv = await backend.read(backend.view(acts.layers[l].qkv, 0, n * row));
    computeWeights(weights.subarray(l * size, (l + 1) * size), qkv, config, n);
  }
  return { L, NH, weights };
}

/** @param att (NH, n, n), written @param qkv of n tokens; where places are told by turning, turned already */
function computeWeights(att: Float32Array, qkv: Floats, config: Config, n: number): void {
  const { NH, C } = config;
  const preatt = new Float32Array(att.length);
  if (!isLlama(config)) {
    attentionForward(new Float32Array(n * C), preatt, att, qkv, 1, n, C, NH);
    return;
  }
  const { NKV, hs, windowSize } = config;
  const out = new Float32Array(n * NH * hs);
  const seen = windowSize ?? Infinity;
  attentionGroupedKeptForward(out, preatt, att, qkv, seen, 1, n, NH, NKV, hs);
}
