// Weights that a run begins with, and those that it gives out.

import { readdir, readFile } from "node:fs/promises";
import { encodeGguf, openGguf } from "@llm.ts/kernels/formats/gguf.ts";
import { narrow, widen } from "@llm.ts/kernels/formats/half.ts";
import { openLlama } from "@llm.ts/kernels/formats/huggingface.llama.ts";
import { openHuggingFace, weightsOf } from "@llm.ts/kernels/formats/huggingface.ts";
import { openModel } from "@llm.ts/kernels/formats/llmc.ts";
import {
  readSafetensors,
  type Safetensors,
  writeSafetensors,
} from "@llm.ts/kernels/formats/safetensors.ts";
import { memorySource } from "@llm.ts/kernels/formats/source.ts";
import { piecesOf, type Weights } from "@llm.ts/kernels/formats/weights.ts";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { afterEach, describe, expect, test } from "vitest";
import { vocabularyOf } from "../../../src/training/merges.ts";
import { readProgress } from "../../../src/training/progress.ts";
import {
  config,
  inParts,
  likeliest,
  lossOfText,
  prompt,
  text,
  tokenizer,
  weights,
} from "../../llama/published.ts";
import { context, faults, useReader } from "../reader.ts";
import { dist } from "../site.ts";
import { act, choose, download, number, open, quick, view } from "./trainer.ts";

useReader();

afterEach(() => expect(faults).toEqual([]));

/** A model of C = 48 as a compiled one is saved: without a word on its heads, and with a prefix before every name. */
function silentModel(): Buffer {
  const C = 48;
  const shapes: Record<string, number[]> = {
    "wte.weight": [300, C],
    "wpe.weight": [40, C],
    "h.0.ln_1.weight": [C],
    "h.0.ln_1.bias": [C],
    "h.0.attn.c_attn.weight": [C, 3 * C],
    "h.0.attn.c_attn.bias": [3 * C],
    "h.0.attn.c_proj.weight": [C, C],
    "h.0.attn.c_proj.bias": [C],
    "h.0.ln_2.weight": [C],
    "h.0.ln_2.bias": [C],
    "h.0.mlp.c_fc.weight": [C, 4 * C],
    "h.0.mlp.c_fc.bias": [4 * C],
    "h.0.mlp.c_proj.weight": [4 * C, C],
    "h.0.mlp.c_proj.bias": [C],
    "ln_f.weight": [C],
    "ln_f.bias": [C],
  };
  const tensors: Safetensors["tensors"] = new Map();
  for (const [name, shape] of Object.entries(shapes)) {
    const length = shape.reduce((a, b) => a * b);
    const data = Float32Array.from({ length }, (_, i) => Math.sin(i) / 50);
    tensors.set(`_orig_mod.${name}`, { dtype: "F32", shape, data });
  }
  return Buffer.from(writeSafetensors({ metadata: { format: "pt" }, tensors }));
}

const buffered = (contents: Record<string, string | Uint8Array>) =>
  Object.entries(contents).map(([name, content]) => ({
    ...{ name, mimeType: "application/octet-stream", buffer: Buffer.from(content) },
  }));

describe("weights", () => {
  test("of a trained model are given out, and another run begins with them", async () => {
    const page = await open();
    await choose(page, { ...quick, steps: 40, warmup: 2, learningRate: 0.004, validateEvery: 40 });
    await act(page, "start");
    await view(page, "finished");
    const trained = await number(page, "validation");
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.click('[data-action="export-weights"]'),
    ]);
    expect(file.suggestedFilename()).toBe("model.safetensors");
    const buffer = await readFile(await file.path());
    await act(page, "reset", "yes");
    await view(page, "idle");

    const mimeType = "application/octet-stream";
    await page.setInputFiles('input[name="weightsFile"]', {
      ...{ name: "mine.safetensors", mimeType, buffer },
    });
    expect(await page.isChecked('input[name="weights"][value="file"]')).toBe(true);
    await act(page, "start");
    await view(page, "finished");
    expect(await page.locator('[data-part="title"]').textContent()).toContain(
      "begun with mine.safetensors",
    );
    const [first] = await download(page);
    expect(Number(first.validation_loss).toFixed(4)).toBe(trained);
    await act(page, "reset", "yes");
    await view(page, "idle");

    await page.check('input[name="preset"][value="small"]');
    await page.check('input[name="weights"][value="file"]');
    await act(page, "start");
    expect(await page.locator('[data-error="T"]').textContent()).toBe(
      "T is 128, but a GPT-2 of L = 4, NH = 4, C = 128 reads at most 64: choose 64 or fewer tokens.",
    );
    await choose(page, quick);
    await act(page, "start");
    await view(page, "finished");
    expect(await page.locator('[data-part="title"]').textContent()).toContain(
      "a GPT-2 of L = 4, NH = 4, C = 128 on Tiny Shakespeare, begun with mine.safetensors",
    );
  });

  test("of a trained model are given out for llama.cpp and llm.c too", async () => {
    const page = await open();
    await choose(page, { ...quick, steps: 4, warmup: 2 });
    await act(page, "start");
    await view(page, "finished");
    const kind = page.locator('[data-part="weights-kind"]');
    const saved = async (name: string) => {
      await kind.selectOption(name);
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.click('[data-action="export-weights"]'),
      ]);
      return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
    };
    /** All parameters in one row. */
    const valuesOf = async ({ config, read }: Weights) => {
      const pieces = await Array.fromAsync(piecesOf(config, read), ({ values }) => [...values]);
      return Float32Array.from(pieces.flat());
    };

    const { bytes } = await saved("safetensors");
    const expected = await valuesOf(weightsOf(await openHuggingFace(memorySource(bytes))));
    expect(expected.some((value) => value !== 0)).toBe(true);
    const gguf = await saved("gguf");
    expect(gguf.name).toBe("model.gguf");
    const file = await openGguf(memorySource(gguf.bytes));
    expect(file.config).toEqual(presets.tiny);
    expect(file.vocabulary).toEqual(vocabularyOf(presets.tiny.V));
    expect(await valuesOf(file)).toEqual(expected);
    const llmc = await saved("llmc");
    expect(llmc.name).toBe("model.bin");
    expect(await valuesOf(await openModel(memorySource(llmc.bytes)))).toEqual(expected);

    const half = await saved("llmc-bf16");
    expect(half.name).toBe("model_bf16.bin");
    expect(await valuesOf(await openModel(memorySource(half.bytes)))).toEqual(
      widen(narrow(expected, "BF16"), "BF16"),
    );
    for (const [type, dtype] of [
      ["f16", "F16"],
      ["q8_0", "Q8_0"],
    ]) {
      const { name, bytes } = await saved(`gguf-${type}`);
      expect(name).toBe(`model-${type}.gguf`);
      expect((await openGguf(memorySource(bytes))).dtypes).toEqual([dtype, "F32"]);
    }
  });

  test("of a file that does not say how many heads it has: a guess is shown, and config.json or the reader knows better", async () => {
    const page = await open();
    await choose(page, { ...quick, steps: 6 });
    const mimeType = "application/octet-stream";
    const model = { name: "model.safetensors", mimeType, buffer: silentModel() };
    const config = (n_head: number, n_embd = 48) => ({
      ...{ name: "config.json", mimeType: "application/json" },
      buffer: Buffer.from(JSON.stringify({ model_type: "gpt2", n_head, n_embd })),
    });
    const heads = page.locator('input[name="heads"]');
    const files = page.locator('input[name="weightsFile"]');
    const error = (name: string) => page.locator(`[data-error="${name}"]`).textContent();

    await files.setInputFiles(model);
    await page.waitForFunction(
      () => document.querySelector<HTMLElement>('[data-part="weights-heads"]')?.hidden === false,
    );
    expect(await heads.inputValue()).toBe("1");
    expect(await page.locator('[data-part="weights-found"]').textContent()).toBe(
      'A GPT-2 with L = 1, C = 48, V = 300, maxT = 40. All its names begin with "_orig_mod.", which a wrapper in PyTorch has put there; the names are read without it.',
    );
    await heads.fill("5");
    await act(page, "start");
    await expect.poll(() => error("heads")).toBe("Choose a whole number that divides C = 48.");

    await page.setInputFiles('input[name="weightsConfig"]', config(12, 768));
    await act(page, "start");
    await expect
      .poll(() => error("weightsConfig"))
      .toContain("its n_embd is 768, but the weights have C = 48");
    await page.setInputFiles('input[name="weightsConfig"]', config(6));
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('[name="heads"]')?.value === "6",
    );
    expect(await page.locator("[data-weights-config]").textContent()).toBe("config.json says 6.");
    await act(page, "start");
    await view(page, "finished");
    expect(await page.locator('[data-part="title"]').textContent()).toContain(
      "a GPT-2 of L = 1, NH = 6, C = 48 on",
    );
    await act(page, "reset", "yes");
    await view(page, "idle");

    await files.setInputFiles([config(3), model]); // both at once
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('[name="heads"]')?.value === "3",
    );
  });

  test("of a Llama are trained on in its own tokens, and its run goes on without the files", async () => {
    const asked = new Set<string>();
    context.on("request", (request) => asked.add(new URL(request.url()).pathname));
    const withLibrary: string[] = []; // the parts of the site with what runs a published tokenizer
    for (const name of (await readdir(`${dist}/_astro`)).filter((each) => each.endsWith(".js"))) {
      const code = await readFile(`${dist}/_astro/${name}`, "utf8");
      if (code.includes("BertNormalizer")) withLibrary.push(`/_astro/${name}`);
    }
    expect(withLibrary).toHaveLength(1);
    const page = await open();
    await choose(page, { ...quick, T: 8, steps: 60, learningRate: 0.01 });
    await page.setInputFiles('input[name="file"]', buffered({ "mine.txt": text }));
    const files = page.locator('input[name="weightsFile"]');
    const error = page.locator('[data-error="weightsFile"]');
    const beside = { "config.json": config, "tokenizer.json": tokenizer };
    await files.setInputFiles(buffered({ "model.safetensors": weights, "config.json": config }));
    await expect.poll(() => error.textContent()).toContain("its tokenizer.json has them");
    await files.setInputFiles(buffered(beside));
    await expect.poll(() => error.textContent()).toContain("There are no weights in config.json");
    expect(asked.has(withLibrary[0])).toBe(false);

    await files.setInputFiles(buffered({ ...inParts(), ...beside }));
    const found = page.locator('[data-part="weights-found"]');
    await expect
      .poll(() => found.textContent())
      .toBe(
        "A Llama with L = 2, C = 12, V = 19, maxT = 9, NH = 4, NKV = 2, F = 20: 6,300 parameters. Texts are cut into the tokens that it came with.",
      );
    expect(await error.textContent()).toBe("");
    expect(await page.locator("select[name='vocabulary']").isVisible()).toBe(false);
    const own = page.locator('[data-part="own-text"]');
    await expect
      .poll(() => own.textContent(), { timeout: 60_000 })
      .toBe("mine.txt: 75 tokens to train on, 10 for validation, in a vocabulary of 19.");
    expect(asked.has(withLibrary[0])).toBe(true);
    await page.setInputFiles('input[name="file"]', buffered({ "long.txt": text.repeat(60_000) }));
    await expect
      .poll(() => own.textContent(), { timeout: 60_000 })
      .toBe(
        "long.txt has 6 MB. Choose a text of at most 5 MB: encoding it in the model's own tokens takes much memory.",
      );
    await page.setInputFiles('input[name="file"]', buffered({ "mine.txt": text }));

    await act(page, "start");
    await view(page, "finished");
    expect(await page.locator('[data-part="title"]').textContent()).toContain(
      "a Llama of L = 2, NH = 4, C = 12 on mine.txt, begun with model.safetensors.index.json",
    );
    const rows = await download(page);
    expect(Number(rows[0].validation_loss)).toBeCloseTo(lossOfText(), 4);
    const losses = rows.flatMap(({ train_loss }) => (train_loss ? [Number(train_loss)] : []));
    expect(losses.at(-1)).toBeLessThan(losses[0] / 2);
    const save = async (action: string) => {
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.click(`[data-action="${action}"]`),
      ]);
      return readFile(await file.path());
    };
    const { vocabulary, settings } = await readProgress(memorySource(await save("export")));
    expect(vocabulary).toEqual({ kind: "published", tokenizer, config });
    expect(settings).toMatchObject({ vocabulary: "published", sizes: { V: 19, NKV: 2, F: 20 } });
    const trained = await save("export-weights");
    const { metadata, tensors } = readSafetensors(trained);
    expect(metadata.tokens).toBe("published");
    const before = readSafetensors(weights).tensors;
    expect([...tensors.keys()].sort()).toEqual([...before.keys()].sort());
    const key = "model.layers.1.mlp.down_proj.weight";
    expect(tensors.get(key)?.shape).toEqual(before.get(key)?.shape);
    expect(tensors.get(key)?.data).not.toEqual(before.get(key)?.data);

    const validation = await number(page, "validation");
    await page.reload();
    await view(page, "idle");
    await act(page, "resume");
    await view(page, "finished");
    expect(await number(page, "validation")).toBe(validation);
    await page.fill('[name="prompt"]', "mn bad");
    await page.fill('[name="temperature"]', "0");
    await page.locator('[data-part="sampling"] [type="submit"]').click();
    const samples = page.locator('[data-part="samples"]');
    await expect.poll(() => samples.textContent()).toMatch(/mn bad dog/); // as the text goes on
    await act(page, "reset", "yes");
    await view(page, "idle");
    await files.setInputFiles(buffered({ "mine.safetensors": trained }));
    await expect
      .poll(() => error.textContent())
      .toContain("It was trained on other tokens than GPT-2's (published)");
  });

  test("of a Llama in a GGUF are trained on in the tokens that it has in it", async () => {
    const page = await open();
    await choose(page, { ...quick, T: 8, steps: 1, warmup: 0, learningRate: 1e-8 });
    await page.setInputFiles('input[name="file"]', buffered({ "mine.txt": text }));
    const llama = await openLlama(config, [
      { name: "model.safetensors", source: memorySource(weights) },
    ]);
    const options = { dtype: "F32", published: { tokenizer, config } } as const;
    const gguf = await Array.fromAsync(encodeGguf(llama.config, llama.read, options));
    await page.setInputFiles(
      ...(['input[name="weightsFile"]', buffered({ "mine.gguf": Buffer.concat(gguf) })] as const),
    );
    const found = page.locator('[data-part="weights-found"]');
    await expect.poll(() => found.textContent()).toMatch(/^A Llama with L = 2, C = 12, V = 19/);
    await act(page, "start");
    await view(page, "finished");
    const [first] = await download(page);
    expect(Number(first.validation_loss)).toBeCloseTo(lossOfText(), 4);
    await page.fill('[name="prompt"]', prompt);
    await page.fill('[name="temperature"]', "0");
    await page.fill('[name="length"]', "1");
    await page.locator('[data-part="sampling"] [type="submit"]').click();
    await expect
      .poll(() => page.locator('[data-part="samples"]').textContent())
      .toContain(`${prompt}${likeliest()}`);
  });

  test("handed in as another file are refused as soon as it is chosen, and it is said which to get", async () => {
    const page = await open();
    const files = page.locator('input[name="weightsFile"]');
    const text = (name: string, text: string) => ({
      ...{ name, mimeType: "application/octet-stream" },
      buffer: Buffer.from(text),
    });
    const error = page.locator('[data-error="weightsFile"]');
    await files.setInputFiles(
      text("model.safetensors", "version https://git-lfs.github.com/spec/v1\nsize 548105171\n"),
    );
    await expect
      .poll(() => error.textContent())
      .toBe(
        "This is a pointer of Git LFS: a note that stands in for the file, which has 548,105,171 bytes. Get the file itself, by its download button or with git lfs pull.",
      );
    await files.setInputFiles(
      text("pytorch_model.bin", "PK\x03\x04\x00\x00\x08\x08archive/data.pkl"),
    );
    await expect.poll(() => error.textContent()).toContain("This is a zip, as torch.save writes");
    await page.check('input[name="weights"][value="random"]');
    expect(await error.textContent()).toBe("");
  });

  test("of OpenAI come when the reader asks for them, and the page says how far they are", async () => {
    const file = await readFile(`${dist}/reference/huggingface.safetensors`);
    const asked: string[] = [];
    await context.route("https://huggingface.co/**", async (route) => {
      asked.push(new URL(route.request().url()).pathname);
      const headers = { "Access-Control-Allow-Origin": "*" };
      if (asked.at(-1)?.includes("/raw/")) await route.fulfill({ status: 404, headers });
      else await route.fulfill({ headers, body: file, contentType: "application/octet-stream" });
    });
    const page = await open();
    expect(await page.locator('[data-part="published"]').isVisible()).toBe(false);
    await page.check('input[name="preset"][value="gpt2-124M"]');
    const state = page.locator('[data-part="weights-state"]');
    await expect
      .poll(() => state.textContent())
      .toBe("Not downloaded. It is 548 MB, and stays in this browser.");
    expect(asked).toEqual([]);

    await page.check('input[name="weights"][value="downloaded"]');
    await act(page, "start");
    expect(await page.locator('[data-error="weightsFile"]').textContent()).toBe(
      "Download OpenAI's weights first.",
    );
    await page.click('[data-weights="download"]');
    await expect
      .poll(() => state.textContent(), { timeout: 30_000 })
      .toMatch(/^Downloaded: \d+ MB/);
    expect(asked.some((path) => path.endsWith("/resolve/main/model.safetensors"))).toBe(true);
    await page.click('[data-weights="discard"]');
    await expect.poll(() => state.textContent()).toContain("Not downloaded.");
    const unasked = faults.filter((each) => !/huggingface\.co|404/.test(each));
    faults.splice(0, faults.length, ...unasked); // the rest the reader has asked for
  });
});
