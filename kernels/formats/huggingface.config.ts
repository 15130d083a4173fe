// config.json, which lies beside model.safetensors and says what the weights do not: how many heads there are. Read and
// written.

import type { Config } from "../gpt2/config.ts";
import { FormatError } from "./error.ts";
import { parseObject } from "./json.ts";

/** GPT-2's approximation of GELU under the names that transformers has for it. */
const activations = ["gelu_new", "gelu_pytorch_tanh", "gelu_fast"];
const sizes = { n_layer: "L", n_embd: "C", vocab_size: "V", n_positions: "maxT" } as const;

/**
 * Reads the number of heads.
 *
 * @param text of the file
 * @param config of the weights beside it, which the file must fit
 * @throws FormatError if it is no JSON, is another model's, or does not say
 */
export function readHeads(text: string, config: Config): number {
  const given = parseObject("config.json", text);
  const { model_type, n_head, activation_function } = given;
  if (model_type !== undefined && model_type !== "gpt2") {
    throw fault(`its model_type is ${model_type}, expected gpt2: it is another model's`);
  }
  if (!Number.isSafeInteger(n_head)) {
    throw fault("it has no n_head: choose the config.json that is beside the weights");
  }
  for (const [name, size] of Object.entries(sizes) as [keyof typeof sizes, keyof Config][]) {
    if (given[name] === undefined || given[name] === config[size]) continue;
    throw fault(
      `its ${name} is ${given[name]}, but the weights have ${size} = ${config[size]}: it is another model's`,
    );
  }
  if (activation_function !== undefined && !activations.includes(`${activation_function}`)) {
    throw fault(
      `its activation_function is ${activation_function}, but GPT-2's is gelu_new, and this site has no other`,
    );
  }
  const NH = n_head as number;
  if (NH < 1 || config.C % NH !== 0) {
    throw fault(`its n_head is ${NH}, which does not divide C = ${config.C} of the weights`);
  }
  return NH;
}

/**
 * The text of a config.json for a GPT-2.
 *
 * @param end id of <|endoftext|>, if the model has one
 */
export function encodeConfig({ maxT, V, L, NH, C }: Config, end: number | undefined): string {
  const config = {
    architectures: ["GPT2LMHeadModel"],
    model_type: "gpt2",
    ...{ n_layer: L, n_head: NH, n_embd: C, n_inner: null },
    ...{ n_positions: maxT, n_ctx: maxT, vocab_size: V },
    activation_function: activations[0],
    layer_norm_epsilon: 1e-5,
    tie_word_embeddings: true,
    ...{ bos_token_id: end ?? null, eos_token_id: end ?? null },
    torch_dtype: "float32",
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

function fault(what: string): FormatError {
  return new FormatError(`config.json: ${what}`);
}
