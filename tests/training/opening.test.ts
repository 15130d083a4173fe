// Files with weights as a reader of the page chooses them: told apart, put together, opened with their tokens, and refused with
// what to do.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import { encodeGguf } from "@llm.ts/kernels/formats/gguf.ts";
import { openLlama } from "@llm.ts/kernels/formats/huggingface.llama.ts";
import { encodeTokenizer } from "@llm.ts/kernels/formats/huggingface.tokenizer.ts";
import { writeHuggingFace } from "@llm.ts/kernels/formats/huggingface.ts";
import { withPairs } from "@llm.ts/kernels/formats/pairs.ts";
import { readSafetensors, writeSafetensors } from "@llm.ts/kernels/formats/safetensors.ts";
import { blobSource, memorySource } from "@llm.ts/kernels/formats/source.ts";
import { type LlamaWeights, piecesOf, type Weights } from "@llm.ts/kernels/formats/weights.ts";
import { describe, expect, it } from "vitest";
import { answer, runModel } from "../../src/carried/model.ts";
import { familyOf, mainOf, openChosen } from "../../src/trainer/weightfiles.ts";
import { writeCheckpoint } from "../../src/training/checkpoint.ts";
import { vocabularyOf } from "../../src/training/merges.ts";
import { vocabularyToTrain } from "../../src/training/opening.ts";
import { planRun } from "../../src/training/plan.ts";
import { isProgress, readProgress } from "../../src/training/progress.ts";
import { Session } from "../../src/training/session.ts";
import { checkSettings, defaults, type Settings } from "../../src/training/settings.ts";
import { decodeWith, openTokenizerOf } from "../../src/training/tokenizers.ts";
import { V as ownV, tokenizerOf } from "../formats/tokenizers.ts";
import {
  config,
  inParts,
  likeliest,
  lossOfText,
  prompt,
  text,
  tokenizer,
  weights,
} from "../llama/published.ts";

const file = (name: string, content: string | Uint8Array) =>
  new File([content as BlobPart], name, { lastModified: 1 });
const filesOf = (contents: Record<string, string | Uint8Array>) =>
  Object.entries(contents).map(([name, content]) => file(name, content));
const whole = { "model.safetensors": weights };
const beside = { "config.json": config, "tokenizer.json": tokenizer };

async function valuesOf({ config, read }: Weights): Promise<number[]> {
  const pieces = await Array.fromAsync(piecesOf(config, read), ({ values }) => [...values]);
  return pieces.flat();
}

/** The same, with the rows that are turned together where Hugging Face has them. A GGUF has them elsewhere. */
const asPublished = (weights: Weights) =>
  valuesOf(withPairs(weights as LlamaWeights, "halves") as Weights);

/** Why files are refused, as the page says it. */
async function refusal(contents: Record<string, string | Uint8Array>): Promise<string> {
  const error = await openChosen(filesOf(contents))
    .then(vocabularyToTrain)
    .catch((error) => error);
  expect(error).toBeInstanceOf(FormatError);
  return error.message;
}

const collect = async (chunks: AsyncIterable<Uint8Array>) =>
  Buffer.concat(await Array.fromAsync(chunks));

const opened = await openLlama(config, [
  { name: "model.safetensors", source: memorySource(weights) },
]);
const expected = await valuesOf(opened);

describe("the files of a folder", () => {
  it.each([
    ["whole", { ...whole, ...beside }],
    ["in parts", { ...inParts(), ...beside }],
    [
      "with what else is in it",
      {
        ...{ "README.md": "# A model", "vocab.json": "{}", "generation_config.json": "{}" },
        ...{ "pytorch_model.bin": "PK\x03\x04", "special_tokens_map.json": "[]" },
        ...inParts(),
        ...whole,
        ...beside,
      },
    ],
    [
      "with a config that was saved under another name",
      { "config (1).json": config, "tokenizer.json": tokenizer, ...whole },
    ],
  ])("%s are one model with its tokens", async (_, contents) => {
    const found = await openChosen(filesOf(contents));
    expect(familyOf(found.config)).toBe("Llama");
    expect(found.config).toEqual(opened.config);
    expect(await valuesOf(found)).toEqual(expected);
    expect(vocabularyToTrain(found)).toEqual({ kind: "published", tokenizer, config });
  });

  it("have settings of the tokenizer that go along", async () => {
    const settings = JSON.stringify({ add_bos_token: true });
    const found = await openChosen(
      filesOf({ ...whole, ...beside, "tokenizer_config.json": settings }),
    );
    expect(vocabularyToTrain(found)).toEqual({ kind: "published", tokenizer, config, settings });
  });

  it("are called as the one with the weights, or as the list of the parts", () => {
    expect(mainOf(filesOf({ ...beside, ...whole }))?.name).toBe("model.safetensors");
    expect(mainOf(filesOf({ ...beside, ...inParts() }))?.name).toBe("model.safetensors.index.json");
    expect(mainOf(filesOf({ ...beside, "a.gguf": "", "README.md": "" }))?.name).toBe("a.gguf");
  });

  it("are refused where one is missing, or is one too many, by its name", async () => {
    expect(await refusal(whole)).toContain("put its config.json beside it");
    expect(await refusal({ ...whole, "config.json": config })).toBe(
      "its tokens are not in this file: its tokenizer.json has them, and belongs beside it",
    );
    expect(await refusal(beside)).toContain("there are no weights in config.json");
    const { "model-00002-of-00002.safetensors": _, ...part } = inParts();
    expect(await refusal({ ...part, ...beside })).toContain(
      "a part of the weights is missing: choose model-00002-of-00002.safetensors as well",
    );
    const { "model.safetensors.index.json": __, ...parts } = inParts();
    expect(await refusal({ ...parts, ...beside })).toBe(
      "there are weights in model-00001-of-00002.safetensors and in model-00002-of-00002.safetensors: choose one of them, or, if they are parts of one model, its model.safetensors.index.json as well",
    );
    expect(await refusal({ ...inParts(), "tokenizer.json": tokenizer })).toContain(
      "there is no config.json beside it",
    );
    expect(await refusal({ ...whole, ...beside, "tokenizer.json": "{" })).toBe(
      "tokenizer.json: it is not JSON",
    );
    await expect(openChosen([])).rejects.toThrow("there is no file");
  });
});

describe("a GGUF", () => {
  const encode = (published: { tokenizer: string; config: string } | undefined) =>
    collect(encodeGguf(opened.config, opened.read, { dtype: "F32", published }));

  it("has its tokens in it: texts are encoded as the folder's tokenizer does", async () => {
    const found = await openChosen([file("a.gguf", await encode({ tokenizer, config }))]);
    const own = vocabularyToTrain(found);
    if (!own) throw new Error("it has GPT-2's tokens");
    const { V } = found.config;
    const [a, b] = await Promise.all(
      [own, { kind: "published" as const, tokenizer, config }].map((each) =>
        openTokenizerOf(each, V),
      ),
    );
    expect([...a.encode(text)]).toEqual([...b.encode(text)]);
    expect(a.end).toBe(11);
    expect(await asPublished(found)).toEqual(expected);
  });

  it("without tokens is refused, and so is one whose tokens are made in a way that is not known", async () => {
    expect(await refusal({ "a.gguf": await encode(undefined) })).toContain(
      "its tokens are not in this file",
    );
    const other = Buffer.from(await encode({ tokenizer, config }));
    other.write("qwen35", other.indexOf("tokenizer.ggml.pre") + 18 + 4 + 8); // in place of smollm
    expect(await refusal({ "a.gguf": other })).toContain(
      "its tokens are of a kind that is not read here (gpt2, qwen35): use the model's safetensors",
    );
  });
});

describe("a GPT-2", () => {
  const sizes = { maxT: 8, V: ownV, Vp: ownV, L: 1, NH: 2, C: 8 };
  const read: Weights["read"] = (_, start, into) => {
    for (let i = 0; i < into.length; i++) into[i] = Math.sin(start + i);
  };
  /** As others publish it: without a note of its heads. */
  const published = async () => {
    const { tensors } = readSafetensors(await collect(writeHuggingFace(sizes, read)));
    return writeSafetensors({ metadata: { format: "pt" }, tensors });
  };
  const described = (fields: object) => JSON.stringify({ model_type: "gpt2", ...fields });

  it("has its heads from config.json, or from whoever knows them", async () => {
    const bare = { "model.safetensors": await published() };
    expect((await openChosen(filesOf(bare))).headsGuessed).toBe(true);
    expect((await openChosen(filesOf(bare), 4)).config.NH).toBe(4);
    const told = { ...bare, "config.json": described({ n_head: 2, n_embd: 8 }) };
    const found = await openChosen(filesOf(told), 4);
    expect([found.config.NH, found.headsGuessed]).toEqual([2, false]);
    expect(await refusal({ ...bare, "config.json": described({ n_head: 3, n_embd: 8 }) })).toBe(
      "config.json: its n_head is 3, which does not divide C = 8 of the weights",
    );
  });

  it("reads GPT-2's tokens, unless a tokenizer of its own is beside it", async () => {
    const told = {
      "model.safetensors": await published(),
      "config.json": described({ n_head: 2, eos_token_id: ownV - 1, bos_token_id: ownV - 1 }),
    };
    const tokensOf = async (more: Record<string, string>) =>
      vocabularyToTrain(await openChosen(filesOf({ ...told, ...more })));
    expect(await tokensOf({})).toBeUndefined();
    const known = vocabularyOf(ownV);
    if (!known) throw new Error("V is too small");
    expect(await tokensOf({ "tokenizer.json": encodeTokenizer(known) })).toBeUndefined();
    const own = tokenizerOf("smollm").tokenizer;
    expect(await tokensOf({ "tokenizer.json": own })).toEqual({
      ...{ kind: "published", tokenizer: own, config: told["config.json"] },
    });
  });
});

describe("a run in the tokens of a published model", () => {
  const settings = checkSettings({
    ...defaults.tiny,
    ...{ B: 1, T: 8, steps: 6, warmup: 1, vocabulary: "published", sizes: opened.config },
  } as Settings);
  const sampling = { prompt, temperature: 0, topK: 1, topP: 1, length: 1 };
  const own = { kind: "published", tokenizer, config } as const;

  async function begun(train = 0) {
    const tokens = await openTokenizerOf(own, opened.config.V);
    const ids = tokens.encode(text);
    const session = new Session(createCpu(), planRun(settings, "TypeScript"), {
      ...{ name: "a test", vocabulary: own, tokenizer: tokens },
      ...{ train: ids.subarray(9), validation: ids.subarray(0, 9) },
    });
    await session.beginWith("model.safetensors", opened);
    for (let step = 0; step < train; step++) await session.train();
    return session;
  }
  const saved = async <Tensor, Ids>(session: Session<Tensor, Ids>) => {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    await writeCheckpoint(session.progress(), session.parts(), (bytes) => {
      chunks.push(bytes.slice());
    });
    return new File(chunks, "run.safetensors");
  };

  it("begins with PyTorch's loss, and writes what PyTorch holds to be the likeliest", async () => {
    const session = await begun();
    expect((await session.validate()).loss).toBeCloseTo(lossOfText(), 5);
    const sample = await session.sample(sampling, async () => true);
    expect(sample?.text).toBe(likeliest());
    const small = await runModel(blobSource(await saved(session))); // as the figures of the lessons read with it
    const { tokens, guesses } = await answer(small, { sentence: prompt, sampling: null });
    expect(tokens).toEqual(["", ...prompt]);
    expect(guesses[0].token).toBe(likeliest());
  });

  it("ends a text with the token that ends it, and with the one that begins the next", async () => {
    const tokens = await openTokenizerOf(own, opened.config.V);
    expect([11, 18, 17, 0].map(tokens.ends)).toEqual([true, true, false, false]);
    expect(decodeWith(tokens, [1, 0, 18, 17, 16])).toEqual({
      ...{ text: "ba<|endoftext|> mn", ends: [2] },
    });
  });

  it("goes on from its checkpoint without the files, with the same bits", async () => {
    const session = await begun(3);
    const kept = await saved(session);
    const progress = await readProgress(blobSource(kept));
    expect(progress.vocabulary).toEqual(own);
    const again = await Session.restore(
      ...([createCpu(), planRun(settings, "TypeScript"), progress, blobSource(kept)] as const),
    );
    const samples = [session, again].map((each) => each.sample(sampling, async () => true));
    const [a, b] = await Promise.all(samples);
    expect(b).toEqual(a);
    expect((await again.train()).loss).toBe((await session.train()).loss);
    expect(isProgress({ ...progress, vocabulary: undefined })).toBe(false);
    expect(isProgress({ ...progress, vocabulary: { kind: "published", tokenizer } })).toBe(false);
    await expect(openChosen([kept])).rejects.toThrow("it is a checkpoint of a run");
  });

  it("gives out safetensors that say that their tokens are elsewhere, and a GGUF that has them", async () => {
    const session = await begun(2);
    const given = { "model.safetensors": await collect(session.exportWeights("safetensors")) };
    expect(await refusal(given)).toContain(
      "it was trained on other tokens than GPT-2's (published), which are not in this file",
    );
    const together = await openChosen(filesOf({ ...given, ...beside }));
    expect(vocabularyToTrain(together)).toEqual(own);
    const gguf = file("model.gguf", await collect(session.exportWeights("gguf")));
    const other = await openChosen([gguf]);
    expect(vocabularyToTrain(other)?.kind).toBe("published");
    const values = await valuesOf(together);
    expect(values).not.toEqual(expected);
    expect(await asPublished(other)).toEqual(values);
  });
});
