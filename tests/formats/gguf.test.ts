// GGUF: files built here byte by byte as its specification says, Q8_0 beside llama.cpp's own Python, and the way out and in
// again. That llama.cpp loads what is written here, and computes the same, is shown in tests/llamacpp.

import { createHash } from "node:crypto";
import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import type { GgufDtype } from "@llm.ts/kernels/formats/gguf.layout.ts";
import { encodeGguf, openGguf } from "@llm.ts/kernels/formats/gguf.ts";
import { narrow, widen } from "@llm.ts/kernels/formats/half.ts";
import { dequantize, quantize } from "@llm.ts/kernels/formats/q8.ts";
import { memorySource, type Source } from "@llm.ts/kernels/formats/source.ts";
import type { ReadWeights } from "@llm.ts/kernels/formats/weights.ts";
import {
  byParameter,
  type ParameterName,
  parameterNames,
} from "@llm.ts/kernels/gpt2/parameters.ts";
import { describe, expect, test } from "vitest";
import { vocabularyOf } from "../../src/training/merges.ts";
import { gpt2V } from "../../src/training/vocabulary.ts";
import { spreadParameters } from "../gpt2/models.ts";

type Tensor = { name: string; sizes: number[]; type: number; bytes: Uint8Array };
type Key = [name: string, type: number, value: Uint8Array];

const u32 = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);
const u64 = (value: number) => new Uint8Array(BigUint64Array.of(BigInt(value)).buffer);
const text = (value: string) => {
  const bytes = new TextEncoder().encode(value);
  return Buffer.concat([u64(bytes.length), bytes]);
};
const list = (type: number, values: Uint8Array[]) =>
  Buffer.concat([u32(type), u64(values.length), ...values]);

/** A file as the specification says: https://github.com/ggml-org/ggml, docs/gguf.md. */
function build(keys: Key[], tensors: Tensor[], { version = 3, alignment = 32 } = {}): Uint8Array {
  const pad = (length: number) => new Uint8Array((alignment - (length % alignment)) % alignment);
  const parts: Uint8Array[] = [
    ...[Buffer.from("GGUF"), u32(version), u64(tensors.length), u64(keys.length)],
    ...keys.flatMap(([name, type, value]) => [text(name), u32(type), value]),
  ];
  let offset = 0;
  for (const { name, sizes, type, bytes } of tensors) {
    parts.push(text(name), u32(sizes.length), ...sizes.map(u64), u32(type), u64(offset));
    offset += bytes.length + pad(bytes.length).length;
  }
  parts.push(pad(Buffer.concat(parts).length));
  for (const { bytes } of tensors) parts.push(bytes, pad(bytes.length));
  return Buffer.concat(parts);
}

const [maxT, V, L, NH, C] = [3, 5, 1, 2, 4];
const keys: Key[] = [
  ["general.alignment", 4, u32(64)],
  ["tokenizer.chat_template", 8, text("of no use here")],
  ["some.numbers", 9, list(10, [u64(7), u64(8)])],
  ["general.architecture", 8, text("gpt2")],
  ["gpt2.context_length", 4, u32(maxT)],
  ["gpt2.embedding_length", 10, u64(C)],
  ["gpt2.block_count", 4, u32(L)],
  ["gpt2.attention.head_count", 4, u32(NH)],
];

/** Sizes as GGUF has them, the innermost first. */
const shapes: [name: string, sizes: number[]][] = [
  ["output_norm.weight", [C]],
  ["output_norm.bias", [C]],
  ["position_embd.weight", [C, maxT]],
  ["token_embd.weight", [C, V]],
  ["blk.0.attn_norm.weight", [C]],
  ["blk.0.attn_norm.bias", [C]],
  ["blk.0.attn_qkv.weight", [C, 3 * C]],
  ["blk.0.attn_qkv.bias", [3 * C]],
  ["blk.0.attn_output.weight", [C, C]],
  ["blk.0.attn_output.bias", [C]],
  ["blk.0.ffn_norm.weight", [C]],
  ["blk.0.ffn_norm.bias", [C]],
  ["blk.0.ffn_up.weight", [C, 4 * C]],
  ["blk.0.ffn_up.bias", [4 * C]],
  ["blk.0.ffn_down.weight", [4 * C, C]],
  ["blk.0.ffn_down.bias", [C]],
];

/** Every value tells its tensor and its place in it. */
const tensors: Tensor[] = shapes.map(([name, sizes], k) => {
  const values = Float32Array.from(
    { length: sizes.reduce((a, b) => a * b, 1) },
    (_, i) => k + i / 128,
  );
  const half = name.includes("attn_qkv.w");
  return {
    ...{ name, sizes, type: half ? 1 : 0 },
    bytes: new Uint8Array(half ? narrow(values, "F16").buffer : values.buffer),
  };
});

const open = (file: Uint8Array) => openGguf(memorySource(file));
const options = { alignment: 64 };

describe("a file that other code wrote", () => {
  test("sizes, alignment, and every tensor in its place, whatever their order", async () => {
    const file = await open(build(keys, tensors, options));
    expect(file.config).toEqual({ maxT, V, Vp: 128, L, NH, C });
    expect(file.dtypes).toEqual(["F32", "F16"]);
    expect(file.vocabulary).toBeUndefined();
    const wte = new Float32Array(128 * C).fill(-1);
    await file.read("wte", 0, wte);
    expect([...wte.subarray(0, 3)]).toEqual([3, 3 + 1 / 128, 3 + 2 / 128]);
    expect(wte.subarray(V * C).every((value) => value === 0)).toBe(true);
    const qkvw = new Float32Array(2);
    await file.read("qkvw", 5, qkvw);
    expect([...qkvw]).toEqual([6 + 5 / 128, 6 + 6 / 128]);
    const fcprojb = new Float32Array(C);
    await file.read("fcprojb", 0, fcprojb);
    expect([...fcprojb]).toEqual([15, 15 + 1 / 128, 15 + 2 / 128, 15 + 3 / 128]);
  });

  test("version 2, and a head that is wte once more, are read as well", async () => {
    const wte = tensors[3];
    const tied = [...tensors, { ...wte, name: "output.weight" }];
    const file = await open(build(keys, tied, { ...options, version: 2 }));
    await file.read("wte", 0, new Float32Array(V * C));
    const other = { ...wte, name: "output.weight", bytes: wte.bytes.map((byte) => byte ^ 1) };
    const untied = await open(build(keys, [...tensors, other], options));
    await expect(untied.read("wte", 0, new Float32Array(V * C))).rejects.toThrow(
      "in GPT-2 they are one matrix",
    );
  });

  const without = (name: string) => keys.filter(([key]) => key !== name);
  const changed = (name: string, change: Partial<Tensor>) =>
    tensors.map((tensor) => (tensor.name === name ? { ...tensor, ...change } : tensor));
  test.each<[string, Key[], Tensor[], string]>([
    ["no architecture", without("general.architecture"), tensors, "its architecture is undefined"],
    [
      "no heads",
      without("gpt2.attention.head_count"),
      tensors,
      "no number gpt2.attention.head_count",
    ],
    ["a key twice", [...keys, keys[4]], tensors, "the key gpt2.context_length is there twice"],
    [
      "another width of the MLP",
      [...keys, ["gpt2.feed_forward_length", 4, u32(12)]],
      tensors,
      "gpt2.feed_forward_length is 12, but in GPT-2 it is 4 * C = 16",
    ],
    [
      "another epsilon",
      [...keys, ["gpt2.attention.layer_norm_epsilon", 6, u32(0x3727c5ad)]],
      tensors,
      "to the variance, but GPT-2's 0.00001",
    ],
    ["an odd alignment", [["general.alignment", 4, u32(48)]], [], "expected a power of two"],
    ["a type that is not known", [["x", 13, u32(1)]], [], "x has a type that is not known"],
    [
      "a list of lists",
      [["x", 9, list(9, [])]],
      [],
      "x is a list of lists, and no model that is read here has such a key",
    ],
    ["no wte", keys, tensors.slice(0, 3), "there is no tensor token_embd.weight"],
    ["a tensor missing", keys, tensors.slice(0, -1), "there is no tensor blk.0.ffn_down.bias"],
    [
      "a tensor too many",
      keys,
      [...tensors, { ...tensors[0], name: "blk.1.attn_norm.bias" }],
      "it has a tensor blk.1.attn_norm.bias, which GPT-2 does not have",
    ],
    ["a tensor twice", keys, [...tensors, tensors[0]], "two of its tensors have one name"],
    [
      "a matrix the other way round",
      keys,
      changed("blk.0.ffn_up.weight", { sizes: [4 * C, C] }),
      "blk.0.ffn_up.weight has shape (4, 16), expected (16, 4)",
    ],
    [
      "five dimensions",
      keys,
      changed("output_norm.bias", { sizes: [C, 1, 1, 1, 1] }),
      "output_norm.bias has 5 dimensions",
    ],
    [
      "sizes beyond all memory",
      keys,
      changed("output_norm.bias", { sizes: [2 ** 40, 2 ** 40] }),
      "a shape that no memory holds",
    ],
    [
      "a type of 4 bits",
      keys,
      changed("blk.0.ffn_up.weight", { type: 2 }),
      "blk.0.ffn_up.weight is of ggml's type 2, expected F32, F16, Q8_0, BF16",
    ],
    [
      "Q8_0 in rows of 4",
      keys,
      changed("blk.0.ffn_up.weight", { type: 8 }),
      "its rows of 4 are no multiple of 32",
    ],
    [
      "tensors that overlap",
      keys,
      changed("output_norm.bias", { bytes: new Uint8Array() }),
      "position_embd.weight begins at byte 64 of the data, expected 128",
    ],
  ])("with %s is refused", async (_, someKeys, someTensors, says) => {
    const file = build(someKeys, someTensors, options);
    await expect(open(file)).rejects.toThrow(FormatError);
    await expect(open(file)).rejects.toThrow(says);
  });

  test("cut off anywhere it is refused, but for the padding after the last tensor", async () => {
    const file = build(keys, tensors, options);
    const padding = 64 - 4 * C;
    for (let length = 0; length < file.length - padding; length += 7) {
      await expect(open(file.subarray(0, length)), `${length}`).rejects.toThrow(FormatError);
    }
    await open(file.subarray(0, file.length - padding));
    await expect(open(Buffer.concat([file, Buffer.from([0])]))).rejects.toThrow(
      "1 bytes follow the last tensor",
    );
  });
});

describe("Q8_0", () => {
  // 64 blocks, each twice as large as the one before it, and one of zeros. SHA-256 of what gguf-py's quants.py computes.
  const values = Float32Array.from({ length: 64 * 32 }, (_, i) => {
    const block = Math.floor(i / 32);
    return block === 5 ? 0 : ((Math.imul(i, 2654435761) >>> 0) / 2 ** 31 - 1) * 2 ** (block - 40);
  });
  const sha256 = (bytes: Uint8Array | Float32Array) =>
    createHash("sha256").update(bytes).digest("hex");

  test("values are rounded to the very bytes that llama.cpp's script rounds them to, and read back", () => {
    const bytes = quantize(values) as Uint8Array;
    expect(bytes.length).toBe(64 * 34);
    expect(sha256(bytes)).toBe("5a4fea465e0310340919ac17ceda0df1e3ef4b0fd8729f56cf38967316d5aadb");
    expect(sha256(dequantize(bytes))).toBe(
      "f5c502682d66a078446d443b64ef13102b93888a97be6511b3384f9a4a8b9e58",
    );
  });

  test("halves are rounded away from 0", () => {
    const row = new Float32Array(32);
    row.set([127, 0.5, -0.5, 1.5, 2.5, -2.5, 0.49999997]);
    const bytes = quantize(row) as Uint8Array;
    expect([...new Int8Array(bytes.buffer, 2, 7)]).toEqual([127, 1, -1, 2, 3, -3, 0]);
  });

  test("a scale that float16 cannot hold is not written as infinite", () => {
    expect(quantize(new Float32Array(32).fill(127 * 65_519))).toBeDefined();
    expect(quantize(new Float32Array(32).fill(-127 * 65_520))).toBeUndefined();
  });
});

describe("what is written here", () => {
  const config = { maxT: 5, V: 300, Vp: 384, L: 2, NH: 2, C: 32 };
  const parameters = spreadParameters(config, 3);
  const read: ReadWeights<ParameterName> = (name, start, into) =>
    into.set(parameters[name].subarray(start, start + into.length));

  async function written(dtype: GgufDtype, sizes = config): Promise<Source> {
    const chunks: Uint8Array[] = [];
    const vocabulary = vocabularyOf(sizes.V);
    for await (const chunk of encodeGguf(sizes, read, { dtype, vocabulary })) chunks.push(chunk);
    return memorySource(Buffer.concat(chunks));
  }

  test("comes back from F32 bit for bit, in whatever pieces it is asked for", async () => {
    const file = await openGguf(await written("F32"));
    expect(file.config).toEqual(config);
    for (const name of parameterNames) {
      const values = new Float32Array(parameters[name].length);
      for (let at = 0; at < values.length; at += 1000) {
        await file.read(name, at, values.subarray(at, at + 1000));
      }
      expect(values, name).toEqual(parameters[name]);
    }
  });

  test.each<[GgufDtype, (values: Float32Array) => Float32Array]>([
    ["F16", (values) => widen(narrow(values, "F16"), "F16")],
    ["Q8_0", (values) => dequantize(quantize(values) as Uint8Array)],
  ])("comes back from %s rounded, but for vectors and wpe", async (dtype, round) => {
    const file = await openGguf(await written(dtype));
    expect(file.dtypes).toEqual([dtype, "F32"]);
    const matrices = ["wte", "qkvw", "attprojw", "fcw", "fcprojw"];
    const expected = byParameter((name) =>
      matrices.includes(name) ? round(parameters[name]) : parameters[name],
    );
    for (const name of parameterNames) {
      const values = new Float32Array(parameters[name].length - 5);
      await file.read(name, 3, values); // from within a block
      expect(values, name).toEqual(expected[name].subarray(3, -2));
    }
  });

  test("has the tokens, and gives them back; rows beyond GPT-2's tokens stand for none", async () => {
    expect((await openGguf(await written("F32"))).vocabulary).toEqual(vocabularyOf(300));
    const large = { maxT: 1, V: gpt2V + 47, Vp: 50304, L: 1, NH: 1, C: 1 };
    const zeros: Uint8Array[] = [];
    const whole = { dtype: "F32", vocabulary: vocabularyOf(large.V) } as const;
    for await (const chunk of encodeGguf(large, () => {}, whole)) zeros.push(chunk);
    const file = await openGguf(memorySource(Buffer.concat(zeros)));
    expect(file.config).toEqual(large);
    expect(file.vocabulary?.tokens).toHaveLength(gpt2V);
    expect(file.vocabulary?.end).toBe(50256);
  });

  test("a vocabulary larger than the model, and sizes that no model can have, are not written", async () => {
    const refused = (sizes: typeof config) =>
      encodeGguf(sizes, read, { dtype: "F32", vocabulary: vocabularyOf(301) }).next();
    await expect(refused(config)).rejects.toThrow(
      "the vocabulary has 301 tokens, but the model V = 300",
    );
    await expect(refused({ ...config, NH: 3 })).rejects.toThrow("C is 32 and NH is 3");
  });
});

describe("GPT-2's vocabulary as text", () => {
  test("its merges are OpenAI's, as the hash of their own vocab.bpe says", () => {
    const { merges, tokens, end } = vocabularyOf(gpt2V) ?? { merges: [], tokens: [], end: 0 };
    const file = `#version: 0.2\n${merges.join("\n")}\n`;
    // The hash is tiktoken's, tiktoken_ext/openai_public.py.
    expect(createHash("sha256").update(file).digest("hex")).toBe(
      "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5",
    );
    expect([tokens.length, new Set(tokens).size, tokens[end]]).toEqual([
      ...[50257, 50257, "<|endoftext|>"],
    ]);
    expect([tokens[220], tokens[198], tokens[15496]]).toEqual(["Ġ", "Ċ", "Hello"]);
  });

  test("a shorter one is its beginning, and below 257 tokens there is none", () => {
    expect(vocabularyOf(259)).toMatchObject({ end: 258, merges: ["Ġ t", "Ġ a"] });
    expect(vocabularyOf(259)?.tokens.slice(256)).toEqual(["Ġt", "Ġa", "<|endoftext|>"]);
    expect(vocabularyOf(257)?.merges).toEqual([]);
    expect(vocabularyOf(256)).toBeUndefined();
  });
});
