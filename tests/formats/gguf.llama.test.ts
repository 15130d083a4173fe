// Llama, Mistral and Gemma as GGUF: the way out and in again, files that are other than they should be, and tokenizers. That
// llama.cpp loads what is written here, and computes the same, is shown in tests/llamacpp.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import {
  encodeGgufHeader,
  readGgufHeader,
  type Typed,
} from "@llm.ts/kernels/formats/gguf.metadata.ts";
import { encodePublished, readPublished } from "@llm.ts/kernels/formats/gguf.tokenizer.ts";
import { encodeGguf, openGguf } from "@llm.ts/kernels/formats/gguf.ts";
import { readTokenizer } from "@llm.ts/kernels/formats/huggingface.tokenizer.ts";
import { withPairs } from "@llm.ts/kernels/formats/pairs.ts";
import { memorySource } from "@llm.ts/kernels/formats/source.ts";
import { type LlamaWeights, piecesOf, type Weights } from "@llm.ts/kernels/formats/weights.ts";
import type { Config } from "@llm.ts/kernels/llama/config.ts";
import { readTensors } from "@llm.ts/kernels/model/model.ts";
import { count } from "@llm.ts/kernels/runtime/shape.ts";
import { describe, expect, test } from "vitest";
import { openTokenizer } from "../../src/training/published.ts";
import { createSpread, small } from "../llama/models.ts";
import { kinds, type TokenizerKind, texts, tokenizerOf, V } from "./tokenizers.ts";

const models = {
  ...{ llama2: small.llama2, "llama3.1": small["llama3.1"], gemma: { ...small.gemma, hs: 8 } },
  mistral: { ...small.mistral, windowSize: 7 },
  tied: { ...small.llama2, tied: true },
} as const satisfies Record<string, Config>;
const names = Object.keys(models) as (keyof typeof models)[];

async function weightsOf(config: Config): Promise<LlamaWeights> {
  const values = await readTensors(
    createSpread(createCpu(), config, { training: false }),
    "parameters",
  );
  return {
    config,
    read: (name, start, into) => into.set(values[name].subarray(start, start + into.length)),
  };
}

async function written({ config, read }: LlamaWeights, published?: ReturnType<typeof tokenizerOf>) {
  const chunks = await Array.fromAsync(encodeGguf(config, read, { dtype: "F32", published }));
  return Buffer.concat(chunks);
}

const open = (bytes: Uint8Array) => openGguf(memorySource(bytes));

async function valuesOf({ config, read }: Weights): Promise<Record<string, number[]>> {
  const all: Record<string, number[]> = {};
  for await (const { name, values } of piecesOf(config, read)) {
    all[name] = [...(all[name] ?? []), ...values];
  }
  return all;
}

interface Stored {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** The file once more, with other keys or tensors. */
async function edited(
  bytes: Uint8Array,
  change: (keys: Map<string, Typed>, tensors: Map<string, Stored>) => unknown,
): Promise<Uint8Array> {
  const { metadata, tensors, start } = await readGgufHeader(memorySource(bytes));
  const whole = new Set(["eps", "freq_base", "factor", "low", "high", "before"]);
  const typed = (key: string, value: unknown): Typed => {
    if (typeof value === "string") return ["string", value];
    if (typeof value === "boolean") return ["bool", value];
    const float = /epsilon$/.test(key) || whole.has(key.split(".").at(-1) ?? "");
    return [float ? "float32" : "uint32", value as number];
  };
  const keys = new Map([...metadata].map(([key, value]) => [key, typed(key, value)]));
  const stored = new Map<string, Stored>();
  for (const { name, shape, type, offset } of tensors) {
    const at = start + offset;
    stored.set(name, { name, shape, type, bytes: bytes.subarray(at, at + 4 * count(shape)) });
  }
  change(keys, stored);
  let offset = 0;
  const list = [...stored.values()].map(({ name, shape, type, bytes }) => {
    const entry = { name, shape, type, offset };
    offset += Math.ceil(bytes.length / 32) * 32;
    return entry;
  });
  const padded = [...stored.values()].map(({ bytes }) =>
    Buffer.concat([bytes, new Uint8Array((32 - (bytes.length % 32)) % 32)]),
  );
  return Buffer.concat([encodeGgufHeader(keys, list), ...padded]);
}

const floats = (name: string, shape: number[]): Stored => ({
  ...{ name, shape, type: 0 },
  bytes: new Uint8Array(4 * count(shape)),
});

describe.each(names)("%s", (name) => {
  const config: Config = models[name];
  const pairs = name === "gemma" ? "halves" : "neighbours";

  test("is read again bit by bit, with its pairs as llama.cpp has them", async () => {
    const weights = await weightsOf(config);
    const file = await open(await written(weights));
    expect(file.architecture).toBe(name === "gemma" ? "gemma" : "llama");
    // A window as long as the longest text is none.
    expect(file.config).toEqual({ ...config, pairs, windowSize: null });
    const got = await valuesOf(file);
    expect(got).toEqual(await valuesOf(withPairs(weights, pairs) as Weights));
    expect(got.qkvw.some((value) => value !== 0)).toBe(true);
  });

  test("what was read is written again as the same bytes", async () => {
    const bytes = await written(await weightsOf(config));
    expect((await written((await open(bytes)) as LlamaWeights)).equals(bytes)).toBe(true);
  });

  test("cut off anywhere it is refused, but for the padding after the last tensor", async () => {
    const bytes = await written(await weightsOf(config));
    for (let length = 0; length < bytes.length - 32; length += 997) {
      await expect(open(bytes.subarray(0, length)), `${length}`).rejects.toThrow(FormatError);
    }
  });
});

test("a window shorter than the longest text is told as the longest text", async () => {
  const file = await open(await written(await weightsOf(small.mistral)));
  expect(file.config).toMatchObject({ maxT: 3, windowSize: null });
});

describe("files that are other than they should be", () => {
  const key =
    (name: string, typed: Typed) =>
    (keys: Map<string, Typed>): unknown =>
      keys.set(name, typed);
  type Change = Parameters<typeof edited>[1];
  const cases: [string, keyof typeof models, Change, string][] = [
    ["another architecture", "llama2", key("general.architecture", ["string", "mamba"]), "its architecture is mamba, expected one of gpt2, llama, gemma"],
    ["a relative", "llama2", key("general.architecture", ["string", "qwen3"]), "its architecture is qwen3, and that is not computed here: its queries and keys are normed"],
    ["experts by number", "llama2", key("llama.expert_count", ["uint32", 8]), "llama.expert_count is 8: its MLPs are experts"],
    ["experts by name", "llama2", (_, t) => t.set("x", floats("blk.0.ffn_gate_exps.weight", [2, 2])), "blk.0.ffn_gate_exps.weight, so its MLPs are experts"],
    ["YaRN", "llama2", key("llama.rope.scaling.type", ["string", "yarn"]), "llama.rope.scaling.type is yarn: its angles are stretched"],
    ["angles stretched evenly", "llama2", key("llama.rope.scaling.factor", ["float32", 4]), "llama.rope.scaling.factor is 4"],
    ["channels turned in part", "llama2", key("llama.rope.dimension_count", ["uint32", 2]), "llama.rope.dimension_count is 2, but its heads have 6 channels"],
    ["values of another width", "llama2", key("llama.attention.value_length", ["uint32", 4]), "llama.attention.value_length is 4"],
    ["a soft cap", "gemma", key("gemma.final_logit_softcapping", ["float32", 30]), "gemma.final_logit_softcapping is 30: it has a soft cap"],
    ["scores that are divided", "gemma", key("gemma.attn_logit_softcapping", ["float32", 50]), "gemma.attn_logit_softcapping is 50: it has a soft cap"],
    ["angles stretched evenly, as it was once written", "llama2", key("llama.rope.scale_linear", ["float32", 4]), "llama.rope.scale_linear is 4"],
    ["logits that are scaled", "llama2", key("llama.logit_scale", ["float32", 2]), "llama.logit_scale is 2: it multiplies what others do not"],
    ["embeddings that are scaled", "llama2", key("llama.embedding_scale", ["float32", 12]), "llama.embedding_scale is 12: it multiplies what others do not"],
    ["a scaled residual", "llama2", key("llama.residual_scale", ["float32", 2]), "llama.residual_scale is 2: it multiplies what others do not"],
    ["another scale of scores", "llama2", key("llama.attention.scale", ["float32", 2]), "llama.attention.scale is 2: it multiplies what others do not"],
    ["tokens that see later ones", "llama2", key("llama.attention.causal", ["bool", false]), "llama.attention.causal is false: its tokens see those after them"],
    ["layers that differ", "llama2", key("llama.attention.head_count_kv", ["uint32", [2, 1]]), "llama.attention.head_count_kv is a list"],
    ["heads that do not divide", "llama2", key("llama.attention.head_count_kv", ["uint32", 3]), "its model cannot be: config: NKV is 3"],
    ["no epsilon", "llama2", (k) => k.delete("llama.attention.layer_norm_rms_epsilon"), "it has no number llama.attention.layer_norm_rms_epsilon"],
    ["more layers than tensors", "llama2", key("llama.block_count", ["uint32", 2 ** 32 - 1]), "it says that there are 4294967295 layers (llama.block_count), but it has 21 tensors"],
    ["heads of more channels than there is memory for", "llama3.1", (keys) => { for (const name of ["attention.key_length", "attention.value_length", "rope.dimension_count"]) keys.set(`llama.${name}`, ["uint32", 2 ** 32 - 2]); }, "blk.0.attn_q.weight has shape (24, 12), expected (17179869176, 12)"],
    ["a tensor missing", "llama2", (_, t) => t.delete("blk.1.attn_k.weight"), "there is no tensor blk.1.attn_k.weight"],
    ["a wrong shape", "llama2", (_, t) => t.set("blk.1.attn_k.weight", floats("blk.1.attn_k.weight", [12, 11])), "blk.1.attn_k.weight has shape (12, 11), expected (12, 12)"],
    ["a type of 4 bits", "llama2", (_, t) => t.set("output_norm.weight", { ...floats("output_norm.weight", [12]), type: 12 }), "output_norm.weight is of ggml's type 12"],
    ["biases", "llama2", (_, t) => t.set("x", floats("blk.0.attn_q.bias", [24])), "so it has biases"],
    ["norms of queries", "llama2", (_, t) => t.set("x", floats("blk.0.attn_q_norm.weight", [6])), "so its queries and keys are normed"],
    ["a layer more", "llama2", (_, t) => t.set("x", floats("blk.2.attn_norm.weight", [12])), "but the file says that there are 2 layers (llama.block_count)"],
    ["anything else", "llama2", (_, t) => t.set("x", floats("other.weight", [2])), "a tensor other.weight, which a model of architecture llama does not have"],
    ["factors of another rule", "llama3.1", (_, t) => t.set("rope_freqs.weight", { ...floats("rope_freqs.weight", [3]), bytes: new Uint8Array(Float32Array.of(1, 2, 8).buffer) }), "value 1 of rope_freqs.weight is 2, but the rule of Llama 3.1 makes it"],
    ["factors of another number", "llama3.1", (_, t) => t.set("rope_freqs.weight", floats("rope_freqs.weight", [4])), "rope_freqs.weight has shape (4), expected (3)"],
  ]; // biome-ignore format: a line for each

  test.each(cases)("%s: refused by name", async (_, model, change, message) => {
    const bytes = await edited(await written(await weightsOf(models[model])), change);
    await expect(open(bytes)).rejects.toThrow(FormatError);
    await expect(open(bytes)).rejects.toThrow(message);
  });

  test("a file that is only copied is read", async () => {
    for (const name of names) {
      const bytes = await written(await weightsOf(models[name]));
      const again = await open(await edited(bytes, () => {}));
      expect(again.config).toEqual((await open(bytes)).config);
    }
  });

  test("what a file leaves out is what llama.cpp takes it for, and a window that it gives is taken", async () => {
    const sizes = { NH: 2, NKV: 2, hs: 6 };
    const bytes = await written(await weightsOf({ ...models.llama2, ...sizes }));
    const shorter = await edited(bytes, (keys) => {
      for (const name of ["attention.head_count_kv", "attention.key_length", "rope.freq_base"]) {
        expect(keys.delete(`llama.${name}`), name).toBe(true);
      }
      keys.set("llama.attention.sliding_window", ["uint32", 5]);
    });
    const expected = { ...sizes, base: 10_000, windowSize: 5 };
    expect((await open(shorter)).config).toMatchObject(expected);
  });

  test("a head in a Gemma is wte, or it is refused when it is read", async () => {
    const bytes = await written(await weightsOf(models.gemma));
    const twice = (change: (bytes: Uint8Array) => unknown) =>
      edited(bytes, (_, tensors) => {
        const wte = tensors.get("token_embd.weight") as Stored;
        const copy = Uint8Array.from(wte.bytes);
        change(copy);
        tensors.set("output.weight", { ...wte, name: "output.weight", bytes: copy });
      });
    expect(await valuesOf(await open(await twice(() => {})))).toEqual(
      await valuesOf(await open(bytes)),
    );
    const other = await open(await twice((copy) => copy.fill(0, 40, 44)));
    await expect(valuesOf(other)).rejects.toThrow("value 10 of output.weight is 0, but that of");
  });

  test("the factors of Llama 3.1 and 3.2 are known where the file tells no more than they", async () => {
    for (const factor of [8, 32]) {
      const config = {
        ...models["llama3.1"],
        hs: 64,
        scaling: { factor, low: 1, high: 4, before: 8192 },
      };
      const bytes = await edited(await written(await weightsOf(config)), (keys) => {
        for (const name of [...keys.keys()]) if (name.startsWith("llm.ts.")) keys.delete(name);
      });
      expect((await open(bytes)).config).toMatchObject({ scaling: config.scaling });
    }
  });
});

test.each<[string, object, string]>([
  ["layernorm", { norm: "layernorm" }, "llama.cpp's llama and gemma have no layernorm"],
  ["learned positions", { positions: "learned" }, "no positions that are learned"],
  ["no gate", { mlp: "gelu" }, "no MLP without a gate"],
  ["Gemma's gate alone", { mlp: "geglu" }, "no gate of GELU without scaled embeddings"],
  ["scaled embeddings alone", { scaled: true }, "no scaled embeddings beside a gate of silu"],
  [
    "stretched angles in a Gemma",
    { ...small.gemma, hs: 8, scaling: small["llama3.1"].scaling },
    "no angles that are stretched in a Gemma",
  ],
  ["a Gemma with a head", { mlp: "geglu", scaled: true }, "no head of its own in a Gemma"],
])("a model with %s is not written", async (_, change, message) => {
  const config: Config = { ...small.llama2, ...change };
  await expect(encodeGguf(config, () => {}, { dtype: "F32" }).next()).rejects.toThrow(message);
});

describe("a published tokenizer", () => {
  const config: Config = { ...small.llama2, V, Vp: V, L: 1, C: 2, NH: 1, NKV: 1, hs: 2, F: 2 };
  const zeros: LlamaWeights = { config, read: () => {} };

  test.each(kinds)(
    "of the kind %s comes back with the same tokens for every text",
    async (kind) => {
      const files = tokenizerOf(kind);
      const bytes = await written(zeros, files);
      const { published, otherTokens, vocabulary } = await open(bytes);
      if (kind === "gpt-2") expect(vocabulary?.tokens).toHaveLength(V);
      else expect(otherTokens).toMatch(/^(gpt2, (llama-bpe|smollm)|llama, default)$/);
      if (!published) throw new Error("the file has no tokenizer");
      const [ours, again] = [await openTokenizer(files, V), await openTokenizer(published, V)];
      for (const text of texts) expect(again.encode(text), text).toEqual(ours.encode(text));
      const { bos_token_id, eos_token_id } = JSON.parse(published.config);
      expect(JSON.parse(files.config)).toEqual({ bos_token_id, eos_token_id });
      const [first, ...rest] = again.encode(texts[0]);
      expect(rest.map(again.writer([first])).join("")).toContain("naïve things");
      expect((await written(zeros, published)).equals(bytes)).toBe(true);
    },
  );

  // biome-ignore lint/suspicious/noExplicitAny: what the file holds, of which any part may be changed
  type Change = (tokenizer: any) => unknown;
  const changed = (kind: TokenizerKind, change: Change) => {
    const files = tokenizerOf(kind);
    const tokenizer = JSON.parse(files.tokenizer);
    change(tokenizer);
    return { ...files, tokenizer: JSON.stringify(tokenizer) };
  };
  const cases: [string, TokenizerKind, Change, string][] = [
    ["other words", "llama-bpe", (t) => { t.pre_tokenizer.pretokenizers[0].pattern.Regex = "\\p{L}+"; }, "it cuts texts into words in a way that has no name here (Split, ByteLevel)"],
    ["texts that are changed first", "smollm", (t) => { t.normalizer = { type: "NFC" }; }, "it changes texts before it cuts them (NFC)"],
    ["words that are merged", "llama-bpe", (t) => { t.model.ignore_merges = false; }, "its ignore_merges is false"],
    ["another model", "smollm", (t) => { t.model.type = "Unigram"; }, "its model is Unigram"],
    ["a token that takes blanks", "smollm", (t) => { t.added_tokens[0].lstrip = true; }, "takes blanks or words beside it"],
    ["a token missing", "smollm", (t) => { delete t.model.vocab["!"]; }, "there is no token 0"],
    ["a token under two ids", "smollm", (t) => { t.added_tokens[0].content = "!"; }, "two of its tokens are spelt the same"],
    ["too many tokens", "smollm", (t) => { t.added_tokens.push({ id: V, content: "<more>" }); }, `it has ${V + 1} tokens, but the model V = ${V}`],
    ["two tokens in front", "llama-bpe", (t) => { t.post_processor.processors[1].single.unshift({ SpecialToken: { id: "x" } }); }, "it puts around a text what no GGUF says"],
    ["a piece merged late", "bare pieces", (t) => { t.model.merges.push(t.model.merges[0]); }, "early from one pair and late from another"],
    ["a pair that is not merged", "bare pieces", (t) => { t.model.merges = t.model.merges.filter((_: string, i: number, all: string[]) => all[i].replace(" ", "") !== all[i - 1]?.replace(" ", "")); }, "which scores would do"],
    ["a piece that nothing makes", "bare pieces", (t) => { const piece = t.model.merges[0].replace(" ", ""); t.model.merges = t.model.merges.filter((pair: string) => pair.replace(" ", "") !== piece); }, "which scores would do"],
    ["a blank in front", "gpt-2", (t) => { t.pre_tokenizer.add_prefix_space = true; }, "it cuts texts into words in a way that has no name here (ByteLevel)"],
    ["words whose ends are marked", "gpt-2", (t) => { t.model.end_of_word_suffix = "</w>"; }, "its end_of_word_suffix is </w>, and llama.cpp has none"],
    ["marks within words", "smollm", (t) => { t.model.continuing_subword_prefix = "##"; }, "its continuing_subword_prefix is ##, and llama.cpp has none"],
    ["merges that are left out by chance", "smollm", (t) => { t.model.dropout = 0.1; }, "its dropout is 0.1, and llama.cpp has none"],
    ["GPT-2's words between other tokens", "gpt-2", (t) => { t.post_processor = { type: "RobertaProcessing", sep: ["b", 1], cls: ["a", 0] }; }, "it puts around a text what no GGUF says (RobertaProcessing)"],
    ["GPT-2's words that are not merged", "gpt-2", (t) => { t.model.ignore_merges = true; }, "its ignore_merges is true"],
    ["GPT-2's words of a text that is changed first", "gpt-2", (t) => { t.normalizer = { type: "NFC" }; }, "it changes texts before it cuts them (NFC)"],
    ["an unknown token that it lacks", "bare pieces", (t) => { t.model.unk_token = "<none>"; }, "its unk_token is <none>, which is none of its tokens"],
    ["texts instead of parts around a text", "llama-bpe", (t) => { t.post_processor.processors[1].single = ["<s>", "$A"]; }, "it puts around a text what no GGUF says (TemplateProcessing)"],
    ["a part that is none before a text", "llama-bpe", (t) => { t.post_processor.processors[1].single[0] = null; }, "it puts a token around a text that it does not tell"],
    ["a text instead of a step", "smollm", (t) => { t.pre_tokenizer.pretokenizers[0] = "Digits"; }, "it has no steps where pretokenizers are expected"],
    ["a token before a text that it lacks", "llama-bpe", (t) => { t.post_processor.processors[1].special_tokens["<|begin_of_text|>"].ids = [V]; }, `its bos_token_id is ${V}, expected one of its ${V} tokens`],
    ["blanks that are left", "prefixed pieces", (t) => { t.normalizer = null; }, "it treats blanks otherwise than SentencePiece does"],
    ["a blank before the first words alone", "metaspace pieces", (t) => { t.pre_tokenizer.prepend_scheme = "first"; }, "it treats blanks otherwise than SentencePiece does (Metaspace)"],
    ["a blank before words that have none", "metaspace pieces", (t) => { t.pre_tokenizer.prepend_scheme = "always"; }, "it treats blanks otherwise than SentencePiece does (Metaspace)"],
    ["pieces within words alone", "metaspace pieces", (t) => { t.pre_tokenizer.split = true; }, "it treats blanks otherwise than SentencePiece does (Metaspace)"],
    ["a byte missing", "bare pieces", (t) => { delete t.model.vocab["<0x41>"]; t.added_tokens.push({ id: 68, content: "<x>" }); }, "it has no token <0x41>"],
  ]; // biome-ignore format: a line for each

  test.each(cases)("with %s is not written", async (_, kind, change, message) => {
    const files = changed(kind, change);
    expect(() => encodePublished(V, files)).toThrow(FormatError);
    expect(() => encodePublished(V, files)).toThrow(message);
    expect(() => encodePublished(V, files)).toThrow("it cannot be told to llama.cpp exactly");
  });

  test("without a token that ends a text, or with one that it lacks, is not written", () => {
    const ending = (config: object) => () =>
      encodePublished(V, { ...tokenizerOf("smollm"), config: JSON.stringify(config) });
    for (const config of [{}, { eos_token_id: null }, { eos_token_id: [] }]) {
      expect(ending(config)).toThrow("no token ends a text (eos_token_id of config.json)");
    }
    expect(ending({ eos_token_id: V })).toThrow(`its eos_token_id is ${V}, expected one of its`);
    expect(ending({ eos_token_id: 3, bos_token_id: -1 })).toThrow(
      "its bos_token_id is -1, expected",
    );
    const first = new Map(ending({ eos_token_id: [5, 3] })()).get("tokenizer.ggml.eos_token_id");
    expect(first).toEqual(["uint32", 5]);
  });

  test("of which every token is normal may leave their types out", async () => {
    const header = await readGgufHeader(memorySource(await written(zeros, tokenizerOf("smollm"))));
    const metadata = new Map(header.metadata);
    expect(metadata.delete("tokenizer.ggml.token_type")).toBe(true);
    const read = JSON.parse(readPublished({ ...header, metadata }, V)?.tokenizer ?? "{}");
    expect(read.added_tokens).toEqual([]);
    expect(Object.keys(read.model.vocab)).toHaveLength(V);
  });

  test("beside its vocabulary is what is written", async () => {
    const files = tokenizerOf("gpt-2");
    const vocabulary = readTokenizer(files.tokenizer, V);
    const chunks = encodeGguf(config, zeros.read, { dtype: "F32", vocabulary, published: files });
    const { metadata } = await readGgufHeader(
      memorySource(Buffer.concat(await Array.fromAsync(chunks))),
    );
    const key = (name: string) => metadata.get(`tokenizer.ggml.${name}`);
    expect([key("pre"), key("bos_token_id"), key("eos_token_id"), key("add_bos_token")]).toEqual([
      ...["gpt-2", V - 2, V - 1, true],
    ]);
  });

  test("says which tokens are special, which are the user's, and which rows are no token's", () => {
    const files = changed("smollm", (t) => {
      t.added_tokens[0].special = false;
    });
    const keys = new Map(encodePublished(V + 2, files));
    const [, kinds] = keys.get("tokenizer.ggml.token_type") as [string, number[]];
    const [, tokens] = keys.get("tokenizer.ggml.tokens") as [string, string[]];
    const [mine, special] = JSON.parse(files.tokenizer).added_tokens;
    // As llama.cpp numbers them: normal 1, control 3, user-defined 4, unused 5.
    expect([kinds[mine.id], kinds[special.id], kinds[0]]).toEqual([4, 3, 1]);
    expect([kinds.slice(V), tokens.slice(V)]).toEqual([
      [5, 5],
      [`[PAD${V}]`, `[PAD${V + 1}]`],
    ]);
  });

  test("whose lists are damaged is refused, and one of another kind is left aside", async () => {
    const header = await readGgufHeader(memorySource(await written(zeros, tokenizerOf("smollm"))));
    const having = (name: string, value: string | number[]) => ({
      ...header,
      metadata: new Map([...header.metadata, [`tokenizer.ggml.${name}`, value]]),
    });
    expect(() => readPublished(having("tokens", "x"), V)).toThrow("no list of 1024 tokens");
    expect(() => readPublished(having("token_type", [1]), V)).toThrow("no list of 1024 tokens");
    expect(() => readPublished(having("merges", [1]), V)).toThrow("it has no list of merges");
    expect(readPublished(having("pre", "qwen2"), V)).toBeUndefined();
  });

  test("of a file puts around a text what the file says, or what llama.cpp does where it says nothing", async () => {
    const framesOf = async (kind: TokenizerKind, change: (keys: Map<string, Typed>) => unknown) => {
      const header = await readGgufHeader(memorySource(await written(zeros, tokenizerOf(kind))));
      const keys = new Map(header.metadata);
      change(keys as unknown as Map<string, Typed>);
      const files = readPublished({ ...header, metadata: keys }, V);
      if (!files) throw new Error("the file has no tokenizer");
      const { single } = JSON.parse(files.tokenizer).post_processor ?? { single: [] };
      return single.map((part: object) => Object.keys(part)[0]);
    };
    const silent = (keys: Map<string, unknown>) => keys.delete("tokenizer.ggml.add_bos_token");
    const [special, text] = ["SpecialToken", "Sequence"];
    expect(await framesOf("llama-bpe", silent)).toEqual([special, text]);
    expect(await framesOf("bare pieces", silent)).toEqual([special, text]);
    expect(await framesOf("smollm", silent)).toEqual([]);
    const ending = (keys: Map<string, unknown>) => keys.set("tokenizer.ggml.add_eos_token", true);
    expect(await framesOf("smollm", ending)).toEqual([text, special]);
  });

  test("makes the piece with the best score first, whatever its place in the list", async () => {
    const header = await readGgufHeader(
      memorySource(await written(zeros, tokenizerOf("bare pieces"))),
    );
    const mergesWith = (change: (scores: number[]) => unknown) => {
      const scores = [...(header.metadata.get("tokenizer.ggml.scores") as number[])];
      change(scores);
      const metadata = new Map([...header.metadata, ["tokenizer.ggml.scores", scores]] as const);
      const files = readPublished({ ...header, metadata }, V);
      return JSON.parse(files?.tokenizer ?? "{}").model.merges as string[];
    };
    const before = mergesWith(() => {});
    const tokens = header.metadata.get("tokenizer.ggml.tokens") as string[];
    const last = tokens.indexOf((before.at(-1) as string).replace(" ", ""));
    const after = mergesWith((scores) => {
      scores[last] = 1;
    });
    expect(after[0].replace(" ", "")).toBe(tokens[last]);
    expect([...after].sort()).toEqual([...before].sort());
  });

  test("that does not say whether its bytes are cut by the usual rule is cut by it", async () => {
    const files = changed("smollm", (t) => {
      delete t.pre_tokenizer.pretokenizers[1].use_regex;
    });
    expect(new Map(encodePublished(V, files)).get("tokenizer.ggml.pre")).toEqual([
      "string",
      "smollm",
    ]);
  });
});
