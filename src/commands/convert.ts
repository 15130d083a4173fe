// npm run convert: a model from one kind of file to another.

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { longest } from "@llm.ts/kernels/formats/gguf.llama.ts";
import { encodeConfig } from "@llm.ts/kernels/formats/huggingface.config.ts";
import { encodeLlamaConfig } from "@llm.ts/kernels/formats/huggingface.llama.config.ts";
import { encodeTokenizer } from "@llm.ts/kernels/formats/huggingface.tokenizer.ts";
import { parseObject } from "@llm.ts/kernels/formats/json.ts";
import type { Source } from "@llm.ts/kernels/formats/source.ts";
import type { Vocabulary } from "@llm.ts/kernels/formats/vocabulary.ts";
import type { Weights } from "@llm.ts/kernels/formats/weights.ts";
import type { Config as GPT2Config } from "@llm.ts/kernels/gpt2/config.ts";
import { type Config, countParameters, isLlama } from "@llm.ts/kernels/models.ts";
import {
  encodeWeights,
  fileName,
  holdsTokens,
  type WeightsKind,
  weightsKinds,
} from "../training/kinds.ts";
import { vocabularyOf } from "../training/merges.ts";
import {
  type FileKind,
  kindOf,
  type OpenWeights,
  tokensToNote,
  whyTokensUnknown,
} from "../training/opening.ts";
import { noCharacters, tokenizerOf, tokensNote } from "../training/tokenizers.ts";
import { gpt2V } from "../training/vocabulary.ts";
import { type Command, type Flags, UsageError } from "./command.ts";
import { fileAt, isIndex, withWeights } from "./convert.read.ts";
import { stateFromSafetensors, stateToSafetensors } from "./convert.state.ts";
import { openFile, pathOf, reading, writeAside } from "./files.ts";

/** The kinds that can be written, as `--to` names them. */
type Target = WeightsKind | "huggingface";
const targets: readonly Target[] = [...weightsKinds, "huggingface"];

const flags = {
  to: {
    takes: "KIND",
    choices: targets,
    says: `the kind of OUT, where its name does not tell: ${targets.join(", ")}`,
  },
  heads: {
    takes: "N",
    range: [1, 1024, "whole"],
    says: "heads of the model in safetensors that do not say, and have no config.json beside them",
  },
  model: {
    takes: "FILE",
    says: "the model of a debug state, of which the state does not say the sizes",
  },
  force: { says: "writes over OUT if it exists" },
} as const;

type Name = keyof typeof flags;

export const convert: Command<Name> = {
  name: "convert",
  does: `Writes the model in IN as another kind of file. The content of IN tells what it is: a model of llm.c (float32 or
bfloat16), Hugging Face's safetensors (the file, or the folder that it is in, with a Llama's weights in one file or in
several), a checkpoint of this project, or a GGUF of llama.cpp. The name of OUT tells what it is to be:

  model.bin, model_bf16.bin                     llm.c, float32 or bfloat16; GPT-2 only
  model.safetensors                             Hugging Face's safetensors: GPT-2, Llama, Mistral, Gemma
  folder                                        the same, with config.json and tokenizer.json
  model.gguf, model-f16.gguf, model-q8_0.gguf   llama.cpp, Ollama, LM Studio: the same models

A debug state of llm.c becomes safetensors, and such safetensors a debug state.`,
  takes: ["IN", "OUT"],
  flags,
  examples: [
    "gpt2_124M.bin gpt2.gguf",
    "run.checkpoint my-gpt2",
    "my-gpt2 my-gpt2.bin",
    "gpt2_124M_debug_state.bin state.safetensors --model gpt2_124M.bin",
  ],
  run: (flags, [from, to]) => run(flags, fileAt(pathOf(from)), pathOf(to)),
};

async function run(flags: Flags<Name>, from: string, to: string): Promise<number> {
  const target = targetOf(flags.text("to") as Target | undefined, to);
  const began = performance.now();
  const kind = await kindAt(from);
  checkOut(from, to, target, flags.on("force"));
  if (kind === "llm.c debug state") await convertState(flags, from, to, target);
  else {
    if (flags.has("model"))
      throw new UsageError(`--model is for debug states, but ${from} is none`);
    const heads = flags.number("heads");
    if (heads !== undefined && kind !== "safetensors") {
      throw new UsageError(`${from} says itself how many heads it has: leave --heads out`);
    }
    await withWeights(from, heads, (weights) => convertWeights(weights, from, to, target));
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${basename(to)}: ${sizeOf(to).toLocaleString("en")} bytes in ${seconds} s`);
  return 0;
}

async function kindAt(path: string): Promise<FileKind> {
  if (isIndex(path)) return "safetensors";
  const source = openFile(path);
  try {
    return await reading(path, () => kindOf(source));
  } finally {
    source.close();
  }
}

async function convertWeights(
  weights: OpenWeights,
  from: string,
  to: string,
  target: Target,
): Promise<void> {
  const { config, says, notes, read } = weights;
  console.log(
    `${basename(from)}: ${says}; ${sizesOf(config)}; ${countParameters(config).toLocaleString("en")} parameters`,
  );
  for (const note of notes) console.log(note);
  const input = new Input(from);
  const named: Weights = {
    config,
    read: (name, start, into) => input.reading(() => read(name, start, into)),
  };
  const folder = target === "huggingface";
  const vocabulary = folder || holdsTokens(target) ? tokensFor(weights, from, folder) : undefined;
  const trainedOn = tokensToNote(weights);
  const metadata = trainedOn === undefined ? undefined : { [tokensNote]: trainedOn };
  if (!folder) {
    if (holdsTokens(target)) noteWhatIsLost(weights);
    const notes = { vocabulary, published: weights.published, metadata };
    return input.naming(writeFile(to, encodeWeights(target, named, notes)));
  }
  const files = {
    ...describing(weights, vocabulary),
    [fileName("safetensors")]: encodeWeights("safetensors", named, { metadata }),
  };
  return input.naming(writeFolder(to, files));
}

/** Says what llama.cpp has no word for. */
function noteWhatIsLost({ config, published }: OpenWeights): void {
  if (isLlama(config) && longest(config) < config.maxT) {
    console.log(
      `In llama.cpp a token of such a model sees all tokens before it: the file says that texts have at most ${longest(config)}, as far as this model's tokens look back.`,
    );
  }
  const { eos_token_id: ends } = published ? parseObject("config.json", published.config) : {};
  if (Array.isArray(ends) && ends.length > 1) {
    console.log(
      `Its config.json names ${ends.length} tokens that end a text (${ends.join(", ")}), but a GGUF names one: llama.cpp may write on after the others.`,
    );
  }
}

/** The sizes of a model, in a line. */
function sizesOf(config: Config): string {
  const names = ["maxT", "V", "L", "NH", ...(isLlama(config) ? ["NKV", "hs", "F"] : []), "C"];
  return names.map((name) => `${name} = ${config[name as keyof Config]}`).join(", ");
}

/** Says that it is IN which cannot be read, though that is found while OUT is written. */
class Input {
  readonly #path: string;
  #fault: unknown;

  constructor(path: string) {
    this.#path = path;
  }

  /** Runs what reads. */
  async reading<Result>(read: () => Result | Promise<Result>): Promise<Result> {
    try {
      return await reading(this.#path, read);
    } catch (error) {
      this.#fault = error;
      throw error;
    }
  }

  /** The same for what is written, if a read was not what failed. */
  async naming(written: Promise<void>): Promise<void> {
    try {
      await written;
    } catch (error) {
      throw this.#fault ?? error;
    }
  }
}

/** The files that go with the weights in a folder. A tokenizer that was published with them goes along as it was. */
function describing(
  { config, published }: OpenWeights,
  vocabulary: Vocabulary | undefined,
): Record<string, Uint8Array[]> {
  const end = vocabulary?.end;
  const described = isLlama(config) ? encodeLlamaConfig(config, end) : encodeConfig(config, end);
  if (!published) {
    return {
      "config.json": text(described),
      ...(vocabulary && { "tokenizer.json": text(encodeTokenizer(vocabulary)) }),
    };
  }
  const { bos_token_id, eos_token_id } = parseObject("config.json", published.config);
  const tokens = { bos_token_id, eos_token_id };
  return {
    "config.json": text(`${JSON.stringify({ ...JSON.parse(described), ...tokens }, null, 2)}\n`),
    "tokenizer.json": text(published.tokenizer),
    ...(published.settings && { "tokenizer_config.json": text(published.settings) }),
  };
}

/** The tokens of the file, or those of the models that are trained here. @param folder which may be without any */
function tokensFor(weights: OpenWeights, from: string, folder: boolean): Vocabulary | undefined {
  const { vocabulary, own, otherTokens, published, config } = weights;
  const { V } = config;
  if (published) return vocabulary; // its files go along, in a folder as they are
  if (otherTokens) {
    throw new Error(
      `${from} has tokens of another kind than GPT-2's (${otherTokens}): only a ${isLlama(config) ? ".safetensors, which has none," : ".bin or .safetensors, which have none,"} can be made of it`,
    );
  }
  if (own?.kind === "characters") {
    if (!folder) throw new Error(`${from}: ${noCharacters}`);
    console.log("Its tokens are the characters of its text: there is no tokenizer.json for these.");
    return undefined;
  }
  if (own) return tokenizerOf(own, V).vocabulary();
  const why = whyTokensUnknown(weights);
  if (why !== undefined) {
    const then = folder
      ? ""
      : " llama.cpp takes nothing but ids then, and programs around it may end as they load it.";
    console.log(`It is written without tokens: ${why}.${then}`);
    return undefined;
  }
  const found = vocabulary ?? vocabularyOf(V);
  if (!found) console.log(`V = ${V} is too small for GPT-2's tokens: it is written without any.`);
  else if (!vocabulary && V < gpt2V) {
    console.log(
      `Its tokens are taken to be the first ${V - 1} of GPT-2's and <|endoftext|>, as in the models that are trained here.`,
    );
  }
  return found;
}

async function convertState(
  flags: Flags<Name>,
  from: string,
  to: string,
  target: Target,
): Promise<void> {
  const source = openFile(from);
  try {
    const first = new Uint8Array(4);
    source.read(first, 0);
    const stored = new DataView(first.buffer).getInt32(0, true) === 20240327;
    if (target !== (stored ? "safetensors" : "llmc")) {
      throw new UsageError(
        `${from} is a debug state: it has gradients and no weights, so OUT is to be a .${stored ? "safetensors" : "bin"}`,
      );
    }
    const input = new Input(from);
    const named: Source = {
      size: source.size,
      read: (into, at) => input.reading(() => source.read(into, at)),
    };
    const config = stored ? await modelConfig(flags, from) : undefined;
    const chunks = await input.reading(() =>
      config ? stateToSafetensors(named, config) : stateFromSafetensors(named),
    );
    await input.naming(writeFile(to, chunks));
  } finally {
    source.close();
  }
}

/** The sizes of the model that a debug state is of. */
async function modelConfig(flags: Flags<Name>, from: string): Promise<GPT2Config> {
  const model = flags.text("model");
  if (!model) {
    throw new UsageError(
      `${from} is a debug state, which does not say the sizes of its model: name that with --model`,
    );
  }
  const heads = flags.number("heads");
  return withWeights(fileAt(pathOf(model)), heads, async ({ config }) => {
    if (!isLlama(config)) return config;
    throw new UsageError(`${model} is a Llama, but debug states are of GPT-2s`);
  });
}

function targetOf(given: Target | undefined, path: string): Target {
  if (given) return given;
  const name = basename(path).toLowerCase();
  const typed = (type: string) => new RegExp(`(^|[-_.])${type}\\.\\w+$`).test(name);
  switch (extname(name)) {
    case ".bin":
      return typed("bf16") ? "llmc-bf16" : "llmc";
    case ".safetensors":
      return "safetensors";
    case ".gguf":
      if (typed("f16")) return "gguf-f16";
      return typed("q8_0") ? "gguf-q8_0" : "gguf";
    case "":
      return "huggingface";
    default:
      if (existsSync(path) && statSync(path).isDirectory()) return "huggingface";
      throw new UsageError(
        `${path} does not tell by its name what it is to be: end it in .bin, .safetensors or .gguf, name a folder, or say --to`,
      );
  }
}

/** @throws UsageError if OUT is IN; Error if it exists, or there is no folder for it */
function checkOut(from: string, to: string, target: Target, force: boolean): void {
  const folder = target === "huggingface";
  const same = (path: string) => existsSync(path) && sameFile(path, from);
  if (same(to) || (folder && same(join(to, "model.safetensors")))) {
    throw new UsageError(`${to} is IN itself: name another OUT`);
  }
  if (!existsSync(dirname(to))) throw new Error(`there is no folder ${dirname(to)}: make it first`);
  if (!existsSync(to)) return;
  if (statSync(to).isDirectory() !== folder) {
    throw new Error(`${to} exists, and is ${folder ? "a file" : "a folder"}: name another OUT`);
  }
  if (!folder && !statSync(to).isFile())
    throw new Error(`${to} is no plain file: name another OUT`);
  if (folder && readdirSync(to).length === 0) return;
  if (!force) throw new Error(`${to} exists: name another OUT, or say --force to write over it`);
}

/** Whether two paths, perhaps through links, are one file. */
function sameFile(a: string, b: string): boolean {
  const [one, other] = [statSync(a, { bigint: true }), statSync(b, { bigint: true })];
  return one.dev === other.dev && one.ino === other.ino;
}

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

function text(content: string): Uint8Array[] {
  return [new TextEncoder().encode(content)];
}

async function writeFile(to: string, chunks: Chunks): Promise<void> {
  await writeAside(to, async (sink) => {
    for await (const chunk of chunks) sink(chunk);
  });
}

/** Writes the files of a folder aside, in a folder of their own, and moves them when all are whole. */
async function writeFolder(to: string, files: Record<string, Chunks>): Promise<void> {
  const aside = `${to}.partial`;
  rmSync(aside, { recursive: true, force: true });
  try {
    mkdirSync(aside);
    for (const [name, chunks] of Object.entries(files)) await writeFile(join(aside, name), chunks);
    if (!existsSync(to)) {
      renameSync(aside, to);
      return;
    }
    for (const name of Object.keys(files)) renameSync(join(aside, name), join(to, name));
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** Bytes of a file, or of the files in a folder. */
function sizeOf(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
}
