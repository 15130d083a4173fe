// A published tokenizer.json as a GGUF says it, and back. llama.cpp knows two ways to make tokens that these models have, and does
// not read rules: it has a name for each way to cut texts into words. A tokenizer is written only where one of its names means
// just what the file says; any other is refused, as a model that reads other tokens than it was trained on writes nonsense.
//
// Source: https://github.com/ggml-org/llama.cpp, src/llama-vocab.cpp.

import { FormatError } from "./error.ts";
import {
  type GgufHeader,
  fault as ggufFault,
  isNumbers,
  isTexts,
  type Typed,
} from "./gguf.metadata.ts";
import { type AddedToken, inOrder, type TokenizerFiles } from "./huggingface.tokenizer.ts";
import { parseObject } from "./json.ts";

/** What is read of tokenizer.json. */
interface Tokenizer {
  added_tokens?: AddedToken[];
  normalizer?: Step | null;
  pre_tokenizer?: Step | null;
  post_processor?: Step | null;
  model?: {
    type?: string;
    vocab?: Record<string, number>;
    merges?: (string | string[])[];
    unk_token?: string | null;
    byte_fallback?: boolean;
    ignore_merges?: boolean;
    dropout?: number | null;
    continuing_subword_prefix?: string | null;
    end_of_word_suffix?: string | null;
  };
}

type Step = { readonly type?: string } & Readonly<Record<string, unknown>>;

/** What llama.cpp numbers the types of tokens. */
export const tokenTypes = { normal: 1, unknown: 2, control: 3, user: 4, unused: 5, byte: 6 };
const blank = "▁"; // what SentencePiece writes for a blank

/** How Llama 3 cuts texts. Source: its tokenizer.json. */
const llama3 =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

/** The ways to cut that have a name, in the words of tokenizer.json. */
const cuts: Readonly<Record<string, { readonly steps: readonly Step[]; readonly whole: boolean }>> =
  {
    "gpt-2": {
      steps: [{ type: "ByteLevel", add_prefix_space: false, use_regex: true }],
      whole: false,
    },
    "llama-bpe": {
      steps: [
        { type: "Split", pattern: { Regex: llama3 }, behavior: "Isolated", invert: false },
        { type: "ByteLevel", add_prefix_space: false, use_regex: false },
      ],
      whole: true, // a word that is a token is that token, whatever the merges make of it
    },
    smollm: {
      steps: [
        { type: "Digits", individual_digits: true },
        { type: "ByteLevel", add_prefix_space: false, use_regex: true },
      ],
      whole: false,
    },
  };

/**
 * The keys that tell a tokenizer to llama.cpp.
 *
 * @param V of the model, which has at least as many rows as there are tokens
 * @throws FormatError if it is no JSON, or llama.cpp has no name for what it does
 */
export function encodePublished(
  V: number,
  { tokenizer: text, config }: TokenizerFiles,
): [string, Typed][] {
  const tokenizer: Tokenizer = parseObject("tokenizer.json", text);
  const { model, added_tokens: added = [] } = tokenizer;
  if ((model?.type ?? "BPE") !== "BPE" || !model?.vocab || !model.merges) {
    throw fault(`its model is ${model?.type}, and of these llama.cpp is told BPE here`);
  }
  for (const name of ["dropout", "continuing_subword_prefix", "end_of_word_suffix"] as const) {
    if (model[name]) throw fault(`its ${name} is ${model[name]}, and llama.cpp has none`);
  }
  const bent = added.find((each) => each.lstrip || each.rstrip || each.single_word);
  if (bent) {
    throw fault(`its token ${bent.content} takes blanks or words beside it, which no GGUF says`);
  }
  const tokens = inOrder(model.vocab, added, fault);
  if (tokens.length > V) throw fault(`it has ${tokens.length} tokens, but the model V = ${V}`);
  if (new Set(tokens).size < tokens.length) throw fault("two of its tokens are spelt the same");
  const merges = model.merges.map((pair) => (typeof pair === "string" ? pair.split(" ") : pair));
  const kind = model.byte_fallback
    ? pieces(tokenizer, tokens, merges)
    : byteLevel(tokenizer, merges);

  const { user, control } = tokenTypes;
  const kinds = tokens.map((token) => kind.typeOf(token));
  for (const { id, special } of added) {
    if (kinds[id] !== tokenTypes.unknown) kinds[id] = special ? control : user;
  }
  const { bos_token_id, eos_token_id } = parseObject("config.json", config);
  const frame = frameOf(tokenizer.post_processor ?? null);
  const [begin, end] = [frame.begin ?? bos_token_id, frame.end ?? [eos_token_id].flat()[0]];
  if ((end ?? null) === null) {
    throw fault(
      "no token ends a text (eos_token_id of config.json), and llama.cpp takes one for it",
    );
  }
  const ids = Array.from({ length: V }, (_, id) => id);
  const key = (name: string, typed: Typed): [string, Typed] => [`tokenizer.ggml.${name}`, typed];
  const special = (name: string, id: unknown): [string, Typed][] => {
    if ((id ?? null) === null) return [];
    if (typeof id === "number" && id in tokens) return [key(name, ["uint32", id])];
    throw fault(`its ${name} is ${id}, expected one of its ${tokens.length} tokens`);
  };
  return [
    key("model", ["string", kind.model]),
    key("pre", ["string", kind.pre]),
    key("tokens", ["string", ids.map((id) => tokens[id] ?? `[PAD${id}]`)]),
    key("token_type", ["int32", ids.map((id) => kinds[id] ?? tokenTypes.unused)]),
    ...kind.keys(V).map(([name, typed]) => key(name, typed)),
    ...special("bos_token_id", begin),
    ...special("eos_token_id", end),
    ...special("unknown_token_id", unknownOf(model.unk_token, tokens)),
    key("add_bos_token", ["bool", frame.begin !== undefined]),
    key("add_eos_token", ["bool", frame.end !== undefined]),
  ];
}

/** @throws FormatError if it is none of the tokens */
function unknownOf(unknown: string | null | undefined, tokens: readonly string[]) {
  if (!unknown) return undefined;
  const id = tokens.indexOf(unknown);
  if (id >= 0) return id;
  throw fault(`its unk_token is ${unknown}, which is none of its tokens`);
}

/** What one of the two ways says of itself. */
interface Kind {
  readonly model: string;
  readonly pre: string;
  typeOf(token: string): number;
  keys(V: number): [string, Typed][];
}

/** Merges of bytes, within words. */
function byteLevel(tokenizer: Tokenizer, merges: readonly string[][]): Kind {
  const { normalizer, pre_tokenizer, model } = tokenizer;
  if (normalizer) throw fault(`it changes texts before it cuts them (${normalizer.type})`);
  const steps = stepsOf(pre_tokenizer ?? null, "pretokenizers");
  const pre = Object.keys(cuts).find((name) => alike(steps, cuts[name].steps));
  if (pre === undefined) {
    throw fault(
      `it cuts texts into words in a way that has no name here (${steps.map(({ type }) => type).join(", ") || "none"})`,
    );
  }
  const { whole } = cuts[pre];
  if ((model?.ignore_merges ?? false) !== whole) {
    throw fault(`its ignore_merges is ${!whole}, but with these words llama.cpp takes ${whole}`);
  }
  return {
    model: "gpt2",
    pre,
    typeOf: () => tokenTypes.normal,
    keys: () => [["merges", ["string", merges.map((pair) => pair.join(" "))]]],
  };
}

/** Pieces as SentencePiece has them: of two pieces beside one another that make a piece the one with the best score is made first. */
function pieces(
  tokenizer: Tokenizer,
  tokens: readonly string[],
  merges: readonly string[][],
): Kind {
  const prefix = prefixOf(tokenizer);
  const bytes = new Set(Array.from({ length: 256 }, (_, byte) => byteToken(byte)));
  const known = new Set(tokens);
  for (const byte of bytes) if (!known.has(byte)) throw fault(`it has no token ${byte}`);
  const { added_tokens: added = [], model: { vocab = {} } = {} } = tokenizer;
  const apart = new Set([...bytes, ...added.map(({ content }) => content)]);
  const made = Object.keys(vocab).filter((token) => !apart.has(token));
  const order = orderOf(vocab, made, merges);
  const score = (token: string) => -(order.get(token) ?? order.size);
  return {
    model: "llama",
    pre: "default",
    typeOf(token) {
      if (token === tokenizer.model?.unk_token) return tokenTypes.unknown;
      return bytes.has(token) ? tokenTypes.byte : tokenTypes.normal;
    },
    keys: (V) => [
      ["scores", ["float32", Array.from({ length: V }, (_, id) => score(tokens[id] ?? ""))]],
      ["add_space_prefix", ["bool", prefix]],
    ],
  };
}

/** Whether a text is given a blank in front. @throws FormatError if it is changed or cut otherwise than SentencePiece does */
function prefixOf({ normalizer, pre_tokenizer }: Tokenizer): boolean {
  const steps = stepsOf(normalizer ?? null, "normalizers");
  const replace: Step = { type: "Replace", pattern: { String: " " }, content: blank };
  const whole: Step = { type: "Split", pattern: { String: " " }, behavior: "MergedWithPrevious" };
  const words = stepsOf(pre_tokenizer ?? null, "pretokenizers");
  if (words.length === 0 || alike(words, [whole])) {
    // A blank is no longer there when the second cuts at it.
    if (alike(steps, [{ type: "Prepend", prepend: blank }, replace])) return true;
    if (alike(steps, [replace])) return false;
  }
  // "always" and "first" put no blank in front of a text that begins with one, but llama.cpp does.
  const metaspace = {
    type: "Metaspace",
    replacement: blank,
    prepend_scheme: "never",
    split: false,
  };
  if (steps.length === 0 && alike(words, [metaspace])) return false;
  const all = [...steps, ...words].map(({ type }) => type);
  throw fault(`it treats blanks otherwise than SentencePiece does (${all.join(", ") || "none"})`);
}

/**
 * The place of each piece among those that are made, the first first.
 *
 * @param made the pieces that llama.cpp makes wherever two that are tokens make them up: all but bytes and added tokens
 * @throws FormatError if no scores say the same as the merges: a piece is made early by one pair and late by another, or not at
 *   all by one that would make it
 */
function orderOf(
  vocab: Readonly<Record<string, number>>,
  made: readonly string[],
  merges: readonly string[][],
): Map<string, number> {
  const order = new Map<string, number>();
  const pairs = new Set<string>();
  let last = "";
  for (const [left, right] of merges) {
    const piece = left + right;
    if (piece !== last && order.has(piece)) {
      throw fault(
        `it merges ${piece} early from one pair and late from another, which no score says`,
      );
    }
    if (piece !== last) order.set(piece, order.size);
    last = piece;
    pairs.add(`${left} ${right}`);
  }
  for (const piece of made) {
    for (const [left, right] of halvesOf(piece)) {
      if (!Object.hasOwn(vocab, left) || !Object.hasOwn(vocab, right)) continue;
      if (pairs.has(`${left} ${right}`)) continue;
      throw fault(`it does not merge ${left} and ${right} to ${piece}, which scores would do`);
    }
  }
  return order;
}

/** A piece in two, in every way. */
function* halvesOf(piece: string): Generator<[string, string], void> {
  const characters = Array.from(piece);
  for (let i = 1; i < characters.length; i++) {
    yield [characters.slice(0, i).join(""), characters.slice(i).join("")];
  }
}

/** The tokens that are put before a text and after it. @throws FormatError if there is more than one each */
function frameOf(processor: Step | null): { begin?: number; end?: number } {
  const steps = stepsOf(processor, "processors").filter(({ type }) => type !== "ByteLevel");
  if (steps.length === 0) return {};
  const [{ type, single, special_tokens: special }] = steps;
  const parts = Array.isArray(single) ? single : [];
  const text = parts.findIndex((part) => part?.Sequence !== undefined);
  if (
    type !== "TemplateProcessing" ||
    steps.length > 1 ||
    text < 0 ||
    text > 1 ||
    parts.length > text + 2
  ) {
    throw fault(
      `it puts around a text what no GGUF says (${steps.map(({ type }) => type).join(", ")})`,
    );
  }
  const idAt = (place: number) => {
    if (!(place in parts)) return undefined;
    const named = (special as Record<string, { ids?: number[] }> | undefined)?.[
      parts[place]?.SpecialToken?.id
    ];
    if (named?.ids?.length === 1) return named.ids[0];
    throw fault("it puts a token around a text that it does not tell");
  };
  return { begin: idAt(text - 1), end: idAt(text + 1) };
}

/**
 * The tokenizer of a file, in the form in which Hugging Face publishes it. Undefined if it is of a kind that is not read here.
 *
 * @throws FormatError if its lists do not make sense
 */
export function readPublished({ metadata }: GgufHeader, V: number): TokenizerFiles | undefined {
  const key = (name: string) => metadata.get(`tokenizer.ggml.${name}`);
  const [name, pre] = [key("model"), `${key("pre") ?? "gpt-2"}`];
  const cut = name === "gpt2" && Object.hasOwn(cuts, pre) ? cuts[pre] : undefined;
  if (name !== "llama" && !cut) return undefined;
  const [tokens, merges, scores] = ["tokens", "merges", "scores"].map(key);
  const kinds = key("token_type") ?? Array<number>(V).fill(tokenTypes.normal);
  const whole = isTexts(tokens) && isNumbers(kinds) && kinds.length === V;
  if (!whole || tokens.length !== V) {
    throw ggufFault(`it has no list of ${V} tokens and their types: the file is damaged`);
  }
  if (cut ? !isTexts(merges) : !(isNumbers(scores) && scores.length === V)) {
    throw ggufFault(`it has no list of ${cut ? "merges" : "scores"}: the file is damaged`);
  }
  const of = (...wanted: number[]) =>
    tokens.flatMap((content, id) => (wanted.includes(kinds[id]) ? [{ id, content }] : []));
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false };
  const added = of(tokenTypes.control, tokenTypes.user, tokenTypes.unknown).map((each) => ({
    ...each,
    ...flags,
    special: kinds[each.id] !== tokenTypes.user,
  }));
  const own = of(
    tokenTypes.normal,
    tokenTypes.byte,
    ...(cut ? [] : [tokenTypes.unknown, tokenTypes.control]),
  );
  const vocab = Object.fromEntries(own.map(({ id, content }) => [content, id]));
  const model = {
    type: "BPE",
    vocab,
    merges: cut
      ? (merges as string[])
      : mergesOf(vocab, kinds, scores as number[]).map((pair) => pair.join(" ")),
    ...(cut
      ? { ignore_merges: cut.whole }
      : {
          unk_token: of(tokenTypes.unknown)[0]?.content ?? null,
          byte_fallback: true,
          fuse_unk: true,
        }),
  };
  const [bos, eos] = [key("bos_token_id"), key("eos_token_id")];
  const tokenizer = {
    version: "1.0",
    added_tokens: added,
    ...(cut ? bytesSteps(cut.steps) : blankSteps(key("add_space_prefix") !== false)),
    post_processor: framing(
      tokens,
      (key("add_bos_token") ?? (name === "llama" || pre === "llama-bpe")) ? bos : undefined,
      key("add_eos_token") ? eos : undefined,
    ),
    model,
  };
  const config = { bos_token_id: bos ?? null, eos_token_id: eos ?? null };
  return { tokenizer: JSON.stringify(tokenizer), config: JSON.stringify(config) };
}

function bytesSteps(steps: readonly Step[]) {
  return {
    normalizer: null,
    pre_tokenizer: steps.length === 1 ? steps[0] : { type: "Sequence", pretokenizers: steps },
    decoder: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
  };
}

function blankSteps(prefix: boolean) {
  const replace = { type: "Replace", pattern: { String: " " }, content: blank };
  const back = [
    { type: "Replace", pattern: { String: blank }, content: " " },
    { type: "ByteFallback" },
    { type: "Fuse" },
    ...(prefix ? [{ type: "Strip", content: " ", start: 1, stop: 0 }] : []),
  ];
  return {
    normalizer: {
      type: "Sequence",
      normalizers: [...(prefix ? [{ type: "Prepend", prepend: blank }] : []), replace],
    },
    pre_tokenizer: null,
    decoder: { type: "Sequence", decoders: back },
  };
}

/** Which pairs make which pieces, the best score first. */
function mergesOf(
  vocab: Readonly<Record<string, number>>,
  kinds: readonly number[],
  scores: readonly number[],
): [string, string][] {
  const pairs = Object.entries(vocab)
    .filter(([, id]) => kinds[id] === tokenTypes.normal)
    .sort(([, a], [, b]) => scores[b] - scores[a] || a - b)
    .map(([piece]) => [...halvesOf(piece)]);
  const known = (piece: string) => Object.hasOwn(vocab, piece);
  const byIds = ([a, b]: string[], [c, d]: string[]) => vocab[a] - vocab[c] || vocab[b] - vocab[d];
  return pairs.flatMap((halves) =>
    halves.filter(([left, right]) => known(left) && known(right)).sort(byIds),
  );
}

/** What puts these tokens around a text. */
function framing(tokens: readonly string[], begin: unknown, end: unknown) {
  const ids = [begin, end].filter((id): id is number => typeof id === "number");
  if (ids.length === 0) return null;
  const part = (id: unknown) =>
    typeof id === "number" ? [{ SpecialToken: { id: tokens[id], type_id: 0 } }] : [];
  const single = [...part(begin), { Sequence: { id: "A", type_id: 0 } }, ...part(end)];
  const special = ids.map((id) => [
    tokens[id],
    { id: tokens[id], ids: [id], tokens: [tokens[id]] },
  ]);
  return {
    type: "TemplateProcessing",
    single,
    pair: [...single, { Sequence: { id: "B", type_id: 1 } }],
    special_tokens: Object.fromEntries(special),
  };
}

/** The steps of a sequence, or the one that there is. */
function stepsOf(step: Step | null, name: string): Step[] {
  if (step === null) return [];
  const steps = step.type === "Sequence" ? step[name] : [step];
  const isStep = (each: unknown): each is Step => typeof each === "object" && each !== null;
  if (Array.isArray(steps) && steps.every(isStep)) return steps;
  throw fault(`it has no steps where ${name} are expected`);
}

/** Whether the steps are these, whatever else they say of themselves that does not matter. */
function alike(steps: readonly Step[], expected: readonly Step[]): boolean {
  const same = (step: Step, wanted: Step) =>
    Object.entries(wanted).every(([name, value]) => {
      const usual = name === "use_regex" ? true : name === "invert" ? false : undefined;
      return JSON.stringify(step[name] ?? usual) === JSON.stringify(value);
    });
  return steps.length === expected.length && steps.every((step, i) => same(step, expected[i]));
}

const byteToken = (byte: number) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;

function fault(what: string): FormatError {
  return new FormatError(
    `tokenizer.json: ${what}; it cannot be told to llama.cpp exactly: write safetensors or a folder, or let llama.cpp's own script convert that`,
  );
}
