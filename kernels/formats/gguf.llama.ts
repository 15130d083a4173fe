// Llama, Mistral and Gemma in a GGUF. Llama and Mistral are one architecture there, whose queries and keys have their pairs side
// by side; Gemma is one of its own, with Hugging Face's order, its norms' weights whole, and no head.
//
// Names and keys are those that llama.cpp's own script writes. Source: https://github.com/ggml-org/llama.cpp,
// convert_hf_to_gguf.py, `LlamaModel` and `GemmaModel`, and gguf-py/gguf/constants.py.

import { type Config, checkConfig, families } from "../llama/config.ts";
import { scalingFactors } from "../llama/constants.ts";
import { paddedVocabulary } from "../model/config.ts";
import { embedding, head, type Layout } from "./gguf.layout.ts";
import { fault, type GgufHeader, type Typed, type Value } from "./gguf.metadata.ts";
import type { Name } from "./huggingface.llama.layout.ts";
import type { Names } from "./weights.ts";

const keys = ({ NKV, hs }: Config) => NKV * hs;

const names: Names<Name, Config> = {
  wte: embedding,
  ln1w: "blk.{l}.attn_norm.weight",
  qkvw: [
    { key: "blk.{l}.attn_q.weight", rows: ({ NH, hs }) => NH * hs },
    { key: "blk.{l}.attn_k.weight", rows: keys },
    { key: "blk.{l}.attn_v.weight", rows: keys },
  ],
  attprojw: "blk.{l}.attn_output.weight",
  ln2w: "blk.{l}.ffn_norm.weight",
  fcw: [
    { key: "blk.{l}.ffn_gate.weight", rows: ({ F }) => F },
    { key: "blk.{l}.ffn_up.weight", rows: ({ F }) => F },
  ],
  fcprojw: "blk.{l}.ffn_down.weight",
  lnfw: "output_norm.weight",
  headw: head,
};

/** How slow turns are slowed down, pair by pair: a tensor, as llama.cpp has no rule for it. */
export const factorsKey = "rope_freqs.weight";

/** The rule that the factors come from, which only files that are written here give. */
const rule = ["factor", "low", "high", "before"] as const;
const ruleKey = (part: keyof RopeScaling) => `llm.ts.rope_scaling.${part}`;

/** What llama.cpp computes in each of the two, and no file says. */
const fixed = {
  llama: { mlp: "swiglu", scaled: false, pairs: "neighbours" },
  gemma: { mlp: "geglu", scaled: true, pairs: "halves" },
} as const;

export type LlamaArchitecture = keyof typeof fixed;

type RopeScaling = NonNullable<Config["scaling"]>;

/** Which of llama.cpp's architectures computes what this config says. @throws RangeError naming what neither of them has */
export function llamaArchitectureOf(config: Config): LlamaArchitecture {
  const refuse = (what: string): never => {
    throw new RangeError(
      `GGUF: llama.cpp's llama and gemma have no ${what}; a checkpoint of this project holds such a model`,
    );
  };
  const { norm, positions, mlp, scaled, tied, scaling } = config;
  if (norm !== "rmsnorm") return refuse(`${norm}`);
  if (positions !== "rope") return refuse(`positions that are ${positions}`);
  if (mlp === "gelu") return refuse("MLP without a gate");
  if (scaled !== (mlp === "geglu")) {
    return refuse(
      scaled ? "scaled embeddings beside a gate of silu" : "gate of GELU without scaled embeddings",
    );
  }
  if (!scaled) return "llama";
  if (!tied) return refuse("head of its own in a Gemma");
  return scaling === null ? "gemma" : refuse("angles that are stretched in a Gemma");
}

/** The order in which the rows of queries and keys are written. */
export const pairsOf = (architecture: LlamaArchitecture): Config["pairs"] =>
  fixed[architecture].pairs;

/**
 * The longest text that is read by the file. llama.cpp has no window in these architectures; within one a window changes
 * nothing, so that texts may be as long as it.
 */
export const longest = ({ maxT, windowSize }: Config): number => Math.min(maxT, windowSize ?? maxT);

/** @param architecture as the file says */
export function llamaLayout(architecture: LlamaArchitecture): Layout<Config, Name> {
  return {
    names,
    configOf: (header, size) => configOf(architecture, header, size),
    metadataOf: (config) => metadataOf(architecture, config),
    constantsOf: (config) =>
      config.scaling ? [{ key: factorsKey, values: scalingFactors(config, config.scaling) }] : [],
    reasonFor: (key, { L }) => reasonFor(key, L, architecture),
  };
}

function configOf(
  architecture: LlamaArchitecture,
  { metadata, tensors }: GgufHeader,
  size: (key: string) => number,
): Config {
  const has = (key: string) => metadata.has(`${architecture}.${key}`);
  refuseParts(architecture, metadata);
  const [C, NH] = [size("embedding_length"), size("attention.head_count")];
  const V = size("vocab_size");
  const hs = has("attention.key_length") ? size("attention.key_length") : C / NH;
  const alike = { "attention.value_length": hs, "rope.dimension_count": hs };
  for (const [key, expected] of Object.entries(alike)) {
    if (has(key) && size(key) !== expected) {
      throw fault(
        `${architecture}.${key} is ${size(key)}, but its heads have ${hs} channels: others are not computed here`,
      );
    }
  }
  const base = has("rope.freq_base") ? size("rope.freq_base") : 10_000;
  const config: Config = {
    maxT: size("context_length"),
    V,
    Vp: paddedVocabulary(V),
    L: size("block_count"),
    C,
    NH,
    NKV: has("attention.head_count_kv") ? size("attention.head_count_kv") : NH,
    hs,
    F: size("feed_forward_length"),
    norm: "rmsnorm",
    positions: "rope",
    ...fixed[architecture],
    tied: architecture === "gemma" || !tensors.some(({ name }) => name === head),
    eps: shortest(size("attention.layer_norm_rms_epsilon")),
    base: shortest(base),
    scaling: tensors.some(({ name }) => name === factorsKey) ? scalingOf(metadata) : null,
    windowSize: has("attention.sliding_window") ? size("attention.sliding_window") : null,
  };
  try {
    checkConfig(config);
  } catch (error) {
    throw fault(`its model cannot be: ${(error as Error).message}`);
  }
  return config;
}

/** @throws FormatError naming the first part that the model has and that is not computed here */
function refuseParts(architecture: LlamaArchitecture, metadata: GgufHeader["metadata"]): void {
  const refuse = (key: string, what: string) => {
    const value = metadata.get(`${architecture}.${key}`);
    throw fault(`${architecture}.${key} is ${value}: ${what}, which is not computed here`);
  };
  const is = (key: string, usual: readonly Value[]) =>
    usual.includes(metadata.get(`${architecture}.${key}`) ?? usual[0]);
  if (!is("expert_count", [0])) refuse("expert_count", "its MLPs are experts");
  if (!is("rope.scaling.type", ["none"])) refuse("rope.scaling.type", "its angles are stretched");
  for (const key of ["rope.scaling.factor", "rope.scale_linear"]) {
    if (!is(key, [1, 0])) refuse(key, "its angles are stretched evenly");
  }
  for (const key of ["attn_logit_softcapping", "final_logit_softcapping"]) {
    if (!is(key, [0])) refuse(key, "it has a soft cap");
  }
  for (const key of ["logit_scale", "embedding_scale", "residual_scale", "attention.scale"]) {
    if (!is(key, [0])) refuse(key, "it multiplies what others do not");
  }
  if (!is("attention.causal", [true]))
    refuse("attention.causal", "its tokens see those after them");
}

/** The rule as the file gives it; where it gives none, Llama 3.1's. */
function scalingOf(metadata: GgufHeader["metadata"]): RopeScaling {
  const part = (name: keyof RopeScaling) => {
    const value = metadata.get(ruleKey(name)) ?? families["llama3.1"].scaling[name];
    if (typeof value === "number") return shortest(value);
    throw fault(`${ruleKey(name)} is ${value}, expected a number`);
  };
  return { factor: part("factor"), low: part("low"), high: part("high"), before: part("before") };
}

/**
 * The config, once the factors have been read. Where the file does not give the rule, the largest of them is its factor: in that
 * alone Llama 3.2 and 3.3 may differ from 3.1.
 *
 * @throws FormatError if they are not those of Llama 3.1's rule
 */
export function withFactors(
  config: Config,
  { metadata }: GgufHeader,
  factors: Float32Array,
): Config {
  if (!config.scaling) return config;
  const largest = factors.reduce((most, each) => Math.max(most, each), 0);
  const told = metadata.has(ruleKey("factor"));
  const scaling = { ...config.scaling, ...(!told && { factor: shortest(largest) }) };
  const expected = scalingFactors(config, scaling);
  const i = factors.findIndex((each, i) => !(Math.abs(each / expected[i] - 1) < 1e-5));
  if (i >= 0) {
    throw fault(
      `value ${i} of ${factorsKey} is ${factors[i]}, but the rule of Llama 3.1 makes it ${expected[i]}: angles that are stretched otherwise are not computed here`,
    );
  }
  return { ...config, scaling };
}

/** The shortest decimal that is this number in float32: what was meant. */
function shortest(value: number): number {
  const wanted = Math.fround(value);
  for (let digits = 1; digits <= 9; digits++) {
    const decimal = Number(wanted.toPrecision(digits));
    if (Math.fround(decimal) === wanted) return decimal;
  }
  return value;
}

function metadataOf(architecture: LlamaArchitecture, config: Config): [string, Typed][] {
  const { V, L, C, NH, NKV, hs, F, eps, base, scaling } = config;
  const sizes: [string, number][] = [
    ["block_count", L],
    ["context_length", longest(config)],
    ["embedding_length", C],
    ["feed_forward_length", F],
    ["attention.head_count", NH],
    ["attention.head_count_kv", NKV],
    ["attention.key_length", hs],
    ["attention.value_length", hs],
    ["rope.dimension_count", hs],
    ["vocab_size", V],
  ];
  const parts = scaling ? rule.map((part) => [part, scaling[part]] as const) : [];
  return [
    ...sizes.map(([key, size]): [string, Typed] => [`${architecture}.${key}`, ["uint32", size]]),
    [`${architecture}.attention.layer_norm_rms_epsilon`, ["float32", eps]],
    [`${architecture}.rope.freq_base`, ["float32", base]],
    ...parts.map(([part, value]): [string, Typed] => [ruleKey(part), ["float32", value]]),
  ];
}

function reasonFor(key: string, L: number, architecture: LlamaArchitecture): string {
  if (/\.attn_(q|k)_norm\.weight$/.test(key)) {
    return "so its queries and keys are normed, which is not computed here";
  }
  if (key.endsWith(".bias")) return "so it has biases, which are not computed here";
  if (/_exps\.|_inp\.|\.ffn_(gate|up|down)\.\d+\./.test(key)) {
    return "so its MLPs are experts, which are not computed here";
  }
  if (/^rope_factors/.test(key)) {
    return "so its angles are stretched by a rule that is not computed here";
  }
  const layer = /^blk\.(\d+)\./.exec(key)?.[1];
  if (layer !== undefined && Number(layer) >= L) {
    return `but the file says that there are ${L} layers (${architecture}.block_count)`;
  }
  return `which a model of architecture ${architecture} does not have: it is another model`;
}
