// Which tensors a Llama, Mistral or Gemma in Hugging Face's names has, and whether a file, or the parts of one, hold just these.
// Queries, keys and values are three tensors there and the rows of one here; so are the gates and values of the MLP.

import type { Config } from "../llama/config.ts";
import { FormatError } from "./error.ts";
import { halvesNote, isFloats, notFloats } from "./floats.ts";
import type { ModelType } from "./huggingface.llama.config.ts";
import type { Entry } from "./safetensors.ts";
import { type LlamaName, type Names, tensorsOf as namedTensors, type Tensor } from "./weights.ts";

/** What these models may have of our parameters: no positions, and no biases. */
export type Name = Exclude<LlamaName, "wpe" | "ln1b" | "ln2b" | "lnfb">;

const keys = ({ NKV, hs }: Config) => NKV * hs;

const names: Names<Name, Config> = {
  wte: "embed_tokens.weight",
  ln1w: "layers.{l}.input_layernorm.weight",
  qkvw: [
    { key: "layers.{l}.self_attn.q_proj.weight", rows: ({ NH, hs }) => NH * hs },
    { key: "layers.{l}.self_attn.k_proj.weight", rows: keys },
    { key: "layers.{l}.self_attn.v_proj.weight", rows: keys },
  ],
  attprojw: "layers.{l}.self_attn.o_proj.weight",
  ln2w: "layers.{l}.post_attention_layernorm.weight",
  fcw: [
    { key: "layers.{l}.mlp.gate_proj.weight", rows: ({ F }) => F },
    { key: "layers.{l}.mlp.up_proj.weight", rows: ({ F }) => F },
  ],
  fcprojw: "layers.{l}.mlp.down_proj.weight",
  lnfw: "norm.weight",
  headw: "lm_head.weight",
};

export const head = "lm_head.weight";
export const embedding = "embed_tokens.weight";
const prefix = "model."; // of every name but the head's
const angles = /\.rotary_emb\.inv_freq$/; // a constant that older files hold

/** The norms' weights, of which Gemma stores what is over 1. */
export const isNorm = (name: Name): boolean => /^ln/.test(name);

/** All tensors of a model, in the order of our parameters. */
export const tensorsOf = (config: Config): Generator<Tensor<Name>, void> =>
  namedTensors(config, names);

/** The name in a file that is written. */
export const fullName = (key: string): string => (key === head ? key : prefix + key);

/** A tensor of a file, or of a part of one. */
export interface Found<Where> extends Entry {
  readonly where: Where;
}

/**
 * The tensors by name, without the prefix. @throws FormatError if one is there twice
 *
 * @param parts of the model: each with what its header lists
 */
export function gather<Where extends { readonly name: string }>(
  parts: readonly { readonly where: Where; readonly entries: ReadonlyMap<string, Entry> }[],
): Map<string, Found<Where>> {
  const found = new Map<string, Found<Where>>();
  for (const { where, entries } of parts) {
    for (const [name, entry] of entries) {
      const key = name.startsWith(prefix) ? name.slice(prefix.length) : name;
      const before = found.get(key);
      if (before) throw fault(`${key} is there twice, in ${before.where.name} and ${where.name}`);
      found.set(key, { ...entry, where });
    }
  }
  return found;
}

/**
 * Whether the head is the table of embeddings. A file says so by leaving it out; one that has both must say it in config.json,
 * and they are then compared when they are read.
 */
export function isTied(
  stored: ReadonlyMap<string, unknown>,
  { tied }: Config,
  tiedSaid: boolean,
): boolean {
  if (stored.has(head)) return tied;
  if (tied || !tiedSaid) return true;
  throw fault(
    `there is no tensor ${head}, and config.json says that it is not tied to the embeddings: the file is a part of a model`,
  );
}

/**
 * Checks that every tensor is there, in the right shape, and no other. @returns what is unusual, in whole sentences
 *
 * @throws FormatError naming the first thing that is wrong
 */
export function checkTensors(
  stored: ReadonlyMap<string, Entry>,
  config: Config,
  type: ModelType,
): string[] {
  const known = new Set<string>();
  for (const { key, shape } of tensorsOf(config)) {
    known.add(key);
    const entry = stored.get(key);
    if (!entry) throw missing(stored, key);
    checkTensor(key, entry, shape);
  }
  const lmHead = stored.get(head);
  if (lmHead) checkTensor(head, lmHead, [config.V, config.C]);
  known.add(head);
  for (const key of stored.keys()) {
    if (known.has(key) || angles.test(key)) continue;
    throw fault(`it has a tensor ${key}, ${reasonFor(key, config, type)}`);
  }
  return halvesNote([...stored].filter(([key]) => known.has(key)).map(([, { dtype }]) => dtype));
}

function checkTensor(key: string, { dtype, shape }: Entry, expected: readonly number[]): void {
  if (!isFloats(dtype)) throw fault(notFloats(key, dtype));
  if (`${shape}` === `${expected}`) return;
  throw fault(
    `${key} has shape (${shape.join(", ")}), expected (${expected.join(", ")}) for the sizes in config.json`,
  );
}

function missing(stored: ReadonlyMap<string, Entry>, key: string): FormatError {
  const first = [...stored.keys()].slice(0, 3).join(", ");
  return fault(
    `there is no tensor ${key}: the file is another model, or a part of one (it begins with ${first || "no tensor at all"})`,
  );
}

/** Why a tensor cannot be left aside. */
function reasonFor(key: string, { L }: Config, type: ModelType): string {
  if (/\.(q|k)_norm\.weight$/.test(key)) {
    return "so its queries and keys are normed, which is not computed here";
  }
  if (key.endsWith(".bias")) return "so it has biases, which are not computed here";
  if (/\.experts\./.test(key)) return "so its MLPs are experts, which are not computed here";
  const layer = /^layers\.(\d+)\./.exec(key)?.[1];
  if (layer !== undefined && Number(layer) >= L) {
    return `but config.json says that there are ${L} layers (num_hidden_layers)`;
  }
  return `which a model of type ${type} does not have: it is another model`;
}

export function fault(what: string): FormatError {
  return new FormatError(`Hugging Face: ${what}`);
}
