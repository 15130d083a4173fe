// npm run evaluate: on the odd model that PyTorch wrote (files.py), against losses computed here token by token; and called wrongly.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { readModel } from "@llm.ts/kernels/formats/llmc.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { readLogits } from "@llm.ts/kernels/model/classifier.ts";
import { writeTensors } from "@llm.ts/kernels/model/model.ts";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { convert } from "../../src/commands/convert.ts";
import { evaluate } from "../../src/commands/evaluate.ts";
import { generate } from "../../src/commands/generate.ts";
import { train } from "../../src/commands/train.ts";
import { encode, endOfText } from "../../src/training/tokenizer.ts";
import { narrowTokens } from "../../src/training/vocabulary.ts";
import { call } from "./inprocess.ts";
import { odd } from "./run.ts";

const V = 261;
const model = ["--model", odd("model.bin"), "--backend", "typescript"];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "evaluate-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

/** Writes a file, and gives its path. */
function file(name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function facts(...args: string[]) {
  const { stdout, stderr, status } = await call(evaluate, ...model, "--json", ...args);
  expect(stderr).toContain("computed by TypeScript");
  expect(status).toBe(0);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

const { config, parameters } = readModel(readFileSync(odd("model.bin")));

/** The log-probability of ids[at] after those before it, from the model's logits. */
async function logProbability(ids: ArrayLike<number>, from: number, at: number): Promise<number> {
  const T = at - from;
  const here = createGPT2(createCpu(), config, { B: 1, T, training: false });
  writeTensors(here, "parameters", parameters);
  here.architecture.forward(here, Int32Array.from(Array.from(ids).slice(from, at)));
  const logits = Array.from(await readLogits(here, T - 1, 1)).slice(0, V);
  const largest = Math.max(...logits);
  const sum = logits.reduce((all, z) => all + Math.exp(z - largest), 0);
  return logits[ids[at]] - largest - Math.log(sum);
}

const ids = (text: string) => narrowTokens([endOfText, ...encode(text)], V);

describe("npm run evaluate --text", () => {
  const text = "To bé, or not to be.";

  test.each([
    [6, 6],
    [6, 2],
    [5, 1],
  ])(
    "T = %i, stride %i: the losses are those of the logits, each with its window's context",
    async (T, stride) => {
      const args = ["--T", `${T}`, "--stride", `${stride}`, "--each"];
      const [found] = await facts("--text", file("text.txt", text), ...args);
      const all = ids(text);
      expect(found.ids).toEqual(Array.from(all));
      expect(found.losses).toHaveLength(all.length - 1);
      for (let at = 1; at < all.length; at++) {
        // The first window that has it; windows begin at multiples of the stride.
        const window = Math.max(0, Math.ceil((at - T) / stride));
        const loss = -(await logProbability(all, window * stride, at));
        expect(found.losses[at - 1]).toBeCloseTo(loss, 4);
      }
      const nats = found.losses.reduce((sum: number, loss: number) => sum + loss, 0);
      expect(found.bytes).toBe(21); // é is two
      expect(found.nats).toBeCloseTo(nats / (all.length - 1), 4);
      expect(found.bitsPerByte).toBeCloseTo(nats / Math.log(2) / 21, 4);
      expect(found.perplexity).toBeCloseTo(Math.exp(found.nats), 6);
      expect(found.error).toBeNull();
    },
  );

  test("sections begin with <|endoftext|>, with --whole they do not; --bytes takes the beginning, in whole characters", async () => {
    const path = file("text.txt", "Ah\n\nOh é");
    const [cut] = await facts("--text", path, "--each");
    const [whole] = await facts("--text", path, "--each", "--whole");
    expect(cut.ids.filter((id: number) => id === V - 1)).toHaveLength(2);
    expect(whole.ids).toEqual(Array.from(ids("Ah\n\nOh é")));
    expect([cut.bytes, whole.bytes]).toEqual([9, 9]);
    expect([cut.whole, whole.whole]).toEqual([false, true]);
    const [short] = await facts("--text", path, "--bytes", "8");
    expect(short.bytes).toBe(7);
    const [marked] = await facts("--text", file("marked.txt", "Ah<|endoftext|>Oh"), "--each");
    expect(marked.bytes).toBe(4);
    expect(marked.ids.filter((id: number) => id === V - 1)).toHaveLength(2);
  });

  test("prints its numbers as lines", async () => {
    const path = file("text.txt", text.repeat(9));
    const { stdout } = await call(evaluate, ...model, "--text", path, "--block", "16");
    const whole = await call(evaluate, ...model, "--text", path, "--whole");
    expect(whole.stdout).toContain("text.txt, read as one: 189 bytes,");
    expect(stdout).toMatch(
      /text\.txt, read in sections: 189 bytes, \d+ targets, T = \d+, stride = \d+\n\d+\.\d{4} nats per token, standard error \d+\.\d{4} from blocks of 16 targets \(\d\.\d{4} if they were independent\)\n\d+\.\d{4} bits per token\nperplexity \d+\.\d\d\n\d+\.\d{4} bits per byte, standard error \d+\.\d{4}\n$/,
    );
  });
});

describe("npm run evaluate --choices", () => {
  const choices = [
    { context: "To", endings: [" be", " b", ", or"], label: 0 },
    { context: "No", endings: ["t", "r to"], label: 1 },
  ];
  const path = () => file("choices.jsonl", choices.map((one) => JSON.stringify(one)).join("\n"));

  test("sums are over the endings' tokens alone, means are for each of them", async () => {
    const [found] = await facts("--choices", path());
    let [bySum, byMean] = [0, 0];
    for (const [i, { context, endings, label }] of choices.entries()) {
      const expected: { sum: number; mean: number }[] = [];
      for (const ending of endings) {
        const all = ids(context + ending);
        let from = 0;
        while (all[from] === ids(context)[from]) from++;
        let sum = 0;
        for (let at = from; at < all.length; at++) sum += await logProbability(all, 0, at);
        expected.push({ sum, mean: sum / (all.length - from) });
      }
      for (const [k, { sum, mean }] of expected.entries()) {
        expect(found.scores[i][k].sum).toBeCloseTo(sum, 3);
        expect(found.scores[i][k].mean).toBeCloseTo(mean, 3);
      }
      const best = (of: "sum" | "mean") => {
        const values = expected.map((score) => score[of]);
        return values.indexOf(Math.max(...values));
      };
      bySum += Number(best("sum") === label);
      byMean += Number(best("mean") === label);
    }
    expect([found.sum.right, found.mean.right]).toEqual([bySum, byMean]);
    expect(found.chance).toBeCloseTo((1 / 3 + 1 / 2) / 2, 12);
    expect(found.sum.error).toBeCloseTo(Math.sqrt(((bySum / 2) * (1 - bySum / 2)) / 2), 12);
  });

  test.each<[string, string, string]>([
    ["no JSON", "{", "line 1: it is not JSON"],
    [
      "a context of blanks",
      '\n{"context": " \\n ", "endings": ["a", "b"], "label": 0}',
      'line 2: it has no "context"',
    ],
    [
      "a word that would take too long",
      `\n{"context": "${"x".repeat(5_001)}", "endings": ["a", "b"], "label": 0}`,
      "line 2: the text has 5,001 characters without a break",
    ],
    ["no context", '{"endings": ["a", "b"], "label": 0}', 'line 1: it has no "context"'],
    [
      "one ending",
      '\n{"context": "a", "endings": ["b"], "label": 0}',
      'line 2: its "endings" are not two or more texts',
    ],
    ["an empty ending", '{"context": "a", "endings": ["b", ""], "label": 0}', "not two or more"],
    ["two alike", '{"context": "a", "endings": ["b", "b"], "label": 0}', "are the same"],
    [
      "a label that no ending has",
      '{"context": "a", "endings": ["b", "c"], "label": 2}',
      'its "label" is 2, expected the number of an ending, from 0 to 1',
    ],
    [
      "what does not fit",
      `{"context": "${"a b ".repeat(40)}", "endings": ["b", "c"], "label": 0}`,
      "line 1: context and ending are",
    ],
    ["nothing", "\n", "the text is empty"],
  ])("refuses %s", async (_, text, message) => {
    const { status, stdout, stderr } = await call(
      evaluate,
      ...[...model, "--choices", file("choices.jsonl", text)],
    );
    expect(stdout).toBe("");
    expect(stderr.toLowerCase()).toContain(message.toLowerCase());
    expect(stderr).toContain("choices.jsonl");
    expect(status).toBe(1);
  });
});

test.each<[string, string[], number, string]>([
  ["no model", ["--text", "a"], 2, "--model is missing"],
  ["nothing to measure on", model, 2, "there is nothing to measure on"],
  [
    "a stride without a text",
    [...model, "--choices", "a", "--stride", "2"],
    2,
    "--stride is about",
  ],
  ["a stride over T", [...model, "--text", "a", "--T", "4", "--stride", "5"], 2, "more than T = 4"],
  ["a T over the model's", [...model, "--text", "a", "--T", "999"], 2, "the model reads"],
  ["--each without --json", [...model, "--text", "a", "--each"], 2, "--each adds to what --json"],
  ["a text that does not exist", [...model, "--text", "none.txt"], 1, "none.txt does not exist"],
])("refuses %s in one sentence", async (_, args, expected, message) => {
  const { status, stdout, stderr } = await call(evaluate, ...args);
  expect(stdout).toBe("");
  expect(stderr).toContain(message);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(status).toBe(expected);
});

test("tokens that are made in an unknown way are not taken for GPT-2's, nor for generate", async () => {
  const path = join(folder, "other.gguf");
  await call(convert, odd("model.bin"), path);
  const bytes = readFileSync(path);
  bytes.write("llama", bytes.indexOf("tokenizer.ggml.pre") + 18 + 4 + 8); // instead of gpt-2
  writeFileSync(path, bytes);
  const other = ["--model", path, "--backend", "typescript"];
  for (const { status, stdout, stderr } of [
    await call(evaluate, ...other, "--text", file("text.txt", "To be, or not to be.")),
    await call(generate, ...other, "--prompt", "To be"),
  ]) {
    expect(stdout).toBe("");
    expect(stderr).toContain("its tokens are of a kind that is not read here (gpt2, llama): ");
    expect(status).toBe(2);
  }
});

describe("npm run train --vocabulary", () => {
  const words = "the cat that sat at the mat had a hat that the other cat ate\n\n".repeat(12);
  const small = ["--L", "1", "--NH", "2", "--C", "16", "--B", "2", "--T", "16", "--steps", "3"];
  const quiet = ["--sample-every", "0", "--backend", "typescript"];

  test.each([
    ["characters", []],
    ["pairs", ["--vocabulary-size", "270"]],
  ])(
    "trains on a text in its own %s, and such a checkpoint is evaluated in them",
    async (kind, more) => {
      const [text, run] = [file("words.txt", words), join(folder, "run.safetensors")];
      const own = ["--text", text, "--vocabulary", kind, ...more];
      const { stdout } = await call(train, ...small, ...quiet, ...own, "--save", run);
      const V = kind === "pairs" ? 270 : new Set(words).size + 1;
      expect(stdout).toContain(`vocab_size: ${V}\n`);
      const args = ["--model", run, "--text", text, "--json", "--backend", "typescript", "--each"];
      const found = JSON.parse((await call(evaluate, ...args)).stdout);
      expect(found.bytes).toBe(words.length);
      const texts = found.ids.filter((id: number) => id === V - 1).length;
      expect(texts).toBeGreaterThan(11);
      if (kind === "characters") expect(found.targets).toBe(words.length + texts - 1);
      else expect(found.targets).toBeLessThan(words.length);
      const odd = file("odd.txt", "the zebra");
      const refused = await call(
        evaluate,
        "--model",
        run,
        "--text",
        odd,
        "--backend",
        "typescript",
      );
      if (kind === "characters") expect(refused.stderr).toContain('does not know "z"');
      else expect(refused.status).toBe(0);
      const line = '\n{"context": "the ", "endings": ["cat", "zebra"], "label": 0}';
      const asked = ["--choices", file("odd.jsonl", line), "--backend", "typescript"];
      const choices = await call(evaluate, "--model", run, ...asked);
      if (kind === "pairs") expect(choices.status).toBe(0);
      else expect(choices.stderr).toMatch(/odd\.jsonl: line 2: .*does not know "z"/i);
    },
  );

  test.each<[string, string[], string]>([
    ["without a text", ["--vocabulary", "pairs"], "--vocabulary is made from the text of --text"],
    ["a size without pairs", ["--vocabulary-size", "300"], "--vocabulary-size is that of"],
  ])("%s is refused", async (_, args, message) => {
    const { status, stderr } = await call(train, ...small, ...quiet, ...args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});
