import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { blobSource } from "@llm.ts/kernels/formats/source.ts";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { describe, expect, it, test } from "vitest";
import { writeCheckpoint } from "../../src/training/checkpoint.ts";
import { planRun } from "../../src/training/plan.ts";
import { readProgress } from "../../src/training/progress.ts";
import { Run } from "../../src/training/run.ts";
import { Session } from "../../src/training/session.ts";
import {
  checkSettings,
  defaults,
  type Settings,
  withVocabulary,
} from "../../src/training/settings.ts";
import {
  longestProblem,
  makeTask,
  type Problem,
  questionsOf,
  type TaskName,
  taskNames,
  tasks,
} from "../../src/training/tasks.ts";
import { textOfTask } from "../../src/training/tasktext.ts";

/** The answers found another way than the tasks do. */
const solve: Record<TaskName, (given: string) => string> = {
  sort: (given) => {
    const counts = Array.from({ length: 10 }, (_, digit) => given.split(String(digit)).length - 1);
    return counts.map((count, digit) => String(digit).repeat(count)).join("");
  },
  add: (given) => {
    const [a, b] = given.split("+").map(Number);
    const sum = a + b;
    return `${sum % 10}${Math.floor(sum / 10) % 10}${Math.floor(sum / 100)}`;
  },
  copy: (given) => given,
  reverse: (given) => given.replace(/(.)(.)(.)(.)(.)(.)(.)(.)/, "$8$7$6$5$4$3$2$1"),
  brackets: (given) => {
    const pairs = /\(\)|\[\]|\{\}|<>/;
    let rest = given;
    while (pairs.test(rest)) rest = rest.replace(pairs, "");
    const other: Record<string, string> = { "(": ")", "[": "]", "{": "}", "<": ">" };
    return rest
      .replace(/./g, (bracket) => other[bracket])
      .replace(/./g, (_, i, all) => all.at(-1 - i));
  },
};

describe.each(taskNames)("the task %s", (name) => {
  const { train, validation } = makeTask(name, 1337);
  const questions = questionsOf(name, 1337);

  it("has the right answers", () => {
    for (const { prompt, answer } of [...train.slice(0, 2000), ...questions]) {
      expect(answer, prompt).toBe(solve[name](prompt.slice(0, -1)));
      expect(prompt.at(-1)).toBe("=");
    }
  });

  it("asks fifty problems that are not trained on, nor is any of the validation", () => {
    const seen = new Set(train.map(({ prompt }) => prompt));
    expect(validation.filter(({ prompt }) => seen.has(prompt))).toEqual([]);
    expect(new Set(questions.map(({ prompt }) => prompt)).size).toBe(50);
    expect(questions.filter(({ prompt }) => seen.has(prompt))).toEqual([]);
    const firsts = new Map(validation.map((problem) => [problem.prompt, problem]));
    expect(questions).toEqual([...firsts.values()].slice(0, 50));
    expect([train.length, validation.length]).toEqual([30_000, 3_000]);
  });

  it("is the same for the same seed, and another for another", () => {
    expect(makeTask(name, 1337).train.slice(0, 50)).toEqual(train.slice(0, 50));
    expect(makeTask(name, 1338).train.slice(0, 50)).not.toEqual(train.slice(0, 50));
  });

  it("has no other characters than it says, and no longer problems", () => {
    const all = [...train, ...validation].map(({ prompt, answer }) => prompt + answer);
    expect(new Set(all.join(""))).toEqual(new Set(tasks[name].characters));
    expect(Math.max(...all.map((text) => text.length + 1))).toBe(longestProblem(name));
  });
});

test("an eighth of all problems is kept from training", () => {
  const { train, validation } = makeTask("add", 1337);
  const different = (problems: Problem[]) => new Set(problems.map(({ prompt }) => prompt)).size;
  // Of the 10,000 sums 1,250 and 8,750; so many draws find nine in ten of the one, nearly all of the other.
  expect(different(validation)).toBeGreaterThan(1050);
  expect(different(validation)).toBeLessThan(1250);
  expect(different(train)).toBeGreaterThan(8300);
  expect(different(train)).toBeLessThan(8800);
});

test("two tasks with the same seed have problems of their own", () => {
  const [copy, reverse] = (["copy", "reverse"] as const).map((name) =>
    questionsOf(name, 1337).map(({ prompt }) => prompt),
  );
  expect(copy.filter((prompt) => reverse.includes(prompt))).toEqual([]);
});

describe("a run on a task", () => {
  const settings = {
    ...defaults.tiny,
    ...{ preset: "tiny", B: 8, T: 20, steps: 1, warmup: 0, validationBatches: 1 },
    ...{ task: "copy", vocabulary: "characters" },
  } as Settings;

  it("has a vocabulary of its characters and <|endoftext|>, which begins each problem", () => {
    const text = textOfTask("copy", 1337);
    expect(text.vocabulary).toEqual({
      kind: "characters",
      characters: "=abcdefghijklmnopqrstuvwxyz",
    });
    const [{ prompt, answer }, next] = makeTask("copy", 1337).train;
    const spelled = Array.from(
      text.train.subarray(0, 20),
      (id) => "=abcdefghijklmnopqrstuvwxyz|"[id],
    );
    expect(spelled.join("")).toBe(`|${prompt}${answer}|${next.prompt[0]}`);
  });

  it("is scored by what the model would write: greedy samples after each question say the same", async () => {
    const text = textOfTask("brackets", 7);
    const own = {
      ...settings,
      task: "brackets",
      T: 22,
      seed: 7,
      learningRate: 1e-2,
      steps: 400,
    } as Settings;
    const sized = withVocabulary(own, 10);
    const sizes = { ...presets.tiny, V: 10, Vp: 128, L: 1, NH: 2, C: 16 };
    const session = new Session(
      createCpu(),
      planRun(checkSettings({ ...sized, sizes }), "TypeScript"),
      text,
    );
    for (let i = 0; i < 60; i++) await session.train();
    const greedy = { temperature: 0, topK: 1, topP: 1, length: 12, stop: true };
    const answers: boolean[] = [];
    for (const { prompt, answer } of session.questions as Problem[]) {
      const sample = await session.sample({ ...greedy, prompt }, async () => true);
      answers.push(sample?.text === `${answer}<|endoftext|>`);
    }
    const row = await session.score();
    expect(row).toEqual({ step: 60, right: answers.filter(Boolean).length, asked: 50 });
    expect(row.right).toBeGreaterThan(0);
    expect(row.right).toBeLessThan(50);
    expect(session.progress().scores).toEqual([row]);
  });

  const small = () => {
    const sizes = { ...presets.tiny, V: 28, Vp: 128, L: 1, NH: 2, C: 16 };
    const own = { ...settings, B: 2, steps: 4, validateEvery: 2, sizes };
    const plan = planRun(checkSettings(own), "TypeScript");
    return { plan, session: new Session(createCpu(), plan, textOfTask("copy", 1337)) };
  };

  it("tells the score after each validation, and a checkpoint has all of them", async () => {
    const { plan, session } = small();
    const told: number[] = [];
    const ended = Promise.withResolvers<void>();
    const run = new Run(
      session,
      null,
      null,
      (event) => {
        if (event.type === "score") told.push(event.row.step);
        if (event.type === "state" && event.state === "finished") ended.resolve();
      },
      () => new Promise<void>((done) => setImmediate(done)),
    );
    run.continue();
    await ended.promise;
    expect(told).toEqual([0, 2, 4]);
    expect(session.history.scores?.map(({ step }) => step)).toEqual(told);
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    await writeCheckpoint(session.progress(), session.parts(), (bytes) => {
      chunks.push(bytes.slice());
    });
    const source = blobSource(new Blob(chunks));
    const restored = await Session.restore(createCpu(), plan, await readProgress(source), source);
    expect(restored.history.scores).toEqual(session.history.scores);
    expect(restored.questions).toEqual(session.questions);
  });

  it("begins a problem where the prompt is empty, and has no blank in it", async () => {
    const { session } = small();
    const inside = { position: null, attention: false, lens: false, embeddings: false };
    const { tokens } = await session.look({ sentence: "", ...inside });
    expect(tokens).toEqual(["<|endoftext|>"]);
    await expect(session.look({ sentence: " ", ...inside })).rejects.toThrow("The text is empty");
  });

  it("is not given out as a GGUF, which cannot hold its characters, but as safetensors", async () => {
    const { session } = small();
    expect(() => session.exportWeights("gguf-q8_0")).toThrow(
      "GGUF has no form for a vocabulary of characters",
    );
    let bytes = 0;
    for await (const chunk of session.exportWeights("safetensors")) bytes += chunk.length;
    expect(bytes).toBeGreaterThan(4 * 28 * 16);
  });

  it("needs a T that a problem fits in, and the vocabulary of the task", () => {
    expect(() => checkSettings({ ...settings, T: 17 })).toThrow(
      "T is 17, but a problem of this task has up to 18 tokens",
    );
    expect(() => checkSettings({ ...settings, vocabulary: undefined })).toThrow(
      "a task has the vocabulary of its characters",
    );
    expect(() => checkSettings({ ...settings, task: "multiply" })).toThrow(
      "choose one of sort, add",
    );
  });
});
