// Llama, Mistral and Gemma in Hugging Face's layout: files that PyTorch wrote, whole, in parts and broken, and the way out and in
// again.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import { narrow, widen } from "@llm.ts/kernels/formats/half.ts";
import {
  encodeLlamaConfig,
  readLlamaConfig,
} from "@llm.ts/kernels/formats/huggingface.llama.config.ts";
import {
  configNote,
  type FilePart,
  openLlama,
  partsOf,
  writeLlama,
} from "@llm.ts/kernels/formats/huggingface.llama.ts";
import { withPairs } from "@llm.ts/kernels/formats/pairs.ts";
import {
  encodeHeader,
  parseHeader,
  readSafetensors,
  type StoredTensor,
  writeSafetensors,
} from "@llm.ts/kernels/formats/safetensors.ts";
import { memorySource } from "@llm.ts/kernels/formats/source.ts";
import { type LlamaWeights, valuesAtOnce } from "@llm.ts/kernels/formats/weights.ts";
import { type Config, families } from "@llm.ts/kernels/llama/config.ts";
import { createLlama } from "@llm.ts/kernels/llama/llama.ts";
import { readLogits } from "@llm.ts/kernels/model/classifier.ts";
import { readTensors } from "@llm.ts/kernels/model/model.ts";
import { validationLoss } from "@llm.ts/kernels/model/train.ts";
import { describe, expect, test } from "vitest";
import { fillParameters } from "../../src/training/weights.ts";
import { expectClose } from "../close.ts";
import { withoutPadding } from "../gpt2/models.ts";
import { createSpread, small } from "../llama/models.ts";
import { load, loadReference } from "../reference.ts";

const kinds = ["llama", "mistral", "gemma"] as const;
type Kind = (typeof kinds)[number];

const cases = await loadReference("huggingface-families");
const { metadata: configs } = readSafetensors(
  await load("reference/huggingface-families.safetensors"),
);
const published = Object.fromEntries(
  await Promise.all(
    kinds.map(async (kind) => [kind, await load(`reference/huggingface-${kind}.safetensors`)]),
  ),
) as Record<Kind, Uint8Array>;

const part = (bytes: Uint8Array, name = "model.safetensors"): FilePart => ({
  name,
  source: memorySource(bytes),
});
const open = (kind: Kind) => openLlama(configs[kind], [part(published[kind])]);

const create = (config: Config) =>
  createLlama(createCpu(), config, { B: 2, T: Math.min(8, config.maxT), training: false });

async function loaded(weights: LlamaWeights) {
  const model = create(weights.config);
  await fillParameters(model, weights);
  return model;
}

async function valuesOf(weights: LlamaWeights): Promise<Record<string, unknown>> {
  return readTensors(await loaded(weights), "parameters");
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return Buffer.concat(await Array.fromAsync(chunks));
}

/** A file after a change of its tensors. */
function edited(kind: Kind, change: (tensors: Map<string, StoredTensor>) => void): FilePart {
  const file = readSafetensors(published[kind]);
  change(file.tensors);
  return part(writeSafetensors(file));
}

/** The config.json after a change of its fields. */
const described = (kind: Kind, change: object) =>
  JSON.stringify({ ...JSON.parse(configs[kind]), ...change });

describe.each(kinds)("%s, a file that PyTorch wrote", (kind) => {
  const reference = cases[kinds.indexOf(kind)];

  test("the model loaded from it has PyTorch's logits and PyTorch's loss", async () => {
    const file = await open(kind);
    const { B, T, ...config } = reference.sizes as unknown as Config & { B: number; T: number };
    expect(file.config).toEqual(config);
    expect(file.notes).toEqual([]);
    const model = await loaded(file);
    const batch = { inputs: reference.ints("inputs"), targets: reference.ints("targets") };
    const loss = await validationLoss(model, batch);
    expect(Math.abs(loss - reference.floats("loss")[0])).toBeLessThan(5e-6);
    const logits = withoutPadding(await readLogits(model, 0, B * T), config);
    expectClose("logits", logits, reference.floats("logits"), { atol: 2e-5, rtol: 1e-5 });
  });

  test("it comes out with the same tensors, bit by bit, and a config.json that says the same", async () => {
    const file = await open(kind);
    const bytes = await collect(writeLlama(file, { step: "17" }));
    const { tensors, metadata } = readSafetensors(bytes);
    expect(tensors).toEqual(readSafetensors(published[kind]).tensors);
    expect(metadata).toEqual({ step: "17", format: "pt", [configNote]: expect.any(String) });
    expect(readLlamaConfig(metadata[configNote])).toEqual(readLlamaConfig(configs[kind]));
    expect(encodeLlamaConfig(file.config)).toBe(metadata[configNote]);
    const fields = Object.entries(JSON.parse(metadata[configNote]));
    const expected = JSON.parse(configs[kind]);
    for (const [name, value] of fields) {
      if (name in expected && !name.endsWith("token_id")) {
        expect(value, name).toEqual(expected[name]);
      }
    }
  });

  test.each(["F16", "BF16"] as const)("in %s each number is widened", async (dtype) => {
    const tensors = [...readSafetensors(published[kind]).tensors];
    const header = encodeHeader(
      {},
      tensors.map(([name, { shape }]) => [name, { dtype, shape }] as const),
    );
    const bits = tensors.map(([, { data }]) => narrow(data as Float32Array, dtype));
    const half = part(Buffer.concat([header, ...bits.map(({ buffer }) => Buffer.from(buffer))]));
    const file = await openLlama(configs[kind], [half]);
    expect(file.notes[0]).toContain(`Its numbers have 16 bits (${dtype})`);
    const same = tensors.map(([name, { shape }], i): [string, StoredTensor] => [
      name,
      { dtype: "F32", shape, data: widen(bits[i], dtype) },
    ]);
    const wide = part(writeSafetensors({ metadata: {}, tensors: new Map(same) }));
    expect(await valuesOf(file)).toEqual(await valuesOf(await openLlama(configs[kind], [wide])));
  });

  test("in two parts with an index it is the same model", async () => {
    const { parts, index } = inParts(kind);
    expect(partsOf(index)).toEqual(parts.map(({ name }) => name));
    const file = await openLlama(configs[kind], parts.toReversed(), index);
    expect(await valuesOf(file)).toEqual(await valuesOf(await open(kind)));
  });

  test("cut off anywhere it is refused", async () => {
    const bytes = published[kind];
    for (const length of [0, 7, 100, bytes.length >> 1, bytes.length - 1]) {
      const cut = openLlama(configs[kind], [part(bytes.subarray(0, length))]);
      await expect(cut, `${length}`).rejects.toThrow(FormatError);
    }
  });
});

/** The file's tensors in two files, and the index of both. */
function inParts(kind: Kind) {
  const all = [...readSafetensors(published[kind]).tensors];
  const names = [1, 2].map((n) => `model-0000${n}-of-00002.safetensors`);
  const partOf = (i: number) => names[i % 3 === 0 ? 0 : 1];
  const parts = names.map((name) => {
    const tensors = new Map(all.filter((_, i) => partOf(i) === name));
    return part(writeSafetensors({ metadata: { format: "pt" }, tensors }), name);
  });
  const map: Record<string, string> = Object.fromEntries(all.map(([key], i) => [key, partOf(i)]));
  return { parts, map, index: JSON.stringify({ metadata: { total_size: 1 }, weight_map: map }) };
}

/** The same part with another first value in one of its tensors. */
async function changedPart({ name, source }: FilePart, key: string, value: number) {
  const bytes = new Uint8Array(source.size);
  await source.read(bytes, 0);
  const file = readSafetensors(bytes);
  file.tensors.get(key)?.data.fill(value, 0, 1);
  return part(writeSafetensors(file), name);
}

describe("an index", () => {
  const { parts, map } = inParts("llama");
  const [first, second] = parts.map(({ name }) => name);
  const opened = (change: object, given = parts) =>
    openLlama(configs.llama, given, JSON.stringify({ weight_map: { ...map, ...change } }));

  test("that says of a tensor another file than has it is refused by name", async () => {
    await expect(
      opened({ "model.norm.weight": map["model.norm.weight"] === first ? second : first }),
    ).rejects.toThrow(
      /index\.json: it says that model\.norm\.weight is in model-0000\d-of-00002\.safetensors, but it is not there/,
    );
  });

  test("that names a tensor that is nowhere, or leaves one out, is refused by name", async () => {
    await expect(opened({ "model.other": first })).rejects.toThrow(
      `it says that model.other is in ${first}, but it is not there`,
    );
    await expect(opened({ "lm_head.weight": undefined })).rejects.toThrow(
      /it does not list lm_head\.weight, which is in model-/,
    );
  });

  test("one of whose parts is broken is refused with the name of that part", async () => {
    const [whole, bytes] = [parts[0], new Uint8Array(parts[1].source.size)];
    await parts[1].source.read(bytes, 0);
    const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n";
    for (const [broken, message] of [
      [bytes.slice(0, -1), "it is truncated"],
      [bytes.slice(0, 5), "the file has 5 bytes"],
      [new TextEncoder().encode(pointer), "this is a pointer of Git LFS"],
    ] as const) {
      const opening = opened({}, [whole, part(broken, second)]);
      await expect(opening).rejects.toThrow(FormatError);
      await expect(opening).rejects.toThrow(`${second}: `);
      await expect(opening).rejects.toThrow(message);
    }
  });

  test("one of whose parts has a NaN in it is refused with the name of that part", async () => {
    const key = Object.keys(map).find((key) => map[key] === second) as string;
    const broken = await changedPart(parts[1], key, Number.NaN);
    const file = await opened({}, [parts[0], broken]);
    await expect(valuesOf(file)).rejects.toThrow(` in ${second}[0] is NaN: the file is damaged`);
  });

  test("whose part was not opened is refused", async () => {
    await expect(opened({}, parts.slice(0, 1))).rejects.toThrow(`is in ${second}, but it is not`);
  });

  test.each([
    ["no JSON", "weight_map", "it is not JSON"],
    ["no map", '{"metadata": {}}', "it has no weight_map"],
    ["a list", '{"weight_map": ["a"]}', "it has no weight_map"],
    ["numbers", '{"weight_map": {"a": 1}}', "it has no weight_map"],
    ["nothing", '{"weight_map": {}}', "it names no file"],
    ["another folder", '{"weight_map": {"a": "../a.safetensors"}}', "it names ../a.safetensors"],
    ["another drive", '{"weight_map": {"a": "b\\\\a.safetensors"}}', "it names b\\a.safetensors"],
  ])("with %s is refused", (_, text, message) => {
    expect(() => partsOf(text)).toThrow(FormatError);
    expect(() => partsOf(text)).toThrow(`model.safetensors.index.json: ${message}`);
  });
});

describe("files that are other than they should be", () => {
  const f32 = (shape: number[]): StoredTensor => ({
    dtype: "F32",
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
  });
  const q = "model.layers.1.self_attn.q_proj.weight";

  test.each<[string, (tensors: Map<string, StoredTensor>) => unknown, string]>([
    ["a missing tensor", (t) => t.delete(q), "there is no tensor layers.1.self_attn.q_proj.weight"],
    ["no tensors", (t) => t.clear(), "there is no tensor"],
    ["a wrong shape", (t) => t.set(q, f32([24, 11])), "layers.1.self_attn.q_proj.weight has shape (24, 11), expected (24, 12) for the sizes in config.json"],
    ["a vector for a matrix", (t) => t.set(q, f32([288])), "has shape (288), expected (24, 12)"],
    ["integers", (t) => t.set(q, { dtype: "I32", shape: [24, 12], data: new Int32Array(288) }), "has dtype I32, expected F32, F16 or BF16"],
    ["a head of another size", (t) => t.set("lm_head.weight", f32([20, 12])), "lm_head.weight has shape (20, 12), expected (19, 12)"],
    ["norms of queries", (t) => t.set("model.layers.0.self_attn.q_norm.weight", f32([6])), "so its queries and keys are normed, which is not computed here"],
    ["biases", (t) => t.set("model.layers.0.self_attn.q_proj.bias", f32([24])), "so it has biases, which are not computed here"],
    ["experts", (t) => t.set("model.layers.0.mlp.experts.0.up_proj.weight", f32([2])), "so its MLPs are experts"],
    ["a layer more", (t) => t.set("model.layers.2.input_layernorm.weight", f32([12])), "config.json says that there are 2 layers"],
    ["anything else", (t) => t.set("model.other.weight", f32([2])), "a tensor other.weight, which a model of type llama does not have"],
    ["a tensor with and without prefix", (t) => t.set("norm.weight", f32([12])), "norm.weight is there twice"],
  ])("%s: refused by name", async (_, change, message) => {
    const opened = openLlama(configs.llama, [edited("llama", change)]);
    await expect(opened).rejects.toThrow(FormatError);
    await expect(opened).rejects.toThrow(message);
  }); // biome-ignore format: a line for each

  test.each([Number.NaN, Number.POSITIVE_INFINITY])("a weight that is %s is named", async (bad) => {
    const broken = edited("gemma", (tensors) => {
      tensors.get("model.layers.1.mlp.up_proj.weight")?.data.fill(bad, 7, 8);
    });
    const file = await openLlama(configs.gemma, [broken]);
    await expect(valuesOf(file)).rejects.toThrow(
      `Hugging Face: layers.1.mlp.up_proj.weight[7] is ${bad}: the file is damaged`,
    );
  });

  test("angles that older files hold are passed over, and so is the prefix", async () => {
    const expected = await valuesOf(await open("llama"));
    const older = edited("llama", (tensors) => {
      tensors.set("model.layers.0.self_attn.rotary_emb.inv_freq", f32([3]));
    });
    expect(await valuesOf(await openLlama(configs.llama, [older]))).toEqual(expected);
    const bare = edited("llama", (tensors) => {
      for (const [name, tensor] of [...tensors]) {
        tensors.delete(name);
        tensors.set(name.replace(/^model\./, ""), tensor);
      }
    });
    expect(await valuesOf(await openLlama(configs.llama, [bare]))).toEqual(expected);
  });

  test("a head that is tied may be there, if it is the embeddings", async () => {
    const twice = (change: (head: StoredTensor) => unknown) =>
      edited("mistral", (tensors) => {
        const wte = tensors.get("model.embed_tokens.weight") as StoredTensor;
        const head = { ...wte, data: wte.data.slice() } as StoredTensor;
        change(head);
        tensors.set("lm_head.weight", head);
      });
    const file = await openLlama(configs.mistral, [twice(() => {})]);
    expect(file.config.tied).toBe(true);
    expect(await valuesOf(file)).toEqual(await valuesOf(await open("mistral")));
    const other = await openLlama(configs.mistral, [twice(({ data }) => data.fill(9, 40, 41))]);
    await expect(valuesOf(other)).rejects.toThrow(
      "value 40 of lm_head.weight is 9, but that of embed_tokens.weight is",
    );
    const said = described("mistral", { tie_word_embeddings: false });
    expect((await openLlama(said, [twice(() => {})])).config.tied).toBe(false);
  });

  test("a head that is not there is tied, unless config.json says that it is not", async () => {
    const silent = described("mistral", { tie_word_embeddings: undefined });
    expect(readLlamaConfig(silent).config.tied).toBe(false); // as transformers has it
    expect((await openLlama(silent, [part(published.mistral)])).config.tied).toBe(true);
    const said = described("mistral", { tie_word_embeddings: false });
    await expect(openLlama(said, [part(published.mistral)])).rejects.toThrow(
      "there is no tensor lm_head.weight, and config.json says that it is not tied",
    );
  });
});

describe("the way out", () => {
  const readable = ["llama2", "llama3.1", "mistral", "gemma"] as const;

  test.each(readable)(
    "%s is read again bit by bit, whichever rows its angles turn",
    async (name) => {
      const config: Config = small[name];
      const spread = createSpread(createCpu(), config, { training: false });
      const values = await readTensors(spread, "parameters");
      const weights: LlamaWeights = {
        config,
        read: (name, start, into) => into.set(values[name].subarray(start, start + into.length)),
      };
      const bytes = await collect(writeLlama(weights));
      const again = await openLlama(encodeLlamaConfig(config, 2), [part(bytes)]);
      expect(again.config).toEqual({ ...config, pairs: "halves" });
      const got = await readTensors(await loaded(withPairs(again, config.pairs)), "parameters");
      for (const [name, expected] of Object.entries(values)) {
        // Less 1, a norm's weight below 0.5 loses bits.
        const rounded = config.scaled && /^ln/.test(name);
        const want = rounded
          ? expected.map((value) => Math.fround(Math.fround(value - 1) + 1))
          : expected;
        expect(got[name as keyof typeof got], name).toEqual(want);
      }
    },
  );

  test("with its rows in the other order a model computes the same", async () => {
    const file = await open("llama");
    const turned = withPairs(file, "neighbours");
    expect(turned.config.pairs).toBe("neighbours");
    const batch = { inputs: cases[0].ints("inputs"), targets: cases[0].ints("targets") };
    const loss = await validationLoss(await loaded(turned), batch);
    expect(Math.abs(loss - cases[0].floats("loss")[0])).toBeLessThan(5e-6);
    const [one, other] = [await valuesOf(file), await valuesOf(turned)];
    expect(other.qkvw).not.toEqual(one.qkvw);
    expect(await valuesOf(withPairs(turned, "halves"))).toEqual(one);
  });

  test("rows in the other order are the same in pieces of any length", async () => {
    const turned = withPairs(await open("llama"), "neighbours");
    const whole = new Float32Array(2 * 48 * 12);
    await turned.read("qkvw", 0, whole);
    for (const length of [1, 7, 12, 71, 73, 400]) {
      const pieces = new Float32Array(whole.length);
      for (let at = 0; at < whole.length; at += length) {
        await turned.read("qkvw", at, pieces.subarray(at, at + length));
      }
      expect(pieces, `${length}`).toEqual(whole);
    }
  });

  test.each<[string, object, string]>([
    ["layernorm", { norm: "layernorm" }, "none of Llama, Mistral and Gemma has the norm layernorm"],
    ["learned positions", { positions: "learned" }, "has positions that are learned"],
    ["no gate", { mlp: "gelu" }, "has an MLP without a gate"],
    ["Gemma with a window", { scaled: true, windowSize: 4 }, "both scaled embeddings and a window"],
  ])("a model with %s is refused by name", async (_, change, message) => {
    const config: Config = { ...small.llama2, ...change };
    const chunks = writeLlama({ config, read: () => {} });
    await expect(chunks.next()).rejects.toThrow(message);
    expect(() => encodeLlamaConfig(config)).toThrow(message);
  });
});

describe("a model of SmolLM2-135M's sizes", () => {
  const config: Config = {
    ...{ ...families.llama2, base: 100_000, tied: true, maxT: 8192 },
    ...{ V: 49152, Vp: 49152, L: 30, C: 576, NH: 9, NKV: 3, hs: 64, F: 1536 },
  };

  test("goes out in pieces of a few megabytes, and each tensor is found in its place", async () => {
    let [bytes, largest] = [0, 0];
    let header = new Uint8Array();
    for await (const chunk of writeLlama({ config, read: () => {} })) {
      if (bytes === 0) header = chunk;
      else largest = Math.max(largest, chunk.length);
      bytes += chunk.length;
    }
    expect(largest).toBe(4 * valuesAtOnce);
    expect(bytes - header.length).toBe(4 * 134_515_008);

    // A file of that header whose every value says where it is.
    const source = {
      size: bytes,
      read(into: Uint8Array<ArrayBuffer>, at: number) {
        if (at < header.length) return into.set(header.subarray(at, at + into.length));
        const values = new Float32Array(into.length / 4).map((_, i) => at - header.length + 4 * i);
        into.set(new Uint8Array(values.buffer));
      },
    };
    const { entries } = parseHeader(header, bytes);
    const file = await openLlama(encodeLlamaConfig(config), [{ name: "", source }]);
    expect(file.config).toEqual(config);
    const [C, layer] = [576, (9 + 2 * 3) * 64 * 576];
    const values = new Float32Array(2);
    for (const [key, row] of [
      ["q", 0],
      ["k", 9 * 64],
      ["v", 12 * 64],
    ] as const) {
      const { begin } = entries.get(`model.layers.29.self_attn.${key}_proj.weight`) ?? {
        begin: -1,
      };
      await file.read("qkvw", 29 * layer + row * C, values);
      expect([...values], key).toEqual([Math.fround(begin), Math.fround(begin + 4)]);
    }
  });
});
