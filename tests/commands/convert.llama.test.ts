// npm run convert, generate and train on Llama, Mistral and Gemma: folders as Hugging Face publishes them, with weights that PyTorch
// wrote, whole, in parts and broken.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import { encodeLlamaConfig } from "@llm.ts/kernels/formats/huggingface.llama.config.ts";
import { writeLlama } from "@llm.ts/kernels/formats/huggingface.llama.ts";
import { readSafetensors, writeSafetensors } from "@llm.ts/kernels/formats/safetensors.ts";
import { type Config, families, presets } from "@llm.ts/kernels/llama/config.ts";
import { readTensors } from "@llm.ts/kernels/model/model.ts";
import { generate as generateHere } from "@llm.ts/kernels/model/sample.ts";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { convert } from "../../src/commands/convert.ts";
import { evaluate } from "../../src/commands/evaluate.ts";
import { generate } from "../../src/commands/generate.ts";
import { train } from "../../src/commands/train.ts";
import { writeCheckpoint } from "../../src/training/checkpoint.ts";
import { planRun } from "../../src/training/plan.ts";
import { openTokenizer } from "../../src/training/published.ts";
import { Session } from "../../src/training/session.ts";
import { defaults } from "../../src/training/settings.ts";
import { createSpread, small } from "../llama/models.ts";
import { call } from "./inprocess.ts";
import { root } from "./run.ts";

const kinds = ["llama", "mistral", "gemma"] as const;
type Kind = (typeof kinds)[number];
const reference = (name: string) =>
  readFileSync(`${root}public/reference/huggingface-${name}.safetensors`);
const { metadata: configs } = readSafetensors(reference("families"));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "llama-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});
const path = (name: string) => join(folder, name);

/** A folder as it is published. */
function published(kind: Kind, files: Record<string, string | Uint8Array> = {}): string {
  const at = path(kind);
  mkdirSync(at);
  const all = { "config.json": configs[kind], "model.safetensors": reference(kind), ...files };
  for (const [name, content] of Object.entries(all)) writeFileSync(join(at, name), content);
  return at;
}

async function converted(from: string, to: string, ...flags: string[]): Promise<string> {
  const { status, stdout, stderr } = await call(convert, from, path(to), ...flags);
  expect(stderr).toBe("");
  expect(status).toBeFalsy();
  return stdout;
}

async function refused(from: string, to: string, ...flags: string[]): Promise<string> {
  const before = readdirSync(folder);
  const { status, stderr } = await call(convert, from, path(to), ...flags);
  expect(status).toBeTruthy();
  expect(stderr).toMatch(/^npm run convert: .+\n$/);
  expect(readdirSync(folder)).toEqual(before);
  return stderr;
}

function same(a: string, b: string): void {
  expect(readFileSync(a).equals(readFileSync(b)), `${a} and ${b}`).toBe(true);
}

const tensorsIn = (file: string) => readSafetensors(readFileSync(file)).tensors;

describe.each(kinds)("%s", (kind) => {
  test("its folder becomes one file that says everything, and that a folder again, with the same tensors", async () => {
    const said = await converted(published(kind), "one.safetensors");
    expect(said).toMatch(/maxT = 9, V = 19, L = 2, NH = 4, NKV = \d, hs = \d, F = 20, C = 12; /);
    await converted(path("one.safetensors"), "two");
    expect(tensorsIn(path("two/model.safetensors"))).toEqual(
      tensorsIn(path(`${kind}/model.safetensors`)),
    );
    expect(
      readFileSync(path("two/model.safetensors")).equals(readFileSync(path("one.safetensors"))),
    ).toBe(true);
    const { model_type, head_dim } = JSON.parse(readFileSync(path("two/config.json"), "utf8"));
    expect({ model_type, head_dim }).toEqual({
      model_type: kind,
      head_dim: kind === "gemma" ? 8 : 6,
    });
  });
});

test("a Llama whose tokens nothing tells becomes a GGUF and a folder without any: GPT-2's would be other words", async () => {
  const config: Config = { ...small.llama2, V: 300, Vp: 384 }; // as many as GPT-2's beginning could fill
  const model = createSpread(createCpu(), config, { B: 1, T: 5, training: false });
  const values = await readTensors(model, "parameters");
  const chunks = writeLlama({
    config,
    read: (name, start, into) => into.set(values[name].subarray(start, start + into.length)),
  });
  const at = published("llama", {
    "config.json": encodeLlamaConfig(config),
    "model.safetensors": Buffer.concat(await Array.fromAsync(chunks)),
  });
  const without = "It is written without tokens: its tokens are not in this file";
  const gguf = await converted(at, "model.gguf");
  expect(gguf).toContain(without);
  expect(gguf).toContain("llama.cpp takes nothing but ids then");
  const folder = await converted(at, "folder");
  expect(folder).toContain(without);
  expect(folder).not.toContain("llama.cpp");
  expect(readFileSync(path("model.gguf")).includes("tokenizer.ggml.tokens")).toBe(false);
  expect(readdirSync(path("folder")).sort()).toEqual(["config.json", "model.safetensors"]);
});

describe("weights in several files", () => {
  /** The folder of a Llama whose weights are in two files. */
  function inParts(change: (map: Record<string, string>) => unknown = () => {}): string {
    const at = published("llama");
    const all = [...tensorsIn(join(at, "model.safetensors"))];
    rmSync(join(at, "model.safetensors"));
    const names = ["model-1.safetensors", "model-2.safetensors"];
    names.forEach((name, n) => {
      const tensors = new Map(all.filter((_, i) => i % 2 === n));
      writeFileSync(join(at, name), writeSafetensors({ metadata: {}, tensors }));
    });
    const map = Object.fromEntries(all.map(([key], i) => [key, names[i % 2]]));
    change(map);
    writeFileSync(join(at, "model.safetensors.index.json"), JSON.stringify({ weight_map: map }));
    return at;
  }

  test("are read by their folder and by their index", async () => {
    const at = inParts();
    await converted(at, "a.safetensors");
    await converted(join(at, "model.safetensors.index.json"), "b.safetensors");
    const expected = readSafetensors(reference("llama")).tensors;
    expect(tensorsIn(path("a.safetensors"))).toEqual(expected);
    expect(tensorsIn(path("b.safetensors"))).toEqual(expected);
  });

  test("a part that is missing is named, and so is an index that is wrong", async () => {
    const at = inParts();
    rmSync(join(at, "model-2.safetensors"));
    expect(await refused(at, "a.safetensors")).toContain("model-2.safetensors does not exist");
    rmSync(at, { recursive: true });
    const other = inParts((map) => {
      map["model.norm.weight"] = "../secret";
    });
    expect(await refused(other, "a.safetensors")).toContain(
      "it names ../secret, expected files in its own folder",
    );
  });
});

describe("what cannot be done is refused in one sentence", () => {
  const changed = (change: object) => ({
    "config.json": JSON.stringify({ ...JSON.parse(configs.llama), ...change }),
  });

  test("a model with parts that are not computed here", async () => {
    const at = published("llama", changed({ model_type: "qwen3" }));
    expect(await refused(at, "a.safetensors")).toContain(
      "model.safetensors: config.json: its model_type is qwen3, which is not computed here: its queries and keys are normed",
    );
  });

  test("weights without their config.json", async () => {
    const at = published("llama");
    rmSync(join(at, "config.json"));
    expect(await refused(at, "a.safetensors")).toContain("put its config.json beside it");
  });

  test("sizes that the weights do not have, and files cut off", async () => {
    const at = published("llama", changed({ intermediate_size: 24 }));
    expect(await refused(at, "a.safetensors")).toContain(
      "layers.0.mlp.gate_proj.weight has shape (20, 12), expected (24, 12)",
    );
    writeFileSync(join(at, "model.safetensors"), reference("llama").subarray(0, -4));
    expect(await refused(at, "a.safetensors")).toContain("it is truncated");
  });

  test("--heads, and a kind of file that has GPT-2s only", async () => {
    const at = published("llama");
    expect(await refused(at, "a.safetensors", "--heads", "4")).toContain("leave --heads out");
    expect(await refused(at, "a.bin")).toContain(
      "model.bin: this kind of file is written for GPT-2 here, and the model is a Llama; safetensors, gguf, gguf-f16 and gguf-q8_0 can hold it",
    );
  });

  test("a weight that is not a number leaves nothing behind", async () => {
    const file = readSafetensors(reference("mistral"));
    file.tensors.get("model.layers.1.mlp.down_proj.weight")?.data.fill(Number.NaN, 3, 4);
    const at = published("mistral", { "model.safetensors": writeSafetensors(file) });
    expect(await refused(at, "folder")).toContain("layers.1.mlp.down_proj.weight[3] is NaN");
  });
});

test("a checkpoint of a Llama becomes a folder, which generate and train take", async () => {
  const settings = { ...defaults["llama-tiny"], seed: 3 };
  const text = { name: "", train: new Uint16Array(999), validation: new Uint16Array(999) };
  const session = new Session(createCpu(), planRun(settings, "TypeScript"), text);
  const chunks: Uint8Array[] = [];
  await writeCheckpoint(session.progress(), session.parts(), (bytes) => {
    chunks.push(bytes.slice());
  });
  writeFileSync(path("run.checkpoint"), Buffer.concat(chunks));
  await converted(path("run.checkpoint"), "folder");
  expect(readdirSync(path("folder")).sort()).toEqual([
    "config.json",
    "model.safetensors",
    "tokenizer.json",
  ]);

  const flags = [
    "--prompt",
    "To be",
    "--length",
    "6",
    "--temperature",
    "0",
    "--backend",
    "typescript",
  ];
  const written = async (model: string) =>
    (await call(generate, "--model", path(model), ...flags)).stdout;
  const expected = await written("run.checkpoint");
  expect(expected.length).toBeGreaterThan("To be\n".length);
  expect(await written("folder")).toBe(expected);
  await converted(path("run.checkpoint"), "run.gguf");
  expect(await written("run.gguf")).toBe(expected);
  await converted(path("run.gguf"), "again");
  for (const name of ["config.json", "model.safetensors", "tokenizer.json"]) {
    const [first, again] = ["folder", "again"].map((at) => readFileSync(path(`${at}/${name}`)));
    expect(again.equals(first), name).toBe(true);
  }

  const trained = async (model: string) => {
    const { status, stdout } = await call(
      train,
      ...["--model", path(model), "--steps", "3", "--B", "1", "--T", "8", "--val-batches", "1"],
      ...["--sample-every", "0", "--backend", "typescript"],
    );
    expect(status).toBeFalsy();
    return Array.from(stdout.matchAll(/(train|val) loss (\d+\.\d+)/g), ([, of, loss]) => ({
      of,
      loss: Number(loss),
    }));
  };
  const losses = await trained("folder");
  const kinds = losses.map(({ of }) => of);
  expect(kinds.filter((of) => of === "train")).toHaveLength(3);
  expect(kinds).toContain("val");
  const others = await trained("run.gguf");
  expect(others.map(({ of }) => of)).toEqual(kinds);
  for (const [i, { loss }] of others.entries()) expect(loss).toBeCloseTo(losses[i].loss, 4);
});

describe("a tokenizer that was published with the model", () => {
  // Built as Llama 2's is: blanks are ▁, and a character without a token is its bytes.
  const pieces = ["▁", "a", "b", "▁a", "ab", "▁ab"];
  const bytes = Array.from(
    { length: 256 },
    (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
  );
  const tokens = ["<unk>", "<s>", "</s>", ...bytes, ...pieces];
  const id = (token: string) => tokens.indexOf(token);
  const special = ["<unk>", "<s>", "</s>"].map((content, id) => ({
    ...{ id, content, special: true, single_word: false },
    ...{ lstrip: false, rstrip: false, normalized: false },
  }));
  const tokenizer = JSON.stringify({
    ...{ version: "1.0", truncation: null, padding: null, added_tokens: special },
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "Prepend", prepend: "▁" },
        { type: "Replace", pattern: { String: " " }, content: "▁" },
      ],
    },
    pre_tokenizer: null,
    post_processor: {
      type: "TemplateProcessing",
      single: [{ SpecialToken: { id: "<s>", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
      pair: [{ Sequence: { id: "A", type_id: 0 } }, { Sequence: { id: "B", type_id: 1 } }],
      special_tokens: { "<s>": { id: "<s>", ids: [1], tokens: ["<s>"] } },
    },
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: "▁" }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        { type: "Strip", content: " ", start: 1, stop: 0 },
      ],
    },
    model: {
      ...{ type: "BPE", dropout: null, unk_token: "<unk>", fuse_unk: true, byte_fallback: true },
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: ["a b", "▁ a", "▁ ab", "▁a b"],
    },
  });
  const config: Config = {
    ...{ ...families.llama2, maxT: 40, V: tokens.length, Vp: 384, L: 1, C: 16 },
    ...{ NH: 2, NKV: 1, hs: 8, F: 24 },
  };
  const begins = encodeLlamaConfig(config, 2).replace('"bos_token_id": 2', '"bos_token_id": 1');
  const files = { tokenizer, settings: "{}", config: begins };

  async function model() {
    const spread = createSpread(createCpu(), config, { B: 1, T: 30, training: false });
    const values = await readTensors(spread, "parameters");
    const chunks = writeLlama({
      config,
      read: (name, start, into) => into.set(values[name].subarray(start, start + into.length)),
    });
    const at = published("llama", {
      "config.json": files.config,
      "model.safetensors": Buffer.concat(await Array.fromAsync(chunks)),
      "tokenizer.json": tokenizer,
      "tokenizer_config.json": files.settings,
    });
    return { at, spread };
  }

  test("cuts a text, begins it as the model expects, and knows its end", async () => {
    const { encode, ends } = await openTokenizer(files, config.V);
    expect(encode("ab a").map((id) => tokens[id])).toEqual(["<s>", "▁ab", "▁a"]);
    expect(encode("ab abé").map((id) => tokens[id])).toEqual([
      "<s>",
      "▁ab",
      "▁ab",
      "<0xC3>",
      "<0xA9>",
    ]);
    expect(encode("").map((id) => tokens[id])).toEqual(["<s>"]);
    expect([ends(2), ends(1), ends(id("ab"))]).toEqual([true, false, false]);
  });

  test("gives text token by token, and a character of several when it is whole", async () => {
    const { encode, writer } = await openTokenizer(files, config.V);
    const next = writer(encode("ab"));
    const written = ["ab", "▁a", "<0xC3>", "<0xA9>", "▁", "b"].map((token) => next(id(token)));
    expect(written).toEqual(["ab", " a", "", "é", " ", "b"]);
  });

  test("of more tokens than the model has, or no tokenizer at all, is refused", async () => {
    await expect(openTokenizer(files, 200)).rejects.toThrow(
      `it has a token ${tokens.length - 1}, but the model V = 200`,
    );
    await expect(openTokenizer({ ...files, tokenizer: "{" }, 300)).rejects.toThrow(
      "tokenizer.json: it is not JSON",
    );
    await expect(openTokenizer({ ...files, tokenizer: '{"model": {}}' }, 300)).rejects.toThrow(
      "tokenizer.json: ",
    );
    await expect(openTokenizer({ ...files, settings: "[" }, 300)).rejects.toThrow(
      "tokenizer_config.json: ",
    );
  });

  // biome-ignore lint/suspicious/noExplicitAny: what the file holds, of which any part may be changed
  test.each<[string, (t: any) => unknown, object, string]>([
    ["of a kind that is not run", (t) => { t.model.type = "WordLevel"; }, {}, 'its model is of type "WordLevel", expected BPE, Unigram or WordPiece'],
    ["with an id that is none", (t) => { t.model.vocab.zz = 7.5; }, {}, 'its token "zz" has the id 7.5, expected a whole number from 0'],
    ["with an id below 0", (t) => { t.added_tokens[0].id = -1; }, {}, 'its token "<unk>" has the id -1'],
    ["whose texts begin beyond the model", () => {}, { bos_token_id: 5000 }, `config.json: its bos_token_id is 5000, but the model V = ${tokens.length}`],
  ])("%s is refused by name", async (_, change, changed, message) => {
    const other = JSON.parse(tokenizer);
    change(other);
    const config = JSON.stringify({ ...JSON.parse(files.config), ...changed });
    const opened = openTokenizer({ ...files, tokenizer: JSON.stringify(other), config }, tokens.length);
    await expect(opened).rejects.toThrow(FormatError);
    await expect(opened).rejects.toThrow(message);
  }); // biome-ignore format: a line for each

  test("that puts a token before a text which it does not list is refused with the first text", async () => {
    const other = JSON.parse(tokenizer);
    other.model.unk_token = null; // else that is what the library takes
    other.post_processor.special_tokens["<s>"] = { id: "<x>", ids: [], tokens: [] };
    other.post_processor.single[0].SpecialToken.id = "<x>";
    const { encode, encodeBare } = await openTokenizer(
      { ...files, tokenizer: JSON.stringify(other) },
      tokens.length,
    );
    expect(() => encode("ab")).toThrow(FormatError);
    expect(() => encode("ab")).toThrow("puts one around it, that it does not list");
    expect(encodeBare("ab").map((id) => tokens[id])).toEqual(["▁ab"]);
  });

  test("npm run generate writes with it what the model's likeliest tokens are", async () => {
    const { at, spread } = await model();
    const { encode, writer } = await openTokenizer(files, config.V);
    const prompt = encode("ab a");
    const next = writer(prompt);
    let [text, count] = ["", 0];
    for await (const id of generateHere(
      spread,
      prompt,
      { temperature: 0 },
      { seed: 1, counter: 0 },
    )) {
      if (id === 2 || count++ === 12) break;
      text += next(id);
    }
    const flags = [
      "--prompt",
      "ab a",
      "--length",
      "12",
      "--temperature",
      "0",
      "--backend",
      "typescript",
    ];
    const { status, stdout, stderr } = await call(generate, "--model", at, ...flags);
    expect(stderr).toContain("3 tokens read");
    expect(stdout).toBe(`ab a${text}\n`);
    expect(status).toBeFalsy();
    await converted(at, "model.gguf");
    const again = await call(generate, "--model", path("model.gguf"), ...flags);
    expect(again.stdout).toBe(stdout);
  });

  test("npm run evaluate reads a text in it as one, and says so, with --whole and without", async () => {
    const { at } = await model();
    writeFileSync(path("text.txt"), "ab a\n\nab abé");
    const measured = async (...flags: string[]) => {
      const all = ["--model", at, "--text", path("text.txt"), "--backend", "typescript", ...flags];
      return (await call(evaluate, ...all)).stdout;
    };
    const { whole, targets } = JSON.parse(await measured("--json"));
    const { encode } = await openTokenizer(files, config.V);
    expect([whole, targets]).toEqual([true, encode("ab a\n\nab abé").length - 1]);
    expect(await measured()).toContain("text.txt, read as one: 13 bytes,");
    expect(await measured("--whole")).toBe(await measured());
  });

  test("goes into a GGUF and comes out of it as a folder; what llama.cpp cannot be told is refused", async () => {
    const { at } = await model();
    await converted(at, "model.gguf");
    await converted(path("model.gguf"), "copy");
    const copy = (name: string) => readFileSync(path(`copy/${name}`), "utf8");
    const { bos_token_id, eos_token_id } = JSON.parse(copy("config.json"));
    expect([bos_token_id, eos_token_id]).toEqual([1, 2]);
    const again = { tokenizer: copy("tokenizer.json"), config: copy("config.json") };
    const [one, other] = [
      await openTokenizer(files, config.V),
      await openTokenizer(again, config.V),
    ];
    for (const text of ["ab a", "ab abé", "  a b", ""]) {
      expect(other.encode(text), text).toEqual(one.encode(text));
    }
    writeFileSync(path("text.txt"), "ab a ba aab b ".repeat(20));
    const step = ["--text", path("text.txt"), "--B", "1", "--T", "4", "--steps", "1", "--json"];
    const losses = async (model: string) => {
      const { stdout } = await call(train, "--model", model, "--backend", "typescript", ...step);
      return Array.from(stdout.matchAll(/"loss":([\d.]+)/g), ([, loss]) => Number(loss));
    };
    const folders = await losses(at);
    expect(folders[0]).toBeGreaterThan(0);
    expect(await losses(path("model.gguf"))).toEqual(folders); // trained in the same tokens
    const several = { ...JSON.parse(files.config), eos_token_id: [2, 1] };
    writeFileSync(join(at, "config.json"), JSON.stringify(several));
    expect(await converted(at, "first.gguf")).toContain(
      "Its config.json names 2 tokens that end a text (2, 1), but a GGUF names one: llama.cpp may write on after the others.",
    );
    expect(await converted(at, "first.safetensors")).not.toContain("that end a text");
    same(path("first.gguf"), path("model.gguf"));
    const late = JSON.parse(tokenizer);
    late.model.merges.push("a b");
    writeFileSync(join(at, "tokenizer.json"), JSON.stringify(late));
    expect(await refused(at, "late.gguf")).toContain(
      "it merges ab early from one pair and late from another, which no score says; it cannot be told to llama.cpp exactly",
    );
  });

  test("goes along into a folder", async () => {
    const { at } = await model();
    await converted(at, "copy");
    for (const name of ["tokenizer.json", "tokenizer_config.json", "config.json"]) {
      const [was, is] = [join(at, name), path(`copy/${name}`)].map((file) =>
        JSON.parse(readFileSync(file, "utf8")),
      );
      expect(is, name).toEqual(was);
    }
  });
});

test("the presets are of sizes that a folder can say", () => {
  for (const config of Object.values(presets))
    expect(() => encodeLlamaConfig(config)).not.toThrow();
});
