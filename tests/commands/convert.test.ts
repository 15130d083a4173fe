// npm run convert: files that PyTorch wrote (files.py, and the reference of Hugging Face's format), whole and broken, through
// every kind and back.

import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { writeModel } from "@llm.ts/kernels/formats/llmc.ts";
import { encodeHeader, readSafetensors } from "@llm.ts/kernels/formats/safetensors.ts";
import { byParameter, initialValues } from "@llm.ts/kernels/gpt2/parameters.ts";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { fileAt, withWeights } from "../../src/commands/convert.read.ts";
import { convert } from "../../src/commands/convert.ts";
import { generate } from "../../src/commands/generate.ts";
import { train } from "../../src/commands/train.ts";
import { writeCheckpoint } from "../../src/training/checkpoint.ts";
import { planRun } from "../../src/training/plan.ts";
import { openTokenizer, type PublishedTokens } from "../../src/training/published.ts";
import { Session } from "../../src/training/session.ts";
import { defaults } from "../../src/training/settings.ts";
import { kinds, V as ownV, type TokenizerKind, tokenizerOf } from "../formats/tokenizers.ts";
import { call } from "./inprocess.ts";
import { odd, root, run } from "./run.ts";

const model = odd("model.bin"); // maxT 11, V 261, Vp 384, L 3, NH 3, C 15
const state = odd("state.bin");
const published = `${root}public/reference/huggingface.safetensors`; // maxT 13, V 37, L 3, NH 3, C 24

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "convert-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});
const path = (name: string) => join(folder, name);

/** Converts, and expects that it works. Returns what was printed. */
async function converted(from: string, to: string, ...flags: string[]): Promise<string> {
  const { status, stdout, stderr } = await call(convert, from, path(to), ...flags);
  expect(stderr).toBe("");
  expect(status).toBeFalsy();
  return stdout;
}

/** Converts, and expects that it is refused, with nothing left behind. Returns the sentence. */
async function refused(status: 1 | 2, from: string, to: string, ...flags: string[]) {
  const before = readdirSync(folder);
  const result = await call(convert, from, path(to), ...flags);
  expect(result.status).toBe(status);
  expect(result.stderr).toMatch(/^npm run convert: .+\n$/);
  expect(readdirSync(folder)).toEqual(before);
  return result.stderr.slice("npm run convert: ".length, -1);
}

function same(a: string, b: string): void {
  expect(Buffer.compare(readFileSync(a), readFileSync(b)), `${a} and ${b}`).toBe(0);
}

/** A copy of a file, changed. */
function changed(from: string, change: (bytes: Buffer, view: DataView) => unknown): string {
  const bytes = readFileSync(from);
  const result = change(bytes, new DataView(bytes.buffer, bytes.byteOffset));
  const copy = path("changed");
  writeFileSync(copy, result instanceof Buffer ? result : bytes);
  return copy;
}

const sha256 = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");

describe("the way round is byte for byte", () => {
  test("from llm.c's model through safetensors, a folder and GGUF, back to every one of them", async () => {
    const said = await converted(model, "1.safetensors");
    expect(said).toContain("maxT = 11, V = 261, L = 3, NH = 3, C = 15; 14,640 parameters");
    await converted(path("1.safetensors"), "2");
    await converted(path("2"), "3.gguf");
    await converted(path("3.gguf"), "4.bin");
    same(path("4.bin"), model);
    await converted(path("4.bin"), "5.gguf");
    same(path("5.gguf"), path("3.gguf"));
    await converted(path("5.gguf"), "6");
    for (const name of ["model.safetensors", "config.json", "tokenizer.json"]) {
      same(path(`6/${name}`), path(`2/${name}`));
    }
    same(path("2/model.safetensors"), path("1.safetensors"));
  });

  test("bfloat16 comes back as it was from every exact kind", async () => {
    await converted(model, "1_bf16.bin");
    expect(readFileSync(path("1_bf16.bin")).length).toBe(1024 + 2 * 14_640);
    await converted(path("1_bf16.bin"), "2.gguf");
    await converted(path("2.gguf"), "3.safetensors");
    await converted(path("3.safetensors"), "4-bf16.bin");
    same(path("4-bf16.bin"), path("1_bf16.bin"));
  });

  test("a debug state becomes safetensors with its tensors by name, and these a debug state", async () => {
    await converted(state, "state.safetensors", "--model", model);
    const { tensors } = readSafetensors(readFileSync(path("state.safetensors")));
    const bytes = readFileSync(state);
    const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset + 1024));
    const [B, T, V, C] = [2, 7, 261, 15];
    const integers = new Int32Array(values.buffer);
    expect(tensors.get("targets")).toEqual({
      ...{ dtype: "I32", shape: [B, T] },
      data: integers.slice(B * T, 2 * B * T),
    });
    const [logits, loss] = [2 * B * T, 2 * B * T + B * T * V];
    expect(tensors.get("logits")?.data).toEqual(values.slice(logits, loss));
    expect(tensors.get("loss")).toEqual({
      ...{ dtype: "F32", shape: [] },
      data: values.slice(loss, loss + 1),
    });
    expect(tensors.get("gradients.lnfb")).toEqual({
      ...{ dtype: "F32", shape: [C] },
      data: values.slice(-C),
    });
    await converted(path("state.safetensors"), "back.bin");
    same(path("back.bin"), state);
  });
});

describe("files are as other code writes them", () => {
  // SHA-256 of what PyTorch 1.13 wrote, in the layout of write_model of llm.c's train_gpt2.py.
  test("Hugging Face's file becomes the very files that llm.c's script would write of it", async () => {
    await converted(published, "model.bin");
    await converted(published, "model_bf16.bin");
    expect(sha256(path("model.bin"))).toBe(
      "2c8c245a81fc924000c7e6fe3a6dc1c0ac977e0ffa0ec67973f35a9710226d7a",
    );
    expect(sha256(path("model_bf16.bin"))).toBe(
      "14f1b5da0a0cf7526139a8848d70546e314767845c4af6d66d3ec0a13f637c5b",
    );
  });

  test("the folder has the config and the tokens that transformers asks for", async () => {
    expect(await converted(model, "folder")).toContain("the first 260 of GPT-2's");
    const config = JSON.parse(readFileSync(path("folder/config.json"), "utf8"));
    expect(config).toMatchObject({
      ...{
        architectures: ["GPT2LMHeadModel"],
        model_type: "gpt2",
        activation_function: "gelu_new",
      },
      ...{ vocab_size: 261, n_positions: 11, n_embd: 15, n_layer: 3, n_head: 3 },
      ...{ layer_norm_epsilon: 1e-5, bos_token_id: 260, eos_token_id: 260 },
    });
    const { model: bpe, added_tokens } = JSON.parse(
      readFileSync(path("folder/tokenizer.json"), "utf8"),
    );
    expect(bpe.vocab).toMatchObject({ "!": 0, Ġ: 220, Ġt: 256, he: 258, "<|endoftext|>": 260 });
    expect(bpe.merges).toEqual(["Ġ t", "Ġ a", "h e", "i n"]);
    expect(added_tokens[0]).toMatchObject({ id: 260, content: "<|endoftext|>", special: true });
  });

  test("of a checkpoint of this project the weights come along, and it is said what does not", async () => {
    const sizes = { maxT: 11, V: 261, Vp: 384, L: 2, NH: 3, C: 12 };
    const settings = { ...defaults.tiny, sizes, T: 8 };
    const text = { name: "", train: new Uint16Array(99), validation: new Uint16Array(99) };
    const session = new Session(createCpu(), planRun(settings, "TypeScript"), text);
    const chunks: Uint8Array[] = [];
    await writeCheckpoint(session.progress(), session.parts(), (bytes) => {
      chunks.push(bytes.slice());
    });
    writeFileSync(path("run.checkpoint"), Buffer.concat(chunks));
    const said = await converted(path("run.checkpoint"), "model.bin");
    expect(said).toContain("a checkpoint of this project after 0 steps");
    expect(said).toContain("Only the weights come along");
    const parameters = byParameter((name) => initialValues(name, sizes, settings.seed));
    const expected = writeModel({ config: sizes, parameters });
    expect(Buffer.compare(readFileSync(path("model.bin")), expected)).toBe(0);

    const damaged = changed(path("run.checkpoint"), (bytes) => bytes.fill(1, 5000, 5001));
    expect(await refused(1, damaged, "b.bin")).toContain("its checksum does not match");
  });
});

test("npm run generate writes the same from every kind", async () => {
  await converted(model, "a.gguf");
  await converted(model, "folder");
  const written = async (file: string) => {
    const flags = [
      "--prompt",
      "a",
      "--length",
      "8",
      "--temperature",
      "0",
      "--backend",
      "typescript",
    ];
    const { status, stdout } = await call(generate, "--model", file, ...flags);
    expect(status).toBeFalsy();
    return stdout;
  };
  const expected = await written(model);
  expect(expected.length).toBeGreaterThan(2);
  for (const name of ["a.gguf", "folder"]) expect(await written(path(name)), name).toBe(expected);
});

test("a weight that is not a number is told with the name of its file by npm run generate as well", async () => {
  const broken = changed(model, (_, view) => view.setFloat32(1024 + 4 * 99, Number.NaN, true));
  const { status, stderr } = await call(generate, "--model", broken, "--backend", "typescript");
  expect(status).toBe(1);
  expect(stderr).toBe(
    `npm run generate: ${broken}: llm.c model: wte[99] is NaN: the file is damaged\n`,
  );
});

/** The model's folder, whose tokenizer has "Ġw" where GPT-2's has "Ġa". */
async function folderOfOtherTokens(merge: string | string[]): Promise<void> {
  await converted(model, "folder");
  const file = path("folder/tokenizer.json");
  const tokenizer = JSON.parse(readFileSync(file, "utf8"));
  const { Ġa, ...vocab } = tokenizer.model.vocab;
  tokenizer.model = { ...tokenizer.model, vocab: { ...vocab, Ġw: Ġa } };
  tokenizer.model.merges[1] = merge;
  writeFileSync(file, JSON.stringify(tokenizer));
}

describe("what IN does not say", () => {
  test("a folder's own tokens go into the GGUF and out again", async () => {
    await folderOfOtherTokens(["Ġ", "w"]); // as newer versions write it
    await converted(path("folder"), "model.gguf");
    await converted(path("model.gguf"), "again");
    const { model: bpe } = JSON.parse(readFileSync(path("again/tokenizer.json"), "utf8"));
    expect(bpe.vocab.Ġw).toBe(257);
    expect(bpe.merges[1]).toBe("Ġ w");
  });

  test("tokens that are not made as GPT-2's are refused where they would be needed", async () => {
    await converted(model, "a.gguf");
    const other = changed(path("a.gguf"), (bytes) => {
      bytes.write("llama", bytes.indexOf("tokenizer.ggml.pre") + 18 + 4 + 8); // in place of gpt-2
    });
    for (const out of ["b.gguf", "folder"]) {
      expect(await refused(1, other, out)).toBe(
        `${other} has tokens of another kind than GPT-2's (gpt2, llama): only a .bin or .safetensors, which have none, can be made of it`,
      );
    }
    await converted(other, "b.bin");
    same(path("b.bin"), model);
  });

  test("heads come from --heads or config.json, and are not guessed but for OpenAI's sizes", async () => {
    await converted(model, "folder");
    const { tensors } = readSafetensors(readFileSync(path("folder/model.safetensors")));
    const data = [...tensors.values()].map(({ data }) => Buffer.from(data.slice().buffer));
    const silent = path("folder/silent.safetensors");
    writeFileSync(silent, Buffer.concat([encodeHeader({}, tensors), ...data]));
    await converted(silent, "config.bin"); // config.json is beside it
    same(path("config.bin"), model);
    rmSync(path("folder/config.json"));
    expect(await refused(1, silent, "x.bin")).toContain(
      "does not say how many heads it has: put its config.json beside it, or say --heads",
    );
    await converted(silent, "heads.bin", "--heads", "3");
    same(path("heads.bin"), model);
    expect(await refused(1, silent, "x.bin", "--heads", "4")).toContain("C is 15 and NH is 4");
  });

  test("rows of wte that no token has stay in llm.c's kinds, and it is said that others lack them", async () => {
    const padded = changed(model, (_, view) => view.setFloat32(1024 + 4 * 261 * 15, 2, true));
    const note = "The rows of wte from 261 on, which no token has, are not 0";
    expect(await converted(padded, "same.bin")).toContain(note);
    same(path("same.bin"), padded);
    expect(await converted(padded, "a.gguf")).toContain(note);
    await converted(path("a.gguf"), "back.bin");
    same(path("back.bin"), model);
  });

  test("OUT is told by its name, and --to goes before that", async () => {
    const heads: [name: string, flags: string[], begins: string | number[]][] = [
      ["a-f16.gguf", [], "GGUF"],
      ["a.bin", ["--to", "gguf-q8_0"], "GGUF"],
      ["a_bf16.bin", [], [20240326, 5]],
      ["bf16.bin", ["--to", "llmc"], [20240326, 3]],
      ["model", ["--to", "llmc-bf16"], [20240326, 5]],
    ];
    for (const [name, flags, begins] of heads) {
      await converted(model, name, ...flags);
      const bytes = readFileSync(path(name));
      if (typeof begins === "string") expect(bytes.toString("latin1", 0, 4), name).toBe(begins);
      else expect([bytes.readInt32LE(0), bytes.readInt32LE(4)], name).toEqual(begins);
    }
    expect(await converted(path("a-f16.gguf"), "f16.bin")).toContain("GGUF in F16 and F32");
    // C = 15 is no multiple of 32, so only the second matrix of the MLP, whose rows have 60, could not be Q8_0 either
    expect(await converted(path("a.bin"), "q8.bin")).toContain("GGUF in F16 and F32");
  });
});

describe("a GPT-2 with a tokenizer of its own", () => {
  const sizes = { maxT: 40, V: ownV, Vp: ownV, L: 1, NH: 1, C: 4 };

  /** A folder as it is published, with a tokenizer of a kind, which may be changed. */
  // biome-ignore lint/suspicious/noExplicitAny: what the file holds, of which any part may be changed
  async function published(kind: TokenizerKind, change: (tokenizer: any) => unknown = () => {}) {
    const parameters = byParameter((name) => initialValues(name, sizes, 3));
    for (const name of ["wte", "fcw"] as const) {
      parameters[name].forEach((value, i) => {
        parameters[name][i] = 40 * value; // so that its likeliest tokens are far ahead
      });
    }
    writeFileSync(path("plain.bin"), writeModel({ config: sizes, parameters }));
    await converted(path("plain.bin"), "published");
    const { tokenizer, config } = tokenizerOf(kind);
    const own = JSON.parse(tokenizer);
    change(own);
    writeFileSync(path("published/tokenizer.json"), JSON.stringify(own));
    const described = JSON.parse(readFileSync(path("published/config.json"), "utf8"));
    const both = JSON.stringify({ ...described, ...JSON.parse(config) });
    writeFileSync(path("published/config.json"), both);
    return path("published");
  }
  const written = async (file: string) => {
    const flags = ["--prompt", "First Citizen: 12", "--length", "8", "--temperature", "0"];
    const result = await call(generate, "--model", file, ...flags, "--backend", "typescript");
    expect(result.status).toBeFalsy();
    return result.stdout;
  };

  /** The losses of a step on a text in the tokens of the model. */
  const losses = async (file: string) => {
    writeFileSync(path("text.txt"), " w w w First Citizen: 12\n".repeat(30));
    const step = ["--text", path("text.txt"), "--B", "1", "--T", "8", "--steps", "1"];
    const said = ["--val-batches", "1", "--sample-every", "0", "--json"];
    const result = await call(train, "--model", file, ...step, ...said, "--backend", "typescript");
    expect(result.stderr).toBe("");
    return Array.from(result.stdout.matchAll(/"loss":([\d.]+)/g), ([, loss]) => Number(loss));
  };

  test.each(kinds)(
    "of the kind %s: it goes into a folder as it is, into a GGUF and out",
    async (kind) => {
      const at = await published(kind);
      await converted(at, "copy");
      for (const name of ["tokenizer.json", "config.json"]) {
        const [was, is] = [at, path("copy")].map((folder) =>
          JSON.parse(readFileSync(join(folder, name), "utf8")),
        );
        expect(is, name).toEqual(was);
      }
      await converted(at, "model.gguf");
      await converted(path("model.gguf"), "again");
      const { bos_token_id, eos_token_id } = JSON.parse(
        readFileSync(path("again/config.json"), "utf8"),
      );
      expect({ bos_token_id, eos_token_id }).toEqual(JSON.parse(tokenizerOf(kind).config));
      const expected = await written(at);
      for (const name of ["copy", "model.gguf", "again"]) {
        expect(await written(path(name)), name).toBe(expected);
      }
      const [before] = await losses(at);
      expect(before).toBeGreaterThan(0);
      expect((await losses(path("model.gguf")))[0]).toBe(before);
    },
  );

  test("that llama.cpp cannot be told goes into a folder all the same, and is written with", async () => {
    const at = await published("gpt-2", (t) => {
      t.pre_tokenizer.add_prefix_space = true;
    });
    await converted(at, "copy");
    const tokenizers = [at, path("copy")].map((folder) =>
      readFileSync(join(folder, "tokenizer.json")),
    );
    expect(tokenizers[1].equals(tokenizers[0])).toBe(true);
    expect(await written(path("copy"))).toBe(await written(at));
    expect(await refused(1, at, "model.gguf")).toContain(
      "tokenizer.json: it cuts texts into words in a way that has no name here (ByteLevel)",
    );
    await converted(at, "model.bin");
    same(path("model.bin"), path("plain.bin"));
  });

  test("of other tokens is written with and trained in these, whether a folder or a GGUF has it", async () => {
    await folderOfOtherTokens("Ġ w");
    await converted(path("folder"), "model.gguf");
    const trained: number[] = [];
    for (const name of ["folder", "model.gguf"]) {
      const flags = ["--prompt", " w w", "--length", "1", "--backend", "typescript"];
      const { stderr } = await call(generate, "--model", path(name), ...flags);
      expect(stderr, name).toContain("2 tokens read"); // in GPT-2's first 260 they are four
      trained.push((await losses(path(name)))[0]);
    }
    expect(trained[0]).toBeGreaterThan(0);
    expect(trained[1]).toBe(trained[0]);
    // In GPT-2's first 260 tokens the same text is another.
    await converted(path("folder"), "plain");
    rmSync(path("plain/tokenizer.json"));
    expect((await losses(path("plain")))[0]).not.toBe(trained[0]);
  });

  test("of GPT-2's tokens, of which another ends a text, ends them with that", async () => {
    await converted(model, "folder");
    const config = readFileSync(path("folder/config.json"), "utf8");
    const other = config.replace('"eos_token_id": 260', '"eos_token_id": 198'); // a new line
    writeFileSync(path("folder/config.json"), other);
    await converted(path("folder"), "model.gguf");
    await converted(path("model.gguf"), "again");
    for (const name of ["folder", "again"]) {
      const { published } = await withWeights(fileAt(path(name)), undefined, async (file) => file);
      const { ends, begin } = await openTokenizer(published as PublishedTokens, 261);
      expect([ends(198), ends(260), begin], name).toEqual([true, false, 260]);
    }
  });

  test("without a config.json that names it, the token that ends its texts is the one that is special", async () => {
    const at = await published("gpt-2", (t) => {
      t.post_processor = null;
    });
    rmSync(join(at, "config.json"));
    await converted(at, "model.gguf");
    await converted(path("model.gguf"), "again");
    const { bos_token_id, eos_token_id } = JSON.parse(
      readFileSync(path("again/config.json"), "utf8"),
    );
    expect([bos_token_id, eos_token_id]).toEqual([ownV - 1, ownV - 1]);
  });
});

describe("what cannot be done is refused in one sentence, and nothing is left behind", () => {
  const magicAt = (place: number, value: number) => () =>
    changed(model, (_, view) => view.setInt32(4 * place, value, true));
  const cut = (from: string, length: number) => () =>
    changed(from, (bytes) => bytes.subarray(0, length));
  const longer = (from: string) => () =>
    changed(from, (bytes) => Buffer.concat([bytes, Buffer.from([0])]));

  test.each<[string, () => string, string]>([
    ["a wrong magic number", magicAt(0, 20250101), "it begins with the number 20250101, and is no"],
    ["a token file", magicAt(0, 20240520), "it is a token file of llm.c, which has no weights"],
    ["version 1", magicAt(1, 1), "the version is 1, expected 3 or 5: 3 is float32 and 5 bfloat16"],
    ["a version that is for another length", magicAt(1, 5), "in bfloat16, 30304 bytes in all"],
    ["a layer too many", magicAt(4, 4), "it is truncated"],
    ["heads that do not divide C", magicAt(5, 4), "C is 15 and NH is 4"],
    ["no channels", magicAt(6, 0), "C is 0, expected a positive integer"],
    ["sizes over all memory", magicAt(6, 3 * 2 ** 29), "it is truncated"],
    ["Vp below V", magicAt(7, 256), "Vp is 256, expected at least V = 261"],
    ["an empty file", cut(model, 0), "it has 0 bytes: it is truncated"],
    ["a header cut off", cut(model, 1023), "too few for its header of 1024: it is truncated"],
    ["a model cut off", cut(model, 59_583), "the file has 59583: it is truncated"],
    ["a byte too many", longer(model), "it is too long by 1"],
    ["safetensors cut off", cut(published, -4), "it is truncated"],
    ["safetensors with a byte too many", longer(published), "1 bytes follow the last tensor"],
    [
      "a weight that is not a number",
      () => changed(model, (_, view) => view.setFloat32(1024 + 4 * 99, Number.NaN, true)),
      "wte[99] is NaN: the file is damaged",
    ],
    [
      "a text",
      () => changed(model, () => Buffer.from("To be, or not to be")),
      'this is a text, which begins with "To be, or not to be"',
    ],
    [
      "a pickle",
      () => changed(model, () => Buffer.from("PK\x03\x04 and so on")),
      "this is a zip, as torch.save writes",
    ],
  ])("%s", async (_, make, says) => {
    const file = make();
    for (const to of ["x.gguf", "folder", "x_bf16.bin"]) {
      const sentence = await refused(1, file, to);
      expect(sentence.startsWith(`${file}: `), sentence).toBe(true);
      expect(sentence).toContain(says);
    }
  });

  test.each<[string, (bytes: Buffer, view: DataView) => unknown, string]>([
    ["version 1", (_, view) => view.setUint32(4, 1, true), "the version is 1, expected 2 or 3"],
    ["big-endian", (_, view) => view.setUint32(4, 3, false), "its numbers are big-endian"],
    [
      "another architecture",
      (bytes) => bytes.write("bert", bytes.indexOf("gpt2")),
      "its architecture is bert, expected one of gpt2, llama, gemma",
    ],
    [
      "cut off in its header",
      (bytes) => bytes.subarray(0, 500),
      "more than there is room for: it is truncated",
    ],
    ["cut off in its data", (bytes) => bytes.subarray(0, -33), "it is truncated"],
    [
      "with bytes after its end",
      (bytes) => Buffer.concat([bytes, bytes]),
      "follow the last tensor",
    ],
    [
      "more keys than there is room for",
      (_, view) => view.setUint32(16, 1e9, true),
      "it promises 1000000000 keys, more than there is room for",
    ],
    [
      "a tensor of a name that is not known",
      (bytes) => bytes.write("spam", bytes.indexOf("blk.2.ffn_up.weight")),
      "there is no tensor blk.2.ffn_up.weight",
    ],
  ])("a GGUF of %s", async (_, change, says) => {
    await converted(model, "whole.gguf");
    expect(await refused(1, changed(path("whole.gguf"), change), "x.bin")).toContain(says);
  });

  test("a GGUF that calls a tensor what a terminal would obey is refused without it", async () => {
    await converted(model, "whole.gguf");
    const spelled = changed(path("whole.gguf"), (bytes) =>
      bytes.write("\x1b[2Jx\0", bytes.indexOf("general.file_type")),
    );
    const strange = changed(spelled, (bytes) => {
      bytes.writeUInt32LE(99, bytes.indexOf("\x1b[2Jx") + "general.file_type".length); // its type
    });
    const sentence = await refused(1, strange, "x.bin");
    expect(sentence).toContain("GGUF: \ufffd[2Jx\ufffdl.file_type has a type that is not known");
    expect(sentence.trimEnd()).not.toMatch(/\p{Cc}/u);
  });

  test("a value that the kind cannot hold", async () => {
    const large = changed(model, (_, view) => view.setFloat32(1024 + 4 * 7, 3.4e38, true));
    expect(await refused(1, large, "x_bf16.bin")).toContain(
      "wte[7] is 3.3999999521443642e+38, which bfloat16 cannot hold: write it in float32",
    );
    expect(await refused(1, large, "x-f16.gguf")).toContain(
      "token_embd.weight has a value of size 3.3999999521443642e+38",
    );
    await converted(large, "x.gguf");
  });

  test("what a debug state cannot be, and one without its model", async () => {
    expect(await refused(2, state, "x.gguf", "--model", model)).toContain(
      "it has gradients and no weights, so OUT is to be a .safetensors",
    );
    expect(await refused(2, state, "x.safetensors")).toContain("name that with --model");
    expect(await refused(1, state, "x.safetensors", "--model", published)).toContain(
      `${state}: llm.c debug state: the header promises B = 2, T = 7, for a model with V = 37`,
    );
    expect(await refused(1, state, "x.safetensors", "--model", path("none"))).toBe(
      `${path("none")} does not exist`,
    );
    expect(await refused(2, model, "x.safetensors", "--model", model)).toContain(
      "--model is for debug states",
    );
    const cut = changed(state, (bytes) => bytes.subarray(0, -4));
    expect(await refused(1, cut, "x.safetensors", "--model", model)).toContain("it is truncated");
  });

  test("IN that does not exist, or is a folder without a model", async () => {
    expect(await refused(1, path("none.bin"), "x.gguf")).toBe(`${path("none.bin")} does not exist`);
    mkdirSync(path("empty"));
    expect(await refused(1, path("empty"), "x.gguf")).toBe(
      `${path("empty/model.safetensors")} does not exist`,
    );
  });

  test("OUT that is IN, by another name too", async () => {
    await converted(model, "a.bin");
    linkSync(path("a.bin"), path("hard.bin"));
    symlinkSync(path("a.bin"), path("soft.bin"));
    for (const to of ["a.bin", "hard.bin", "soft.bin"]) {
      expect(await refused(2, path("a.bin"), to, "--force")).toContain("is IN itself");
    }
    await converted(model, "folder");
    for (const from of ["folder", "folder/model.safetensors"]) {
      expect(await refused(2, path(from), "folder", "--force")).toContain("is IN itself");
    }
    same(path("a.bin"), model);
  });

  test("OUT that exists, unless --force", async () => {
    writeFileSync(path("a.gguf"), "precious");
    expect(await refused(1, model, "a.gguf")).toBe(
      `${path("a.gguf")} exists: name another OUT, or say --force to write over it`,
    );
    expect(readFileSync(path("a.gguf"), "utf8")).toBe("precious");
    await converted(model, "a.gguf", "--force");
    await converted(path("a.gguf"), "a.bin");
    same(path("a.bin"), model);

    mkdirSync(path("folder"));
    await converted(model, "folder"); // an empty folder is as good as none
    writeFileSync(path("folder/notes.txt"), "precious");
    expect(await refused(1, model, "folder")).toContain("exists");
    await converted(published, "folder", "--force");
    expect(readdirSync(path("folder")).sort()).toEqual([
      ...["config.json", "model.safetensors", "notes.txt", "tokenizer.json"],
    ]);
    expect(await refused(1, model, "folder", "--to", "gguf", "--force")).toContain("is a folder");
    expect(await refused(1, model, "a.gguf", "--to", "huggingface")).toContain("is a file");
  });

  test("OUT that is a device, a pipe, or anything but a plain file, also with --force", async () => {
    execFileSync("mkfifo", [path("pipe")]);
    expect(await refused(1, model, "pipe", "--to", "gguf", "--force")).toBe(
      `${path("pipe")} is no plain file: name another OUT`,
    );
  });

  test("OUT in a folder that does not exist, or whose name says nothing", async () => {
    expect(await refused(1, model, "none/a.gguf")).toContain(`there is no folder ${path("none")}`);
    expect(await refused(2, model, "a.pt")).toContain("end it in .bin, .safetensors or .gguf");
  });

  test("an IN that is broken leaves an OUT that exists as it was, also with --force", async () => {
    await converted(model, "folder");
    await converted(model, "a.gguf");
    const before = sha256(path("a.gguf"));
    const broken = changed(model, (_, view) => view.setFloat32(59_580, Infinity, true));
    await refused(1, broken, "folder", "--force");
    await refused(1, broken, "a.gguf", "--force");
    expect(sha256(path("a.gguf"))).toBe(before);
    await converted(path("folder"), "b.bin");
    same(path("b.bin"), model);
  });
});

describe("as a process", () => {
  test("--help says how it is called", () => {
    const { status, stdout } = run("convert", ["--help"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^npm run convert -- IN OUT \[flags\]\n/);
    for (const word of ["--to KIND", "--heads N", "--model FILE", "--force", "gguf-q8_0"]) {
      expect(stdout).toContain(word);
    }
  });

  test.each<[string, string[], string]>([
    ["no OUT", [model], "1 arguments were given, expected IN and OUT; --help says more"],
    ["a flag that is not known", [model, "x.gguf", "--fast"], "Unknown option '--fast'"],
    [
      "a kind that is not known",
      [model, "x", "--to", "onnx"],
      "--to is onnx, expected one of safetensors, llmc",
    ],
    [
      "heads of a file that says them",
      [model, "x.gguf", "--heads", "3"],
      "says itself how many heads it has: leave --heads out",
    ],
    ["heads that are no number", [model, "x.bin", "--heads", "two"], "--heads is two, expected"],
  ])("%s is wrong usage: exit status 2", (_, args, says) => {
    const { status, stderr } = run("convert", args, { cwd: folder });
    expect(status).toBe(2);
    expect(stderr).toContain(says);
    expect(readdirSync(folder)).toEqual([]);
  });

  const script = `${root}scripts/convert.ts`;

  test("a disk without room for OUT: exit status 1, and nothing is left behind", () => {
    // No file over 8 KiB may be written: the write fails in the middle, as on a full disk.
    const limited = 'trap \'\' XFSZ; ulimit -f 8; exec "$0" "$@"';
    for (const to of ["x.gguf", "folder"]) {
      const args = ["-c", limited, process.execPath, script, model, path(to)];
      const { status, stderr } = spawnSync("bash", args, { encoding: "utf8" });
      expect(status).toBe(1);
      expect(stderr).toMatch(/^npm run convert: \S+ cannot be written: the disk .+\n$/);
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  test("a file without the right to read it, and a folder without the right to write", () => {
    const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const as = (from: string, to: string) => {
      const options = { encoding: "utf8", ...nobody } as const;
      const { status, stderr } = spawnSync(process.execPath, [script, from, to], options);
      return { status, stderr };
    };
    writeFileSync(path("secret.bin"), readFileSync(model));
    chmodSync(path("secret.bin"), 0);
    mkdirSync(path("locked"), { mode: 0o555 });
    chmodSync(folder, 0o755);
    expect(as(path("secret.bin"), path("x.gguf"))).toEqual({
      status: 1,
      stderr: `npm run convert: ${path("secret.bin")} may not be opened: look at its permissions\n`,
    });
    const { status, stderr } = as(model, path("locked/x.gguf"));
    expect(status).toBe(1);
    expect(stderr).toMatch(/locked\/x\.gguf\S* may not be opened: look at its permissions\n$/);
    expect(readdirSync(path("locked"))).toEqual([]);
  });
});
