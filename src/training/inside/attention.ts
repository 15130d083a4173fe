// Where each head looks. Training need not keep attention's weights, so they are computed here from q, k and v, by the kernel
// of the lesson.

import { attentionForward } from "@llm.ts/kernels/attention/attention.ts";
import type { GPT2 } from "@llm.ts/kernels/gpt2/tables.ts";

export interface AttentionMaps {
  L: number;
  NH: number;
  /** (L, NH, n, n): how much each of n tokens, by rows, takes from each; 0 from later ones. */
  weights: Float32Array<ArrayBuffer>;
}

/**
 * @param model that has just read one text
 * @param n tokens of it that are looked at, the first ones
 */
export async function attentionMaps<Tensor, Ids>(
  { backend, config, acts }: GPT2<Tensor, Ids>,
  n: number,
): Promise<AttentionMaps> {
  const { L, NH, C } = config;
  const size = NH * n * n;
  const weights = new Float32Array(L * size);
  const [out, preatt] = [new Float32Array(n * C), new Float32Array(size)];
  for (let l = 0; l < L; l++) {
    const qkv = await backend.read(backend.view(acts.layers[l].qkv, 0, n * 3 * C));
    const att = weights.subarray(l * size, (l + 1) * size);
    attentionForward(out, preatt, att, qkv, 1, n, C, NH);
  }
  return { L, NH, weights };
}
