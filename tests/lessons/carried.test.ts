// One sentence and one model, from softmax to the loss and to sampling: what the figures of three lessons say.

import { readFileSync } from "node:fs";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { readModel } from "@llm.ts/kernels/formats/llmc.ts";
import { memorySource } from "@llm.ts/kernels/formats/source.ts";
import { readLogits } from "@llm.ts/kernels/model/classifier.ts";
import { shrinkModel, writeTensors } from "@llm.ts/kernels/model/model.ts";
import { generate } from "@llm.ts/kernels/model/sample.ts";
import { createModelOf, presets } from "@llm.ts/kernels/models.ts";
import { describe, expect, test } from "vitest";
import type { Answer } from "../../src/carried/answer.ts";
import { draw } from "../../src/carried/drawn.ts";
import { answer, courseModel, mostTokens, runModel, whyNot } from "../../src/carried/model.ts";
import { writeCheckpoint } from "../../src/training/checkpoint.ts";
import { planRun } from "../../src/training/plan.ts";
import { Session, type Text } from "../../src/training/session.ts";
import { defaults, type Settings } from "../../src/training/settings.ts";
import { decodeWith, tokenizerOf } from "../../src/training/tokenizers.ts";

const bytes = readFileSync("src/figures/toy.bin");
const course = courseModel(bytes);
const sentence = "My lord, I will";
const sampling = { temperature: 1, topP: 0.8, seed: 1 };

/** Long sums in float64, without a kernel. */
function softmax(logits: ArrayLike<number>, temperature = 1): number[] {
  const all = Array.from(logits, (logit) => logit / temperature);
  const largest = Math.max(...all);
  const powers = all.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((so, power) => so + power, 0);
  return powers.map((power) => power / sum);
}

test("what the figures show at first is what the course's model says", async () => {
  const said = await answer(course, { sentence, sampling });
  await expect(`${JSON.stringify({ sentence, sampling, answer: said })}\n`).toMatchFileSnapshot(
    "../../src/carried/start.json",
  );
});

describe("an answer", () => {
  const { config, parameters } = readModel(bytes);
  const tokenizer = tokenizerOf(undefined, config.V);
  const ids = Int32Array.from(tokenizer.encode(sentence));
  const spell = (id: number) => decodeWith(tokenizer, [id]).text;
  const whole = createModelOf(createCpu(Float32Array), config, {
    ...{ B: 1, T: config.maxT, training: true, attention: "kept" },
  });
  writeTensors(whole, "parameters", parameters);

  /** The logits of every token, from a model that keeps all. */
  async function logitsOf(): Promise<number[][]> {
    const reader = shrinkModel(whole, 1, ids.length);
    reader.architecture.forward(reader, ids);
    const rows: number[][] = [];
    for (let t = 0; t < ids.length; t++) {
      rows.push(Array.from(await readLogits(reader, t, 1)).slice(0, config.V));
    }
    return rows;
  }

  test("has the likeliest tokens, their logits, and probabilities that are those of a softmax over all", async () => {
    const said = await answer(course, { sentence, sampling: null });
    const logits = (await logitsOf())[ids.length - 1];
    const probs = softmax(logits);
    const order = probs.map((_, id) => id).sort((a, b) => probs[b] - probs[a]);
    expect(said.tokens).toEqual(["", ...Array.from(ids.slice(1), spell)]);
    expect(said.guesses.map(({ token }) => token)).toEqual(order.slice(0, 8).map(spell));
    for (const [i, { logit, probability }] of said.guesses.entries()) {
      expect(logit).toBeCloseTo(logits[order[i]], 4);
      expect(probability).toBeCloseTo(probs[order[i]], 6);
    }
    expect(said.guesses[0].probability).toBeCloseTo(1 / said.sum, 6);
    expect(said.drawn).toBe(null);
  });

  test("has for each token that came what it had been given, and minus the logarithm of that", async () => {
    const { came } = await answer(course, { sentence, sampling: null });
    const rows = await logitsOf();
    expect(came.map(({ token }) => token)).toEqual(Array.from(ids.slice(1), spell));
    for (const [t, { probability, loss }] of came.entries()) {
      const p = softmax(rows[t])[ids[t + 1]];
      expect(probability / p).toBeCloseTo(1, 4);
      expect(loss).toBeCloseTo(-Math.log(p), 4);
    }
  });

  test("keeps of the tokens what top-p leaves, and writes on as generate does without a cache", async () => {
    const options = { temperature: 0.7, topP: 0.8 };
    const { drawn } = await answer(course, { sentence, sampling: { ...options, seed: 5 } });
    const probs = softmax((await logitsOf())[ids.length - 1], options.temperature);
    const sorted = probs.toSorted((a, b) => b - a);
    let kept = 0;
    let sum = 0;
    while (sum < options.topP) sum += sorted[kept++];
    expect(kept).toBeGreaterThan(1);
    expect(drawn?.kept).toBe(kept);
    for (const [rank, { before, after }] of (drawn?.shares ?? []).entries()) {
      expect(before).toBeCloseTo(sorted[rank], 6);
      expect(after).toBeCloseTo(rank < kept ? sorted[rank] / sum : 0, 5);
    }
    const tokens: number[] = [];
    for await (const id of generate(whole, ids, options, { seed: 5, counter: 0 })) {
      if (id === config.V - 1 || tokens.push(id) === 24) break;
    }
    expect(drawn?.text).toBe(decodeWith(tokenizer, tokens).text);
    const other = await answer(course, { sentence, sampling: { ...options, seed: 6 } });
    expect(other.drawn?.text).not.toBe(drawn?.text);
  });

  test("to an empty sentence is about the beginning of a text, and to a long one about its first tokens", async () => {
    const empty = await answer(course, { sentence: "  ", sampling });
    expect([empty.tokens, empty.came, empty.cut]).toEqual([[""], [], false]);
    const long = await answer(course, { sentence: "to be or not to be ".repeat(20), sampling });
    expect([long.tokens.length, long.cut]).toEqual([mostTokens, true]);
  });
});

describe("a run of the reader's", () => {
  const settings: Settings = {
    ...defaults.tiny,
    ...{ B: 2, T: 8, steps: 3, warmup: 1, validateEvery: 3, validationBatches: 1, sampleEvery: 9 },
    sizes: { maxT: 64, V: 1024, Vp: 1024, L: 2, NH: 2, C: 16 },
  };
  const text: Text = {
    name: "counted",
    train: Uint16Array.from({ length: 600 }, (_, i) => (i * 7) % 1000),
    validation: Uint16Array.from({ length: 80 }, (_, i) => (i * 7) % 1000),
  };

  async function checkpointOf(settings: Settings) {
    const session = new Session(createCpu(), planRun(settings, "TypeScript"), text);
    await session.ready();
    for (let step = 0; step < 3; step++) await session.train();
    const pieces: Uint8Array[] = [];
    await writeCheckpoint(session.progress(), session.parts(), (bytes) => {
      pieces.push(bytes.slice());
    });
    return { session, file: new Uint8Array(Buffer.concat(pieces)) };
  }

  const likeliestBy = async (session: Awaited<ReturnType<typeof checkpointOf>>["session"]) => {
    const question = { sentence: "to be", position: null, attention: false, lens: true };
    const { lens } = await session.look({ ...question, embeddings: false });
    return lens?.layers.at(-1)?.slice(0, 8) ?? [];
  };

  test.each<[string, Settings]>([
    ["GPT-2", settings],
    ["Llama", { ...settings, preset: "llama-tiny", sizes: presets["llama-tiny"] }],
  ])("reads as it does in the trainer: a %s", async (_, settings) => {
    const { session, file } = await checkpointOf(settings);
    const { guesses } = await answer(await runModel(memorySource(file)), {
      ...{ sentence: "to be", sampling },
    });
    const expected = await likeliestBy(session);
    expect(guesses.map(({ token }) => token)).toEqual(expected.map(({ token }) => token));
    for (const [i, { probability }] of guesses.entries()) {
      expect(probability).toBeCloseTo(expected[i].probability, 6);
    }
  });

  test("is refused where a byte of it is wrong", async () => {
    const { file } = await checkpointOf(settings);
    file[file.length - 1000] ^= 1;
    await expect(runModel(memorySource(file))).rejects.toThrow("checksum does not match");
  });

  test("does not read here where it is large, or knows no sentences, and a sentence says so", () => {
    expect(whyNot({ settings: defaults.tiny })).toBe(null);
    expect(whyNot({ settings: defaults.small })).toBe(null);
    expect(whyNot({ settings: defaults["llama-small"] })).toBe(null);
    expect(whyNot({ settings: defaults.medium })).toBe(
      "Your run’s model, medium, has 11.1 million numbers. Here up to 4.0 million are computed, so that a sentence takes no longer than a second: tiny and small have fewer.",
    );
    expect(whyNot({ settings: { ...defaults.tiny, task: "sort" } })).toMatch(/reads no sentences/);
  });
});

describe("what is shown", () => {
  const shown: Answer = {
    ...{ V: 4, tokens: ["", "<b>", " \n"], cut: false, largest: 2, sum: 1.6 },
    guesses: [
      { token: "<b>", logit: 2, probability: 0.625 },
      { token: "&", logit: -0.1, probability: 0.375 },
    ],
    came: [
      { token: "<b>", probability: 0.25, loss: Math.log(4) },
      { token: " \n", probability: 0.00125, loss: Math.log(800) },
    ],
    drawn: { kept: 1, shares: [{ token: "<b>", before: 0.6, after: 1 }], text: "<u>" },
  };
  const options = { temperature: 1, topP: 0.5 };

  test("is no HTML of a token's, and spaces can be seen", () => {
    for (const part of ["softmax", "loss", "sampling"] as const) {
      const { table } = draw[part](shown, options);
      expect(table).toContain("<code>&lt;b&gt;</code>");
      expect(table).not.toMatch(/<b>|<u>/);
    }
    expect(draw.loss(shown, options).table).toContain("<code>␣↵</code>");
  });

  test("is said in a sentence", () => {
    expect(draw.softmax(shown, options).says).toBe(
      "After “<b>” the largest of V = 4 logits is m = 2.00, of “<b>”. The sum of all e^(z − m) is 1.60, so “<b>” gets 1 / 1.60 = 0.625. The 2 together have 1.00.",
    );
    expect(draw.loss(shown, options).says).toBe(
      "The mean over 2 tokens is 4.04, a perplexity of 56.6. What surprised the model most was “␣↵”. A model that knows nothing has ln 4 = 1.39 everywhere.",
    );
    expect(draw.sampling(shown, options).says).toBe(
      "At temperature 1.0 and top-p 0.50, one token is left. “<b>” is drawn about 100 times in 100.",
    );
    expect(draw.loss({ ...shown, came: [] }, options).says).toMatch(/^Nothing has come yet/);
    expect(draw.softmax({ ...shown, cut: true }, options).says).toMatch(
      /Only the first 2 tokens of the sentence are read\.$/,
    );
  });
});
