// Published models as rows of one table of parts, with the sizes that their authors give.
//
// Sources: the papers in kernels/llama/config.ts, and the config.json of each model on Hugging Face (meta-llama/Llama-2-7b-hf,
// meta-llama/Meta-Llama-3-8B, meta-llama/Llama-3.1-8B, mistralai/Mistral-7B-v0.1, google/gemma-2b).

import { type Config, families } from "@llm.ts/kernels/llama/config.ts";
import { countParameters } from "@llm.ts/kernels/models.ts";

interface Row {
  readonly name: string;
  readonly config: Config;
}

const seven = { L: 32, C: 4096, NH: 32, hs: 128 };
const eight = { ...seven, V: 128256, Vp: 128256, NKV: 8, F: 14336 };

export const rows: readonly Row[] = [
  {
    name: "Llama 2 7B",
    config: {
      ...families.llama2,
      ...{ ...seven, maxT: 4096, V: 32000, Vp: 32000, NKV: 32, F: 11008 },
    },
  },
  {
    name: "Mistral 7B",
    config: {
      ...families.mistral,
      ...{ ...seven, maxT: 32768, V: 32000, Vp: 32000, NKV: 8, F: 14336 },
    },
  },
  { name: "Llama 3 8B", config: { ...families.llama3, ...eight, maxT: 8192 } },
  { name: "Llama 3.1 8B", config: { ...families["llama3.1"], ...eight, maxT: 131072 } },
  {
    name: "Gemma 2B",
    config: {
      ...families.gemma,
      ...{ maxT: 8192, V: 256000, Vp: 256000, L: 18, C: 2048, NH: 8, NKV: 1, hs: 256, F: 16384 },
    },
  },
];

/** How many numbers a model has learned, and how many bytes a token leaves in its cache, with 16 bits for each number. */
export const factsOf = (config: Config) => ({
  parameters: countParameters(config),
  cacheBytes: 2 * 2 * config.L * config.NKV * config.hs,
});
