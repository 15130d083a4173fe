import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import {
  isLlamaConfig,
  readLlamaConfig,
} from "@llm.ts/kernels/formats/huggingface.llama.config.ts";
import { families } from "@llm.ts/kernels/llama/config.ts";
import { describe, expect, test } from "vitest";

// As they are beside published weights, but for what does not concern the layers.
const smol = {
  attention_bias: false,
  hidden_act: "silu",
  hidden_size: 576,
  intermediate_size: 1536,
  is_llama_config: true,
  max_position_embeddings: 8192,
  model_type: "llama",
  num_attention_heads: 9,
  num_hidden_layers: 30,
  num_key_value_heads: 3,
  rms_norm_eps: 1e-5,
  rope_interleaved: false,
  rope_scaling: null,
  rope_theta: 100_000,
  tie_word_embeddings: true,
  vocab_size: 49_152,
};
const llama31 = {
  ...{ model_type: "llama", hidden_act: "silu", attention_bias: false, mlp_bias: false },
  ...{ hidden_size: 4096, intermediate_size: 14_336, num_hidden_layers: 32, vocab_size: 128_256 },
  ...{ num_attention_heads: 32, num_key_value_heads: 8, max_position_embeddings: 131_072 },
  ...{ rms_norm_eps: 1e-5, rope_theta: 500_000, tie_word_embeddings: false, pretraining_tp: 1 },
  rope_scaling: {
    factor: 8,
    low_freq_factor: 1,
    high_freq_factor: 4,
    original_max_position_embeddings: 8192,
    rope_type: "llama3",
  },
};
const mistral = {
  ...{ model_type: "mistral", hidden_act: "silu", sliding_window: 4096, rope_theta: 10_000 },
  ...{ hidden_size: 4096, intermediate_size: 14_336, num_hidden_layers: 32, vocab_size: 32_000 },
  ...{ num_attention_heads: 32, num_key_value_heads: 8, max_position_embeddings: 32_768 },
  ...{ rms_norm_eps: 1e-5, tie_word_embeddings: false },
};
const gemma = {
  ...{ model_type: "gemma", hidden_act: "gelu", hidden_activation: null, attention_bias: false },
  ...{ hidden_size: 2048, intermediate_size: 16_384, num_hidden_layers: 18, vocab_size: 256_000 },
  ...{ num_attention_heads: 8, num_key_value_heads: 1, head_dim: 256, rope_scaling: null },
  ...{ max_position_embeddings: 8192, rms_norm_eps: 1e-6, rope_theta: 10_000 },
};

const read = (fields: object) => readLlamaConfig(JSON.stringify(fields));

describe("config.json", () => {
  test("of SmolLM2, Llama 3.1, Mistral and Gemma says the family's parts and the sizes", () => {
    expect(read(smol).config).toEqual({
      ...{ ...families.llama2, base: 100_000, tied: true, maxT: 8192 },
      ...{ V: 49_152, Vp: 49_152, L: 30, C: 576, NH: 9, NKV: 3, hs: 64, F: 1536 },
    });
    expect(read(llama31).config).toEqual({
      ...{ ...families["llama3.1"], maxT: 131_072, V: 128_256, Vp: 128_256 },
      ...{ L: 32, C: 4096, NH: 32, NKV: 8, hs: 128, F: 14_336 },
    });
    expect(read(mistral).config).toEqual({
      ...{ ...families.mistral, maxT: 32_768, V: 32_000, Vp: 32_000 },
      ...{ L: 32, C: 4096, NH: 32, NKV: 8, hs: 128, F: 14_336 },
    });
    const { config, notes } = read(gemma);
    expect(config).toEqual({
      ...{ ...families.gemma, maxT: 8192, V: 256_000, Vp: 256_000 },
      ...{ L: 18, C: 2048, NH: 8, NKV: 1, hs: 256, F: 16_384 },
    });
    expect(notes).toEqual([
      "Its config.json says gelu: in Gemma that is GELU by tanh, and is computed so.",
    ]);
    expect(read({ ...gemma, hidden_activation: "gelu_pytorch_tanh" }).notes).toEqual([]);
  });

  test("what it leaves out is as transformers has it", () => {
    const few = {
      ...{ hidden_size: 96, intermediate_size: 20, num_hidden_layers: 2, vocab_size: 300 },
      ...{ num_attention_heads: 16, max_position_embeddings: 64 },
    };
    const of = (model_type: string) => read({ ...few, model_type }).config;
    expect(of("llama")).toMatchObject({ NKV: 16, hs: 6, eps: 1e-6, base: 10_000, mlp: "swiglu" });
    expect(of("llama")).toMatchObject({ tied: false, Vp: 384, windowSize: null, scaling: null });
    expect(of("mistral")).toMatchObject({ NKV: 8, hs: 6, windowSize: 4096, tied: false });
    expect(of("gemma")).toMatchObject({ NKV: 16, hs: 256, mlp: "geglu", tied: true, scaled: true });
    const heads = (model_type: string, change: object) =>
      read({ ...few, model_type, num_attention_heads: 32, head_dim: 4, ...change }).config.NKV;
    expect(heads("llama", {})).toBe(32);
    expect(heads("mistral", {})).toBe(8);
    expect(heads("gemma", {})).toBe(16);
    for (const type of ["llama", "mistral"])
      expect(heads(type, { num_key_value_heads: null })).toBe(32);
  });

  test("angles are read from the older fields and the newer one", () => {
    const { rope_scaling, rope_theta, ...rest } = llama31;
    const newer = { ...rest, rope_parameters: { ...rope_scaling, rope_theta } };
    expect(read(newer)).toEqual(read(llama31));
    const plain = { ...rest, rope_parameters: { rope_type: "default", rope_theta: 7 } };
    expect(read(plain).config).toMatchObject({ base: 7, scaling: null });
    const older = {
      ...rest,
      rope_theta,
      rope_scaling: { ...rope_scaling, rope_type: undefined, type: "llama3" },
    };
    expect(read(older)).toEqual(read(llama31));
  });

  test("tells GPT-2's apart", () => {
    expect(isLlamaConfig(JSON.stringify(smol))).toBe(true);
    expect(isLlamaConfig('{"model_type": "qwen3"}')).toBe(true); // and is then refused by its name
    expect(isLlamaConfig('{"model_type": "gpt2"}')).toBe(false);
    expect(isLlamaConfig('{"n_head": 12}')).toBe(false);
  });

  const refused: [string, object | string, string][] = [
    ["no JSON", "{", "it is not JSON"],
    ["a list", "[]", "it is JSON, but no object: it should begin with {"],
    [
      "no type",
      { ...smol, model_type: undefined },
      "its model_type is undefined, expected llama, mistral or gemma",
    ],
    ["another type", { ...smol, model_type: "bloom" }, 'its model_type is "bloom", expected llama'],
    [
      "a type of an object's own",
      { ...smol, model_type: "constructor" },
      'its model_type is "constructor", expected llama',
    ],
    [
      "Gemma 2",
      { ...gemma, model_type: "gemma2" },
      "its model_type is gemma2, which is not computed here: its logits and scores are held within soft caps",
    ],
    ["Gemma 3", { ...gemma, model_type: "gemma3_text" }, "its queries and keys are normed"],
    ["Qwen 2", { ...smol, model_type: "qwen2" }, "its queries, keys and values have biases"],
    ["Qwen 3", { ...smol, model_type: "qwen3" }, "its queries and keys are normed"],
    ["Mixtral", { ...mistral, model_type: "mixtral" }, "its MLPs are experts"],
    [
      "biases",
      { ...smol, attention_bias: true },
      "its attention_bias is true: it has biases in its attention, which is not computed here",
    ],
    ["biases in MLPs", { ...smol, mlp_bias: true }, "its mlp_bias is true"],
    [
      "soft caps",
      { ...gemma, final_logit_softcapping: 30 },
      "its final_logit_softcapping is 30: it has a soft cap on its logits",
    ],
    ["norms of queries", { ...smol, use_qk_norm: true }, "its use_qk_norm is true"],
    ["experts", { ...smol, num_local_experts: 8 }, "its num_local_experts is 8: it has experts"],
    [
      "quantised weights",
      { ...smol, quantization_config: { bits: 4 } },
      'its quantization_config is {"bits":4}',
    ],
    [
      "other angles",
      { ...smol, rope_scaling: { type: "linear", factor: 2 } },
      'its angles are stretched as "linear" does (rope_scaling), expected default or llama3',
    ],
    [
      "newer angles",
      { ...smol, rope_scaling: null, rope_parameters: { rope_type: "yarn" } },
      'as "yarn" does',
    ],
    [
      "angles that are no object",
      { ...smol, rope_scaling: 8 },
      "its rope_scaling is 8, expected an object",
    ],
    [
      "a factor left out",
      { ...llama31, rope_scaling: { ...llama31.rope_scaling, factor: undefined } },
      "its factor is undefined, expected a number",
    ],
    [
      "channels turned in part",
      { ...smol, partial_rotary_factor: 0.5 },
      "its partial_rotary_factor is 0.5",
    ],
    [
      "another activation",
      { ...smol, hidden_act: "relu" },
      'its hidden_act is "relu", expected silu or gelu_pytorch_tanh',
    ],
    ["exact GELU", { ...smol, hidden_act: "gelu" }, 'its hidden_act is "gelu", expected silu'],
    [
      "another scale of scores",
      { ...gemma, query_pre_attn_scalar: 144 },
      "its query_pre_attn_scalar is 144, but scores are divided here by the root of the head's 256",
    ],
    [
      "no size",
      { ...smol, hidden_size: undefined },
      "its hidden_size is undefined, expected a positive integer",
    ],
    [
      "no layers",
      { ...smol, num_hidden_layers: 0 },
      "its num_hidden_layers is 0, expected a positive integer",
    ],
    ["half a head", { ...smol, num_attention_heads: 7 }, "its head_dim is 82.28"],
    ["heads that do not share evenly", { ...smol, num_key_value_heads: 2 }, "NKV is 2 and NH is 9"],
    ["an odd head", { ...smol, head_dim: 63 }, "hs is 63, expected an even number"],
    [
      "a text for a number",
      { ...smol, rms_norm_eps: "1e-5" },
      'its rms_norm_eps is "1e-5", expected a number',
    ],
    [
      "no window",
      { ...mistral, sliding_window: 0 },
      "its sliding_window is 0, expected a positive",
    ],
    [
      "a word for tied",
      { ...smol, tie_word_embeddings: "yes" },
      'its tie_word_embeddings is "yes", expected true or false',
    ],
  ];
  test.each(refused)("with %s is refused by name", (_, fields, message) => {
    const text = typeof fields === "string" ? fields : JSON.stringify(fields);
    expect(() => readLlamaConfig(text)).toThrow(FormatError);
    expect(() => readLlamaConfig(text)).toThrow("config.json: ");
    expect(() => readLlamaConfig(text)).toThrow(message);
  });

  test("without a window Mistral sees all", () => {
    expect(read({ ...mistral, sliding_window: null }).config.windowSize).toBeNull();
    expect(read({ ...smol, sliding_window: 4096 }).config.windowSize).toBeNull();
  });
});
