// GPT-2 in Hugging Face's layout: a file that PyTorch wrote, files that are something else, and the way out and in again.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import {
  openHuggingFace,
  readHuggingFace,
  writeHuggingFace,
} from "@llm.ts/kernels/formats/huggingface.ts";
import {
  encodeHeader,
  readSafetensors,
  type Safetensors,
  writeSafetensors,
} from "@llm.ts/kernels/formats/safetensors.ts";
import { memorySource, type Source } from "@llm.ts/kernels/formats/source.ts";
import { type Config, presets } from "@llm.ts/kernels/gpt2/config.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { byParameter, parameterLength, parameterNames } from "@llm.ts/kernels/gpt2/parameters.ts";
import { readLogits } from "@llm.ts/kernels/model/classifier.ts";
import { readTensors, writeTensors } from "@llm.ts/kernels/model/model.ts";
import { validationLoss } from "@llm.ts/kernels/model/train.ts";
import { describe, expect, test } from "vitest";
import { exportWeights, loadWeights } from "../../src/training/weights.ts";
import { expectClose } from "../close.ts";
import { spreadParameters, withoutPadding } from "../gpt2/models.ts";
import { load, loadReference } from "../reference.ts";

const published = new Uint8Array(await load("reference/huggingface.safetensors"));
const [batch] = await loadReference("huggingface-loss");
const config: Config = { maxT: 13, V: 37, Vp: 128, L: 3, NH: 3, C: 24 };

/** PyTorch's file after a change. */
function edited(change: (file: Safetensors) => void): Source {
  const file = readSafetensors(published);
  change(file);
  return memorySource(writeSafetensors(file));
}

/** A file that is a header alone, with a hole where its tensors would be. */
function headerOnly(
  tensors: (readonly [string, number[], dtype?: "F32" | "F16" | "BOOL"])[],
  metadata: Record<string, string> = {},
): Source {
  const bytes = encodeHeader(
    metadata,
    tensors.map(([name, shape, dtype = "F32"]) => [name, { dtype, shape }] as const),
  );
  const size = { F32: 4, F16: 2, BOOL: 1 };
  const data = tensors.reduce(
    (sum, [, shape, dtype = "F32"]) => sum + size[dtype] * shape.reduce((a, b) => a * b, 1),
    0,
  );
  return {
    size: bytes.length + data,
    read: (into, at) => into.set(bytes.subarray(at, at + into.length)),
  };
}

/** The names and shapes of the published GPT-2s. */
function gpt2(V: number, maxT: number, L: number, C: number): [string, number[]][] {
  const layer = (l: number): [string, number[]][] => [
    [`h.${l}.attn.bias`, [1, 1, maxT, maxT]],
    [`h.${l}.attn.c_attn.bias`, [3 * C]],
    [`h.${l}.attn.c_attn.weight`, [C, 3 * C]],
    [`h.${l}.attn.c_proj.bias`, [C]],
    [`h.${l}.attn.c_proj.weight`, [C, C]],
    [`h.${l}.ln_1.bias`, [C]],
    [`h.${l}.ln_1.weight`, [C]],
    [`h.${l}.ln_2.bias`, [C]],
    [`h.${l}.ln_2.weight`, [C]],
    [`h.${l}.mlp.c_fc.bias`, [4 * C]],
    [`h.${l}.mlp.c_fc.weight`, [C, 4 * C]],
    [`h.${l}.mlp.c_proj.bias`, [C]],
    [`h.${l}.mlp.c_proj.weight`, [4 * C, C]],
  ];
  return [
    ...Array.from({ length: L }, (_, l) => layer(l)).flat(),
    ["ln_f.bias", [C]],
    ["ln_f.weight", [C]],
    ["wpe.weight", [maxT, C]],
    ["wte.weight", [V, C]],
  ];
}

const create = (sizes = config) => createGPT2(createCpu(), sizes, { B: 2, T: 11, training: false });

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

describe("a file that PyTorch wrote", () => {
  test("its sizes are read from the shapes, V is padded, and only the heads from the metadata", async () => {
    const file = await openHuggingFace(memorySource(published));
    expect(file.config).toEqual(config);
  });

  test("the model loaded from it has PyTorch's logits and PyTorch's loss", async () => {
    const model = create();
    await loadWeights(model, memorySource(published));
    const loss = await validationLoss(model, {
      inputs: batch.ints("inputs"),
      targets: batch.ints("targets"),
    });
    expect(loss).toBeGreaterThan(1);
    expect(Math.abs(loss - batch.floats("loss")[0])).toBeLessThan(5e-6);
    const logits = withoutPadding(await readLogits(model, 0, 22), config);
    expectClose("logits", logits, batch.floats("logits"), { atol: 2e-5, rtol: 1e-5 });
  });

  test("every value is written, and what was in the padded rows of wte before is 0 then", async () => {
    const model = create();
    const nan = byParameter((name) =>
      new Float32Array(parameterLength(name, config)).fill(Number.NaN),
    );
    writeTensors(model, "parameters", nan);
    await loadWeights(model, memorySource(published));
    const values = await readTensors(model, "parameters");
    for (const name of parameterNames) {
      expect(values[name].findIndex(Number.isNaN), name).toBe(-1);
    }
    expect(values.wte.subarray(0, 37 * 24).includes(0)).toBe(false);
    expect(values.wte.subarray(37 * 24)).toEqual(new Float32Array(91 * 24));
  });

  test("progress goes from the first piece to all bytes of the weights", async () => {
    const told: number[] = [];
    await loadWeights(create(), memorySource(published), (done, total) => told.push(done, total));
    const total = 4 * (37 * 24 + 13 * 24 + 2 * 24 + 3 * (12 * 24 * 24 + 13 * 24));
    expect(told.filter((_, i) => i % 2 === 1)).toEqual(Array(told.length / 2).fill(total));
    expect(told.at(-2)).toBe(total);
  });

  test.each([
    "with the prefix of the whole language model, its head and its masks",
    "without masks",
  ])("the same weights %s", async (form) => {
    const source = edited((file) => {
      const weights = [...file.tensors].filter(([name]) => !/\.attn\.bias$/.test(name));
      const wte = file.tensors.get("wte.weight");
      file.tensors = new Map(weights);
      if (form === "without masks" || !wte) return;
      file.tensors = new Map(weights.map(([name, tensor]) => [`transformer.${name}`, tensor]));
      const value = { dtype: "F32" as const, shape: [], data: Float32Array.of(-1e4) };
      file.tensors.set("transformer.h.2.attn.masked_bias", value).set("lm_head.weight", wte);
    });
    const [expected, model] = [create(), create()];
    await loadWeights(expected, memorySource(published));
    await loadWeights(model, source);
    expect(await readTensors(model, "parameters")).toEqual(
      await readTensors(expected, "parameters"),
    );
  });

  test("cut off at any byte of its header, or anywhere in its data, it is refused", async () => {
    const start = 8 + Number(new DataView(published.buffer).getBigUint64(0, true));
    const lengths = [...Array(64).keys(), start - 1, start, start + 1, published.length - 1];
    for (let at = 64; at < start; at += 101) lengths.push(at);
    for (const length of lengths) {
      await expect(
        openHuggingFace(memorySource(published.subarray(0, length))),
        `${length}`,
      ).rejects.toThrow(FormatError);
    }
  });
});

describe("files that hold the same weights in another form are read, and it is said what was found", () => {
  /** The parameters that a file gives, which must be those of PyTorch's, or what `rounded` makes of them. */
  async function expectSame(source: Source, rounded = (value: number) => value) {
    const [expected, model] = [create(), create()];
    await loadWeights(expected, memorySource(published));
    await loadWeights(model, source);
    const values = await readTensors(expected, "parameters");
    const got = await readTensors(model, "parameters");
    for (const name of parameterNames) {
      const wrong = got[name].findIndex((value, i) => !Object.is(value, rounded(values[name][i])));
      expect(wrong, name).toBe(-1);
    }
    return (await openHuggingFace(source)).notes;
  }

  const named = (rename: (name: string) => string) =>
    edited((file) => {
      file.tensors = new Map([...file.tensors].map(([name, tensor]) => [rename(name), tensor]));
    });

  /** nanoGPT's own class has the names of Hugging Face's and PyTorch's Linear. */
  const nanoGpt = () =>
    edited(({ tensors }) => {
      for (const [name, { shape, data }] of tensors) {
        if (!/(c_attn|c_proj|c_fc)\.weight$/.test(name)) continue;
        const [rows, columns] = shape;
        const turned = Float32Array.from(
          data,
          (_, i) => data[(i % rows) * columns + Math.floor(i / rows)],
        );
        tensors.set(name, { dtype: "F32", shape: [columns, rows], data: turned });
      }
    });

  /** The same file with 16 bits for each number. */
  function half(dtype: "F16" | "BF16", bitsOf: (value: number) => number): Source {
    const tensors = [...readSafetensors(published).tensors];
    const header = encodeHeader(
      { n_head: "3" },
      tensors.map(([name, { shape }]) => [name, { dtype, shape }] as const),
    );
    const data = tensors.map(([, { data }]) => Buffer.from(Uint16Array.from(data, bitsOf).buffer));
    return memorySource(Buffer.concat([header, ...data]));
  }

  test("the published file: nothing is to be said", async () => {
    expect(await expectSame(memorySource(published))).toEqual([]);
  });

  test.each([
    "_orig_mod.",
    "module.",
    "model.",
    "_orig_mod.module.",
    "module._orig_mod.",
    "model._orig_mod.module.",
  ])("with the prefix %s before all names", async (prefix) => {
    const note = `All its names begin with "${prefix}", which a wrapper in PyTorch has put there; the names are read without it.`;
    expect(await expectSame(named((name) => prefix + name))).toEqual([note]);
    expect(await expectSame(named((name) => `${prefix}transformer.${name}`))).toEqual([note]);
  });

  test("with a head in place of the embedding", async () => {
    const source = named((name) =>
      name === "wte.weight" ? "lm_head.weight" : `transformer.${name}`,
    );
    expect(await expectSame(source)).toEqual([
      "It has lm_head.weight and no wte.weight: in GPT-2 they are one matrix.",
    ]);
  });

  test("in nanoGPT's layout, where only three of the four matrices of a layer tell which it is", async () => {
    const [note, ...more] = await expectSame(nanoGpt());
    expect(note).toContain("laid out as nanoGPT writes them, (out, in)");
    expect(more).toEqual([]);
    expect((await openHuggingFace(nanoGpt())).layout).toBe("(out, in)");
    expect((await openHuggingFace(memorySource(published))).layout).toBe("(in, out)");
  });

  test("in nanoGPT's layout but for one matrix, it is refused", async () => {
    const shapes = gpt2(37, 13, 2, 64).map(([name, shape]): [string, number[]] => [
      name,
      /(c_attn|c_fc)\.weight$/.test(name) ? shape.toReversed() : shape,
    ]);
    await expect(openHuggingFace(headerOnly(shapes))).rejects.toThrow(
      "h.0.mlp.c_proj.weight has shape (256, 64), expected (64, 256)",
    );
  });

  const f16 = new Float16Array(1);
  const bitsOfF16 = new Uint16Array(f16.buffer);
  const f32 = new Float32Array(1);
  const bitsOfF32 = new Uint32Array(f32.buffer);

  test.each<["F16" | "BF16", (value: number) => number, (bits: number) => number]>([
    [
      "F16",
      (value) => {
        f16[0] = value;
        return bitsOfF16[0];
      },
      (bits) => {
        bitsOfF16[0] = bits;
        return f16[0];
      },
    ],
    [
      "BF16",
      (value) => {
        f32[0] = value;
        return bitsOfF32[0] >>> 16;
      },
      (bits) => {
        bitsOfF32[0] = bits << 16;
        return f32[0];
      },
    ],
  ])("in %s, each number widened and none changed", async (dtype, toBits, fromBits) => {
    expect(await expectSame(half(dtype, toBits), (value) => fromBits(toBits(value)))).toEqual([
      `Its numbers have 16 bits (${dtype}); each is widened to 32, which changes none of them.`,
    ]);
  });

  test("of 16 bits, a number that is infinite is found as in a file of 32", async () => {
    const source = half("F16", () => 0xfc00);
    await expect(loadWeights(create(), source)).rejects.toThrow(
      "value 0 of wte.weight is -Infinity: the file is damaged",
    );
  });

  test("of 16 bits, no more than one matrix is read at a time, and in half the bytes", async () => {
    const shapes = gpt2(50257, 1024, 1, 768).map(([name, shape]) => [name, shape, "F16"] as const);
    const file = await openHuggingFace(headerOnly(shapes));
    let largest = 0;
    const source = {
      ...file.source,
      read(into: Uint8Array) {
        largest = Math.max(largest, into.length);
      },
    };
    let told = [0, 0];
    await readHuggingFace(
      { ...file, source },
      () => {},
      (...progress) => {
        told = progress;
      },
    );
    expect(largest).toBe(2 * 4 * 768 * 768);
    expect(told[0]).toBe(told[1]);
  });
});

describe("the published sizes", () => {
  test.each([
    ["GPT-2 124M", 12, 768, 12],
    ["GPT-2 355M", 24, 1024, 16],
    ["GPT-2 774M", 36, 1280, 20],
    ["GPT-2 1558M", 48, 1600, 25],
  ])("%s: L = %i, C = %i, and NH = %i, which the file does not say", async (_, L, C, NH) => {
    const { config } = await openHuggingFace(headerOnly(gpt2(50257, 1024, L, C)));
    expect(config).toEqual({ maxT: 1024, V: 50257, Vp: 50304, L, NH, C });
  });

  test.each([
    [48, 1, 48],
    [96, 2, 48],
    [100, 2, 50],
    [320, 5, 64],
    [384, 6, 64],
  ])("without a word on heads, C = %i is guessed as %i of %i channels", async (C, NH, hs) => {
    const file = await openHuggingFace(headerOnly(gpt2(37, 13, 1, C)));
    expect(file).toMatchObject({ config: { C, NH }, headsFrom: "guess" });
    expect(NH * hs).toBe(C);
  });

  test("heads are what the file says, then what the caller says, and a guess last", async () => {
    const silent = headerOnly(gpt2(37, 13, 1, 96));
    const told = headerOnly(gpt2(37, 13, 1, 96), { n_head: "4" });
    expect(await openHuggingFace(silent, 3)).toMatchObject({
      config: { NH: 3 },
      headsFrom: "caller",
    });
    expect(await openHuggingFace(told, 3)).toMatchObject({ config: { NH: 4 }, headsFrom: "file" });
    await expect(openHuggingFace(silent, 5)).rejects.toThrow("C is 96 and NH is 5");
  });

  test("124M is the preset, and its data has the length of the published file's", async () => {
    const source = headerOnly(gpt2(50257, 1024, 12, 768));
    const { config, start } = await openHuggingFace(source);
    expect(config).toEqual(presets["gpt2-124M"]);
    expect(source.size - start).toBe(548_105_171 - 8 - 14_283);
  });

  test("no more than one matrix is in memory at a time, and wte in pieces", async () => {
    const file = await openHuggingFace(headerOnly(gpt2(50257, 1024, 1, 768)));
    const source = { ...file.source, largest: 0 };
    source.read = (into) => {
      source.largest = Math.max(source.largest, into.length);
    };
    let largest = 0;
    await readHuggingFace({ ...file, source }, (_, __, { length }) => {
      largest = Math.max(largest, length);
    });
    expect(source.largest).toBe(4 * 4 * 768 * 768);
    expect(largest).toBe(4 * 768 * 768);
  });
});

describe("a file that is something else is refused, and what is wrong is named", () => {
  const llama = [
    "model.embed_tokens.weight",
    "model.layers.0.input_layernorm.weight",
    "model.layers.0.mlp.down_proj.weight",
    "lm_head.weight",
  ];
  const small = () => gpt2(37, 13, 2, 64);
  const without = (name: string) => small().filter(([other]) => other !== name);
  const changed = (name: string, shape: number[], dtype: "F32" | "BOOL" = "F32") =>
    small().map(([other, was]): [string, number[], "F32" | "BOOL"] =>
      other === name ? [name, shape, dtype] : [other, was, "F32"],
    );

  test.each<[string, Source, string]>([
    [
      "a LLaMA",
      headerOnly(llama.map((name) => [name, [8, 8]])),
      "there is no tensor wte.weight: the file is another model, or a part of one (it begins with model.embed_tokens.weight, model.layers.0.input_layernorm.weight, model.layers.0.mlp.down_proj.weight)",
    ],
    ["an empty file", headerOnly([]), "it begins with no tensor at all"],
    ["a missing tensor", headerOnly(without("h.1.mlp.c_fc.bias")), "no tensor h.1.mlp.c_fc.bias"],
    [
      "a missing layer",
      headerOnly(small().filter(([name]) => !name.startsWith("h.0."))),
      "no tensor h.0.ln_1.weight",
    ],
    ["no layer", headerOnly(small().filter(([name]) => !name.startsWith("h."))), "h.0.ln_1.weight"],
    [
      "a number of layers that no memory holds",
      headerOnly([...small(), ["h.999999999.ln_1.weight", [64]]]),
      "no tensor h.2.ln_1.weight",
    ],
    [
      "a matrix that is not transposed",
      headerOnly(changed("h.1.mlp.c_fc.weight", [256, 64])),
      "h.1.mlp.c_fc.weight has shape (256, 64), expected (64, 256)",
    ],
    ["a wte of one dimension", headerOnly(changed("wte.weight", [64])), "expected (V, C)"],
    ["a wpe of another C", headerOnly(changed("wpe.weight", [13, 63])), "shape (13, 63)"],
    ["no token", headerOnly(changed("wte.weight", [0, 64])), "V is 0"],
    [
      "another dtype",
      headerOnly(changed("h.0.ln_2.bias", [64], "BOOL")),
      "h.0.ln_2.bias has dtype BOOL, expected F32, F16 or BF16: choose a file in one of these, or convert this one with model.float()",
    ],
    [
      "no biases, as nanoGPT can be told to train without them",
      headerOnly(small().filter(([name]) => !/(?<!\.attn)\.bias$/.test(name))),
      "it has no biases: it was made with bias=False, as nanoGPT can. GPT-2's layers have them, and here they would be trained along",
    ],
    [
      "one bias missing, as in no model",
      headerOnly(without("h.0.ln_1.bias")),
      "there is no tensor h.0.ln_1.bias",
    ],
    [
      "a prefix that not all names have",
      headerOnly(small().map(([name, shape], i) => [i === 3 ? name : `module.${name}`, shape])),
      "there is no tensor wte.weight",
    ],
    [
      "a head and no embedding, without the rest of a GPT-2",
      headerOnly([["lm_head.weight", [37, 64]]]),
      "there is no tensor wte.weight",
    ],
    [
      "a tensor that GPT-2 does not have",
      headerOnly([...small(), ["score.weight", [2, 64]]]),
      "it has a tensor score.weight",
    ],
    [
      "attention that GPT-2 does not have",
      headerOnly([...small(), ["h.0.attn.rotary.bias", [64]]]),
      "it has a tensor h.0.attn.rotary.bias",
    ],
    [
      "a head of another size",
      headerOnly([...small(), ["lm_head.weight", [36, 64]]]),
      "lm_head.weight has shape (36, 64), expected (37, 64)",
    ],
    [
      "a tensor twice",
      headerOnly([...small(), ["transformer.wte.weight", [37, 64]]]),
      "wte.weight is there twice",
    ],
    [
      "heads that do not divide C",
      headerOnly(small(), { n_head: "5" }),
      "C is 64 and NH is 5, but the heads share the channels evenly",
    ],
    ["heads that are no number", headerOnly(small(), { n_head: "many" }), "NH is NaN"],
  ])("%s", async (_, source, message) => {
    await expect(openHuggingFace(source)).rejects.toThrow(FormatError);
    await expect(openHuggingFace(source)).rejects.toThrow(message);
  });

  test("masks may be of any dtype, since they are passed over", async () => {
    const file = headerOnly(changed("h.1.attn.bias", [1, 1, 13, 13], "BOOL"));
    expect((await openHuggingFace(file)).config.L).toBe(2);
  });

  test.each([
    [Number.NaN, "value 5 of h.1.ln_2.bias is NaN: the file is damaged"],
    [Number.NEGATIVE_INFINITY, "value 5 of h.1.ln_2.bias is -Infinity"],
  ])("a weight that is %d", async (value, message) => {
    const source = edited(({ tensors }) => {
      const tensor = tensors.get("h.1.ln_2.bias");
      if (tensor) tensor.data[5] = value;
    });
    await expect(loadWeights(create(), source)).rejects.toThrow(message);
  });

  test("a head that is not the embedding", async () => {
    const source = edited(({ tensors }) => {
      const data = Float32Array.from(tensors.get("wte.weight")?.data ?? []);
      data[40] += 1;
      tensors.set("lm_head.weight", { dtype: "F32", shape: [37, 24], data });
    });
    await expect(loadWeights(create(), source)).rejects.toThrow("value 40 of lm_head.weight is");
  });

  test.each<Partial<Config>>([{ L: 2 }, { NH: 4 }, { maxT: 14 }, { V: 38 }])(
    "a model of other sizes: %o, and nothing is written then",
    async (size) => {
      const model = create({ ...config, ...size });
      await expect(loadWeights(model, memorySource(published))).rejects.toThrow(
        "the file holds a GPT-2 with L = 3, NH = 3, C = 24, V = 37, maxT = 13, but the model that was chosen has",
      );
      const { wte } = await readTensors(model, "parameters");
      expect(wte.every((value) => value === 0)).toBe(true);
    },
  );
});

describe("the way out", () => {
  test("what was written is read again, bit by bit, and the padding is not written", async () => {
    const values = spreadParameters(config, 5);
    const model = create();
    writeTensors(model, "parameters", values);
    const bytes = await collect(exportWeights(model, { step: "17" }));
    const { metadata, tensors } = readSafetensors(bytes);
    expect(metadata).toEqual({ step: "17", format: "pt", n_head: "3" });
    expect(tensors.get("wte.weight")?.shape).toEqual([37, 24]);
    expect(tensors.get("h.2.attn.c_attn.weight")?.shape).toEqual([24, 72]);

    const again = create();
    await loadWeights(again, memorySource(bytes));
    expect(await readTensors(again, "parameters")).toEqual(values);
  });

  test("PyTorch's file comes out with the same tensors, but for the masks", async () => {
    const model = create();
    await loadWeights(model, memorySource(published));
    const { tensors } = readSafetensors(await collect(exportWeights(model)));
    const expected = new Map(
      [...readSafetensors(published).tensors].filter(([name]) => !/\.attn\.bias$/.test(name)),
    );
    expect(tensors.size).toBe(expected.size);
    expect(tensors).toEqual(expected);
  });

  test("a tensor of several pieces has each of its values in its place, out and in", async () => {
    const sizes = { maxT: 3, V: 40_000, Vp: 40_064, L: 1, NH: 1, C: 64 };
    const length = sizes.V * sizes.C; // 2.4 pieces
    const bytes = await collect(
      writeHuggingFace(sizes, (name, start, into) => {
        if (name === "wte") into.set(into.map((_, i) => start + i));
      }),
    );
    const stored = readSafetensors(bytes).tensors.get("wte.weight")?.data as Float32Array;
    expect(stored.length).toBe(length);
    expect(stored.findIndex((value, i) => value !== i)).toBe(-1);

    const wte = new Float32Array(sizes.Vp * sizes.C).fill(-1);
    await readHuggingFace(await openHuggingFace(memorySource(bytes)), (name, start, values) => {
      if (name === "wte") wte.set(values, start);
    });
    expect(wte.findIndex((value, i) => value !== (i < length ? i : 0))).toBe(-1);
  });

  test("it comes in pieces of a few megabytes", async () => {
    const sizes = { ...presets["gpt2-124M"], L: 1 };
    let largest = 0;
    let total = 0;
    for await (const { length } of writeHuggingFace(sizes, () => {})) {
      largest = Math.max(largest, length);
      total += length;
    }
    expect(largest).toBe(4 * 4 * 768 * 768);
    expect(total).toBeGreaterThan(4 * (50257 + 1024) * 768);
  });

  test("a config that no model can have is refused", async () => {
    const faulty = writeHuggingFace({ ...config, NH: 5 }, () => {});
    await expect(faulty.next()).rejects.toThrow("C is 24 and NH is 5");
  });
});
