// A small GPT-2 that was trained on the plays, for figures: what it makes of a reader's sentence. toy.bin, in bfloat16, is from
//
//   npm run train -- --L 2 --NH 4 --C 64 --B 8 --steps 12000 --lr 4e-3 --warmup 200 --final-rate 0.05 --decay 0.1
//     --beta2 0.95 --clip 1 --order shuffled --save toy.safetensors

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { readModel } from "@llm.ts/kernels/formats/llmc.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { writeTensors } from "@llm.ts/kernels/model/model.ts";
import type { AnyModel } from "@llm.ts/kernels/models.ts";
import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";
import { createEmbeddings } from "../training/inside/embeddings.ts";
import { type Inside, lookInside, type Question } from "../training/inside/inside.ts";
import { tokenizerOf } from "../training/tokenizers.ts";

export const toyTokens = 24; // that it looks at, at most

/** What the toy model makes of a sentence. */
export type LookAt = (
  sentence: string,
  question?: Partial<Question>,
) => Promise<Omit<Inside, "step">>;

/** @param bytes of toy.bin */
export function createToy(bytes: Uint8Array): LookAt {
  const { config, parameters } = readModel(bytes);
  // As for training, for a model that only writes keeps one layer of activations for all.
  const model = createGPT2(createCpu(Float32Array), config, {
    ...{ B: 1, T: toyTokens, training: true, attention: "kept" },
  });
  writeTensors(model, "parameters", parameters);
  const { encode, bytes: spelled } = tokenizerOf(undefined, config.V);
  const spell = (id: number) =>
    new TextDecoder().decode(Uint8Array.from(id === config.V - 1 ? [] : spelled(id)));
  const embeddings = createEmbeddings([]);
  return (sentence, question) =>
    lookInside(model as unknown as AnyModel<Floats, Ints>, encode(sentence), spell, embeddings, {
      ...{ sentence, position: null, attention: true, lens: false, embeddings: false },
      ...question,
    });
}
