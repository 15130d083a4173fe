// Files disagree on which channels rope turns together: Llama's own and llama.cpp's have pairs of neighbours, Hugging Face's have
// channels half a head apart. With the rows of queries and keys in another order the one is the other, and the model computes the
// same: a score is a sum over the channels of a head, in whatever order they are.

import type { Config as LlamaConfig } from "../llama/config.ts";
import { qkvRows } from "../llama/parameters.ts";
import type { LlamaWeights } from "./weights.ts";

type Pairs = LlamaConfig["pairs"];

/** The same model with its pairs as asked for. */
export function withPairs(weights: LlamaWeights, pairs: Pairs): LlamaWeights {
  const { config } = weights;
  if (config.pairs === pairs) return weights;
  const { NH, NKV, hs, C } = config;
  const head = hs * C; // values of a head's rows
  const heads = qkvRows(config) / hs; // of queries, keys and values
  return {
    config: { ...config, pairs },
    async read(name, start, into) {
      if (name !== "qkvw") return weights.read(name, start, into);
      let at = start;
      while (at < start + into.length) {
        const h = Math.floor(at / head);
        const end = Math.min((h + 1) * head, start + into.length);
        const part = into.subarray(at - start, end - start);
        if (h % heads >= NH + NKV) await weights.read(name, at, part);
        else {
          const rows = new Float32Array(head);
          await weights.read(name, h * head, rows);
          part.set(reordered(rows, hs, C, pairs).subarray(at - h * head, end - h * head));
        }
        at = end;
      }
    },
  };
}

/** The rows of one head: those that are neighbours in the one order are half a head apart in the other. */
function reordered(
  rows: Float32Array<ArrayBuffer>,
  hs: number,
  C: number,
  to: Pairs,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(rows.length);
  for (let i = 0; i < hs; i++) {
    const half = (i % 2) * (hs / 2) + Math.floor(i / 2); // of the neighbour i
    const [from, into] = to === "neighbours" ? [half, i] : [i, half];
    out.set(rows.subarray(from * C, (from + 1) * C), into * C);
  }
  return out;
}
