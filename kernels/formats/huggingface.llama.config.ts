// config.json of Llama, Mistral and Gemma, which is beside the weights and says what their shapes do not: heads, angles, windows,
// how the MLP bends. Read and written. What cannot be computed here is refused by its name: a model read as another one would
// write nonsense, and nobody would know why.
//
// Fields and their defaults are those of transformers: LlamaConfig, MistralConfig and GemmaConfig.

import { type Config, checkConfig } from "../llama/config.ts";
import { paddedVocabulary } from "../model/config.ts";
import { FormatError } from "./error.ts";
import { parseObject } from "./json.ts";
import { missingOf } from "./relatives.ts";

export type ModelType = "llama" | "mistral" | "gemma";

/** What a config.json says. */
export interface Described {
  readonly type: ModelType;
  readonly config: Config;
  /** Whether the file says itself that the head is the table of embeddings, or that it is not. */
  readonly tiedSaid: boolean;
  /** What was taken for granted, in whole sentences. */
  readonly notes: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/** What transformers takes where a file does not say. */
const defaults = {
  llama: { hidden_act: "silu", tied: false },
  mistral: { hidden_act: "silu", tied: false, NKV: 8 },
  gemma: { hidden_act: "gelu_pytorch_tanh", tied: true, NKV: 16 },
} as const;

const bends: Readonly<Record<string, Config["mlp"]>> = {
  silu: "swiglu",
  swish: "swiglu",
  gelu_pytorch_tanh: "geglu",
  gelu_new: "geglu",
  gelu_fast: "geglu",
};

/** Whether the config is of an architecture that is read here, and not a GPT-2's. @throws FormatError if it is no JSON */
export function isLlamaConfig(text: string): boolean {
  const { model_type } = parseObject("config.json", text);
  return model_type !== undefined && model_type !== "gpt2";
}

/**
 * @param text of config.json
 * @throws FormatError naming the first thing that is wrong, or that cannot be computed here
 */
export function readLlamaConfig(text: string): Described {
  const fields = parseObject("config.json", text);
  const type = typeOf(fields);
  refuseParts(fields);
  const notes: string[] = [];
  const C = size(fields, "hidden_size");
  const NH = size(fields, "num_attention_heads");
  const V = size(fields, "vocab_size");
  const tied = fields.tie_word_embeddings;
  if (tied !== undefined && tied !== null && typeof tied !== "boolean") {
    throw fault(`its tie_word_embeddings is ${shown(tied)}, expected true or false`);
  }
  const config: Config = {
    maxT: size(fields, "max_position_embeddings"),
    V,
    Vp: paddedVocabulary(V),
    L: size(fields, "num_hidden_layers"),
    C,
    NH,
    NKV: size(fields, "num_key_value_heads", keysOf(fields, type)),
    hs: size(fields, "head_dim", type === "gemma" ? 256 : C / NH),
    F: size(fields, "intermediate_size"),
    norm: "rmsnorm",
    positions: "rope",
    mlp: bendOf(fields, type, notes),
    tied: tied ?? defaults[type].tied,
    scaled: type === "gemma",
    eps: number(fields, "rms_norm_eps", 1e-6),
    pairs: "halves",
    ...anglesOf(fields),
    windowSize: windowOf(fields, type),
  };
  const { query_pre_attn_scalar: scalar } = fields;
  if (scalar !== undefined && scalar !== null && scalar !== config.hs) {
    throw fault(
      `its query_pre_attn_scalar is ${shown(scalar)}, but scores are divided here by the root of the head's ${config.hs} channels`,
    );
  }
  try {
    checkConfig(config);
  } catch (error) {
    throw fault(`its model cannot be: ${(error as Error).message}`);
  }
  return { type, config, tiedSaid: typeof tied === "boolean", notes };
}

/** Which of transformers' models computes what this config says. @throws RangeError naming what none of them has */
export function modelTypeOf(config: Config): ModelType {
  const { norm, positions, mlp, scaled, windowSize } = config;
  const refuse = (what: string): never => {
    throw new RangeError(
      `Hugging Face: none of Llama, Mistral and Gemma has ${what}; a checkpoint of this project holds such a model`,
    );
  };
  if (norm !== "rmsnorm") return refuse(`the norm ${norm}`);
  if (positions !== "rope") return refuse(`positions that are ${positions}`);
  if (mlp === "gelu") return refuse("an MLP without a gate");
  if (scaled && windowSize !== null) return refuse("both scaled embeddings and a window");
  if (scaled) return "gemma";
  return windowSize === null ? "llama" : "mistral";
}

const classes = { llama: "Llama", mistral: "Mistral", gemma: "Gemma" } as const;

/**
 * The text of a config.json.
 *
 * @param end id of the token that ends a text, if the model has one
 * @throws RangeError as modelTypeOf does
 */
export function encodeLlamaConfig(config: Config, end?: number): string {
  const { maxT, V, L, C, NH, NKV, hs, F, mlp, tied, eps, base, scaling, windowSize } = config;
  const type = modelTypeOf(config);
  const bend = mlp === "swiglu" ? "silu" : "gelu_pytorch_tanh";
  const fields = {
    architectures: [`${classes[type]}ForCausalLM`],
    model_type: type,
    ...{ num_hidden_layers: L, hidden_size: C, intermediate_size: F },
    ...{ num_attention_heads: NH, num_key_value_heads: NKV, head_dim: hs },
    ...{ vocab_size: V, max_position_embeddings: maxT },
    hidden_act: bend,
    ...(type === "gemma" && { hidden_activation: bend }),
    rms_norm_eps: eps,
    rope_theta: base,
    rope_scaling: scaling && {
      rope_type: "llama3",
      factor: scaling.factor,
      low_freq_factor: scaling.low,
      high_freq_factor: scaling.high,
      original_max_position_embeddings: scaling.before,
    },
    ...(type === "mistral" && { sliding_window: windowSize }),
    ...{ attention_bias: false, mlp_bias: false, tie_word_embeddings: tied },
    ...{ bos_token_id: end ?? null, eos_token_id: end ?? null },
    torch_dtype: "float32",
  };
  return `${JSON.stringify(fields, null, 2)}\n`;
}

function typeOf({ model_type }: Fields): ModelType {
  if (typeof model_type === "string" && Object.hasOwn(defaults, model_type)) {
    return model_type as ModelType;
  }
  const why = missingOf(model_type);
  throw fault(
    why === undefined
      ? `its model_type is ${shown(model_type)}, expected llama, mistral or gemma: it is another model`
      : `its model_type is ${model_type}, which is not computed here: ${why}`,
  );
}

const flags: readonly [field: string, what: string][] = [
  ["attention_bias", "biases in its attention"],
  ["mlp_bias", "biases in its MLPs"],
  ["use_qk_norm", "norms of queries and keys"],
  ["qk_layernorm", "norms of queries and keys"],
  ["attn_logit_softcapping", "a soft cap on its scores"],
  ["final_logit_softcapping", "a soft cap on its logits"],
  ["num_local_experts", "experts instead of MLPs"],
  ["num_experts", "experts instead of MLPs"],
  ["quantization_config", "quantised weights"],
];

/** @throws FormatError naming the first part that the model has and that is not computed here */
function refuseParts(fields: Fields): void {
  for (const [field, what] of flags) {
    const value = fields[field];
    if (value === undefined || value === null || value === false || value === 0) continue;
    throw fault(`its ${field} is ${shown(value)}: it has ${what}, which is not computed here`);
  }
  const part = fields.partial_rotary_factor ?? 1;
  if (part !== 1) {
    throw fault(
      `its partial_rotary_factor is ${shown(part)}: channels are turned in part only, which is not computed here`,
    );
  }
}

function bendOf(fields: Fields, type: ModelType, notes: string[]): Config["mlp"] {
  const { hidden_act, hidden_activation } = fields;
  const chosen = hidden_activation ?? hidden_act ?? defaults[type].hidden_act;
  // Gemma's first files said gelu and meant its approximation, with which the model had been trained.
  if (type === "gemma" && chosen === "gelu") {
    notes.push("Its config.json says gelu: in Gemma that is GELU by tanh, and is computed so.");
    return "geglu";
  }
  if (typeof chosen === "string" && Object.hasOwn(bends, chosen)) return bends[chosen];
  const field = hidden_activation === undefined || hidden_activation === null;
  throw fault(
    `its ${field ? "hidden_act" : "hidden_activation"} is ${shown(chosen)}, expected silu or gelu_pytorch_tanh: no other is computed here`,
  );
}

/** The base of the angles and how they are stretched. Newer files have both in `rope_parameters`. */
function anglesOf(fields: Fields): Pick<Config, "base" | "scaling"> {
  const parameters = object(fields, "rope_parameters");
  const scaling = object(fields, "rope_scaling") ?? parameters;
  const { rope_theta = 10_000 } = { ...parameters, ...fields };
  const base = number({ rope_theta }, "rope_theta");
  const type = scaling?.rope_type ?? scaling?.type ?? "default";
  if (scaling === undefined || type === "default") return { base, scaling: null };
  if (type !== "llama3") {
    throw fault(
      `its angles are stretched as ${shown(type)} does (rope_scaling), expected default or llama3: no other is computed here`,
    );
  }
  return {
    base,
    scaling: {
      factor: number(scaling, "factor"),
      low: number(scaling, "low_freq_factor"),
      high: number(scaling, "high_freq_factor"),
      before: number(scaling, "original_max_position_embeddings"),
    },
  };
}

/** Heads of keys where the file gives no number. A null says: as many as there are queries. */
function keysOf({ num_key_value_heads, num_attention_heads }: Fields, type: ModelType): number {
  const said = num_key_value_heads === null || type === "llama";
  return said ? (num_attention_heads as number) : defaults[type].NKV;
}

/** Only Mistral looks back through a window; Llama and Gemma leave such a field alone. */
function windowOf(fields: Fields, type: ModelType): number | null {
  if (type !== "mistral") return null;
  const { sliding_window = 4096 } = fields;
  return sliding_window === null ? null : size({ sliding_window }, "sliding_window");
}

function size(fields: Fields, name: string, otherwise?: number): number {
  const value = fields[name] ?? otherwise;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return value;
  throw fault(`its ${name} is ${shown(value)}, expected a positive integer`);
}

function number(fields: Fields, name: string, otherwise?: number): number {
  const value = fields[name] ?? otherwise;
  if (typeof value === "number") return value;
  throw fault(`its ${name} is ${shown(value)}, expected a number`);
}

function object(fields: Fields, name: string): Fields | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === "object" && !Array.isArray(value)) return value as Fields;
  throw fault(`its ${name} is ${shown(value)}, expected an object`);
}

const shown = (value: unknown): string => `${JSON.stringify(value)}`;

function fault(what: string): FormatError {
  return new FormatError(`config.json: ${what}`);
}
