// Which tensors a GPT-2 in Hugging Face's names has, and what a file makes of them: a header goes in, and out come the
// sizes of the model and where each of its tensors is. Files differ in ways that change no number, and are read all the
// same; `notes` says what was found.
//
// - A wrapper of PyTorch may have put its own prefix before every name.
// - OpenAI wrote a linear layer as x @ w, so its matrix is (in, out) there; nanoGPT's is (out, in), as it is here.
// - The head of the language model is wte once more. A file may hold both, or either.
// - Numbers may have 16 bits.
// - Some files hold the causal mask besides, as h.0.attn.bias: a constant, which is passed over.

import { type Config, checkConfig } from "../gpt2/config.ts";
import type { ParameterName } from "../gpt2/parameters.ts";
import { paddedVocabulary } from "../model/config.ts";
import { FormatError } from "./error.ts";
import { halvesNote, isFloats, notFloats } from "./floats.ts";
import type { Entry } from "./safetensors.ts";
import { tensorsOf as namedTensors, type Tensor } from "./weights.ts";

/** How the matrices of the linear layers are laid out. */
export type Layout = "(in, out)" | "(out, in)";

/** Where the number of heads is from, which does not show in the shapes. */
export type HeadsFrom = "file" | "caller" | "guess";

export interface Recognised {
  readonly config: Config;
  readonly headsFrom: HeadsFrom;
  readonly layout: Layout;
  readonly entries: ReadonlyMap<string, Entry>; // by name, without prefixes; wte.weight is always there
  /** What is unusual about the file and was dealt with, in whole sentences. */
  readonly notes: readonly string[];
}

/** The names of our parameters there, `{l}` being the layer. */
const names: Record<ParameterName, string> = {
  wte: "wte.weight",
  wpe: "wpe.weight",
  ln1w: "h.{l}.ln_1.weight",
  ln1b: "h.{l}.ln_1.bias",
  qkvw: "h.{l}.attn.c_attn.weight",
  qkvb: "h.{l}.attn.c_attn.bias",
  attprojw: "h.{l}.attn.c_proj.weight",
  attprojb: "h.{l}.attn.c_proj.bias",
  ln2w: "h.{l}.ln_2.weight",
  ln2b: "h.{l}.ln_2.bias",
  fcw: "h.{l}.mlp.c_fc.weight",
  fcb: "h.{l}.mlp.c_fc.bias",
  fcprojw: "h.{l}.mlp.c_proj.weight",
  fcprojb: "h.{l}.mlp.c_proj.bias",
  lnfw: "ln_f.weight",
  lnfb: "ln_f.bias",
};
const linear: ReadonlySet<string> = new Set(["qkvw", "attprojw", "fcw", "fcprojw"]);
const firstLinear = names.qkvw.replace("{l}", "0");

export const head = "lm_head.weight";
const wrappers = ["_orig_mod.", "module.", "model."]; // torch.compile, DistributedDataParallel, a class around the model
const prefix = "transformer."; // of every name but the head's, in files written with the head of the language model
const mask = /^h\.\d+\.attn\.(bias|masked_bias)$/;
const headSize = 64; // C / NH, from 124M to 1558M

/**
 * Finds a GPT-2 in what a header lists: every tensor, no other, in the right shape, in floating point.
 *
 * @param metadata of the header, which may name the number of heads as n_head
 * @param NH heads, for a file that does not say; without it they are guessed
 * @throws FormatError naming the first thing that is wrong
 */
export function recognise(
  stored: ReadonlyMap<string, Entry>,
  metadata: Readonly<Record<string, string>>,
  NH?: number,
): Recognised {
  const notes: string[] = [];
  const entries = withoutPrefix(withoutWrappers(stored, notes));
  tieHead(entries, notes);
  const layout = layoutOf(entries, notes);
  const { config, headsFrom } = configOf(entries, metadata, NH);
  checkBiases(entries);
  checkTensors(entries, config, layout);
  noteHalves(entries, notes);
  return { config, headsFrom, layout, entries, notes };
}

/** All tensors of a file, in the order of our parameters. */
export function tensorsOf(config: Config): Generator<Tensor<ParameterName>, void> {
  return namedTensors(config, names);
}

/** Whether the file has the matrix the other way round. */
export function isTransposed({ name }: Pick<Tensor, "name">, layout: Layout): boolean {
  return linear.has(name) && layout === "(in, out)";
}

/** The shape in the file. */
export function storedShape(tensor: Tensor, layout: Layout): readonly number[] {
  return isTransposed(tensor, layout) ? tensor.shape.toReversed() : tensor.shape;
}

export function fault(what: string): FormatError {
  return new FormatError(`Hugging Face GPT-2: ${what}`);
}

/** Drops what a wrapper has put before all names; where some are without it, it is no wrapper's. */
function withoutWrappers(
  stored: ReadonlyMap<string, Entry>,
  notes: string[],
): ReadonlyMap<string, Entry> {
  let [names, dropped] = [[...stored.keys()], ""];
  for (;;) {
    const wrapper = wrappers.find((each) => names.every((name) => name.startsWith(each)));
    if (!wrapper || names.length === 0) break;
    names = names.map((name) => name.slice(wrapper.length));
    dropped += wrapper;
  }
  if (dropped === "") return stored;
  notes.push(
    `All its names begin with "${dropped}", which a wrapper in PyTorch has put there; the names are read without it.`,
  );
  return new Map([...stored.values()].map((entry, i) => [names[i], entry]));
}

function withoutPrefix(stored: ReadonlyMap<string, Entry>): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const [name, entry] of stored) {
    const short = name.startsWith(prefix) ? name.slice(prefix.length) : name;
    if (entries.has(short)) throw fault(`${short} is there twice, with and without "${prefix}"`);
    entries.set(short, entry);
  }
  return entries;
}

/** GPT-2's head is wte. Of two tensors that share their memory, `save_model` of safetensors writes only one. */
function tieHead(entries: Map<string, Entry>, notes: string[]): void {
  const entry = entries.get(head);
  if (!entry || entries.has(names.wte) || !entries.has(names.wpe)) return;
  entries.set(names.wte, entry);
  entries.delete(head);
  notes.push(`It has ${head} and no ${names.wte}: in GPT-2 they are one matrix.`);
}

/** c_attn, of which no side is as long as the other, tells how all linear layers are laid out. */
function layoutOf(entries: ReadonlyMap<string, Entry>, notes: string[]): Layout {
  const [rows, columns] = entries.get(firstLinear)?.shape ?? [];
  if (rows !== 3 * columns) return "(in, out)";
  notes.push(
    "Its linear layers are laid out as nanoGPT writes them, (out, in), and are read as such. nanoGPT computes GELU exactly, this site by GPT-2's own approximation, so its losses differ a little here.",
  );
  return "(out, in)";
}

/** The sizes that show in the shapes, and the number of heads. */
function configOf(
  entries: ReadonlyMap<string, Entry>,
  metadata: Readonly<Record<string, string>>,
  given: number | undefined,
): Pick<Recognised, "config" | "headsFrom"> {
  const [V, C] = matrix(entries, names.wte, "(V, C)");
  const [maxT] = matrix(entries, names.wpe, "(maxT, C)");
  let L = 1; // if there is no layer at all, what is missing is the first
  for (const name of entries.keys()) {
    const l = /^h\.(\d+)\./.exec(name)?.[1];
    if (l !== undefined) L = Math.max(L, Number(l) + 1);
  }
  const [NH, headsFrom] = headsOf(C, metadata, given);
  const config = { maxT, V, Vp: paddedVocabulary(V), L, NH, C };
  try {
    checkConfig(config);
  } catch (error) {
    throw fault(`its sizes are no GPT-2's: ${(error as Error).message}`);
  }
  return { config, headsFrom };
}

function headsOf(
  C: number,
  { n_head }: Readonly<Record<string, string>>,
  given: number | undefined,
): [NH: number, from: HeadsFrom] {
  if (n_head !== undefined) return [Number(n_head), "file"];
  if (given !== undefined) return [given, "caller"];
  return [guessHeads(C), "guess"];
}

/** As many heads as give each 64 channels, as in every GPT-2 that OpenAI published, or as near to that as divides C. */
function guessHeads(C: number): number {
  let best = 1;
  for (let NH = 2; NH <= C / 2; NH++) {
    if (C % NH !== 0) continue;
    if (Math.abs(C / NH - headSize) < Math.abs(C / best - headSize)) best = NH;
  }
  return best;
}

function matrix(entries: ReadonlyMap<string, Entry>, key: string, sizes: string) {
  const { shape } = find(entries, key);
  if (shape.length === 2) return shape;
  throw fault(`${key} has shape (${shape.join(", ")}), expected ${sizes}`);
}

/** nanoGPT can leave out all biases. */
function checkBiases(entries: ReadonlyMap<string, Entry>): void {
  if (!entries.has(firstLinear)) return; // more than the biases is missing
  if ([...entries.keys()].some((name) => name.endsWith(".bias") && !mask.test(name))) return;
  throw fault(
    "it has no biases: it was made with bias=False, as nanoGPT can. GPT-2's layers have them, and here they would be trained along with the weights, so it would become another model. Train it with bias=True, or choose one that has biases",
  );
}

function checkTensors(entries: ReadonlyMap<string, Entry>, config: Config, layout: Layout): void {
  const { V, C } = config;
  const known = new Set([head]);
  for (const tensor of tensorsOf(config)) {
    known.add(tensor.key);
    checkTensor(tensor.key, find(entries, tensor.key), storedShape(tensor, layout));
  }
  const lmHead = entries.get(head);
  if (lmHead) checkTensor(head, lmHead, [V, C]);
  for (const name of entries.keys()) {
    if (known.has(name) || mask.test(name)) continue;
    throw fault(`it has a tensor ${name}, which GPT-2 does not have: it is another model`);
  }
}

function checkTensor(key: string, { dtype, shape }: Entry, expected: readonly number[]): void {
  if (!isFloats(dtype)) throw fault(notFloats(key, dtype));
  if (`${shape}` !== `${expected}`) {
    throw fault(
      `${key} has shape (${shape.join(", ")}), expected (${expected.join(", ")}) to go with the shapes of wte, wpe and the first layer`,
    );
  }
}

function noteHalves(entries: ReadonlyMap<string, Entry>, notes: string[]): void {
  const weights = [...entries].filter(([name]) => !mask.test(name));
  notes.push(...halvesNote(weights.map(([, { dtype }]) => dtype)));
}

function find(entries: ReadonlyMap<string, Entry>, key: string): Entry {
  const entry = entries.get(key);
  if (entry) return entry;
  const first = [...entries.keys()].slice(0, 3).join(", ");
  throw fault(
    `there is no tensor ${key}: the file is another model, or a part of one (it begins with ${first || "no tensor at all"})`,
  );
}
