// GPT-2 in a GGUF. Names and keys are those that llama.cpp's own script writes. Source: https://github.com/ggml-org/llama.cpp,
// convert_hf_to_gguf.py, `GPT2Model`, and gguf-py/gguf/constants.py.

import { type Config, checkConfig } from "../gpt2/config.ts";
import type { ParameterName } from "../gpt2/parameters.ts";
import { paddedVocabulary } from "../model/config.ts";
import { embedding, type Layout } from "./gguf.layout.ts";
import { fault } from "./gguf.metadata.ts";

const epsilon = 1e-5; // of layernorm

export const gpt2Layout: Layout<Config, ParameterName> = {
  names: {
    wte: embedding,
    wpe: "position_embd.weight",
    ln1w: "blk.{l}.attn_norm.weight",
    ln1b: "blk.{l}.attn_norm.bias",
    qkvw: "blk.{l}.attn_qkv.weight",
    qkvb: "blk.{l}.attn_qkv.bias",
    attprojw: "blk.{l}.attn_output.weight",
    attprojb: "blk.{l}.attn_output.bias",
    ln2w: "blk.{l}.ffn_norm.weight",
    ln2b: "blk.{l}.ffn_norm.bias",
    fcw: "blk.{l}.ffn_up.weight",
    fcb: "blk.{l}.ffn_up.bias",
    fcprojw: "blk.{l}.ffn_down.weight",
    fcprojb: "blk.{l}.ffn_down.bias",
    lnfw: "output_norm.weight",
    lnfb: "output_norm.bias",
  },

  configOf({ metadata }, size) {
    const V = size("vocab_size");
    const config = {
      maxT: size("context_length"),
      V,
      Vp: paddedVocabulary(V),
      L: size("block_count"),
      NH: size("attention.head_count"),
      C: size("embedding_length"),
    };
    try {
      checkConfig(config);
    } catch (error) {
      throw fault(`its sizes are no GPT-2's: ${(error as Error).message}`);
    }
    const hidden = metadata.get("gpt2.feed_forward_length") ?? 4 * config.C;
    if (hidden !== 4 * config.C) {
      throw fault(
        `gpt2.feed_forward_length is ${hidden}, but in GPT-2 it is 4 * C = ${4 * config.C}`,
      );
    }
    const eps = metadata.get("gpt2.attention.layer_norm_epsilon") ?? epsilon;
    if (Math.fround(Number(eps)) !== Math.fround(epsilon)) {
      throw fault(`its layernorm adds ${eps} to the variance, but GPT-2's ${epsilon}`);
    }
    return config;
  },

  metadataOf: ({ maxT, V, L, NH, C }) => [
    ["gpt2.block_count", ["uint32", L]],
    ["gpt2.context_length", ["uint32", maxT]],
    ["gpt2.embedding_length", ["uint32", C]],
    ["gpt2.feed_forward_length", ["uint32", 4 * C]],
    ["gpt2.attention.head_count", ["uint32", NH]],
    ["gpt2.attention.layer_norm_epsilon", ["float32", epsilon]],
    ["gpt2.vocab_size", ["uint32", V]],
  ],

  constantsOf: () => [],

  reasonFor: () => "which GPT-2 does not have: it is another model",
};
