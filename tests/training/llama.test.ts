// A run of a Llama: what a session does is the same for every architecture, and what depends on it, how it is looked into, is
// checked here.

import type { Backend } from "@llm.ts/kernels/backend.ts";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { writeHuggingFace } from "@llm.ts/kernels/formats/huggingface.ts";
import { blobSource } from "@llm.ts/kernels/formats/source.ts";
import { type Config, presets } from "@llm.ts/kernels/models.ts";
import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";
import { describe, expect, it, test } from "vitest";
import { writeCheckpoint } from "../../src/training/checkpoint.ts";
import { planRun } from "../../src/training/plan.ts";
import { readProgress } from "../../src/training/progress.ts";
import { Session, type Text } from "../../src/training/session.ts";
import {
  checkSettings,
  defaultSampling,
  defaults,
  modelName,
  type Settings,
} from "../../src/training/settings.ts";
import { randomIds } from "../random.ts";
import { openWasm } from "../wasm.ts";

const sizes = {
  ...presets["llama-tiny"],
  ...{ V: 1000, L: 3, C: 24, NH: 4, NKV: 2, hs: 8, F: 40, windowSize: 3 },
};
const settings: Settings = {
  ...defaults["llama-tiny"],
  ...{ sizes, B: 2, T: 12, steps: 30, warmup: 2, validationBatches: 2, learningRate: 0.01 },
};
const text: Text = {
  name: "a test",
  train: Uint16Array.from(randomIds(900, 3, 64), (id, i) => (i % 3 === 0 ? 7 : 200 + (id % 40))),
  validation: Uint16Array.from(randomIds(90, 4, 240)),
};

const tiers = ["TypeScript", "WebAssembly"] as const;
type Tier = (typeof tiers)[number];
const backendOf = (tier: Tier): Promise<Backend<Floats, Ints>> | Backend<Floats, Ints> =>
  tier === "TypeScript" ? createCpu() : openWasm("kernels.relaxed", 2);
const start = async (tier: Tier, changes: Partial<Settings> = {}) =>
  new Session(await backendOf(tier), planRun({ ...settings, ...changes }, tier), text);

/** Writes a checkpoint, and goes on from it. */
async function reopen(session: Session<Floats, Ints>, tier: Tier) {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  await writeCheckpoint(session.progress(), session.parts(), (bytes) => {
    chunks.push(bytes.slice());
  });
  const source = blobSource(new Blob(chunks));
  const progress = await readProgress(source);
  const plan = planRun(checkSettings(progress.settings), tier);
  return Session.restore(await backendOf(tier), plan, progress, source);
}

async function losses(session: Session<Floats, Ints>, steps: number): Promise<number[]> {
  const rows = [];
  for (let i = 0; i < steps; i++) rows.push((await session.train()).loss);
  return rows;
}

describe.each(tiers)("a Llama, by %s", (tier) => {
  it("learns, and has the same losses to the last bit when it is interrupted", async () => {
    const whole = await start(tier);
    const expected = await losses(whole, 12);
    expect(expected[11]).toBeLessThan(expected[0] - 1);
    let session = await start(tier);
    const actual = await losses(session, 5);
    session = await reopen(session, tier);
    expect(session.config).toEqual(sizes);
    actual.push(...(await losses(session, 7)));
    expect(actual).toEqual(expected);
    expect(await session.validate()).toEqual(await whole.validate());
    const drawn = [session, whole].map((each) => each.sample(defaultSampling, async () => true));
    const [first, second] = await Promise.all(drawn);
    expect(first?.text.length).toBeGreaterThan(0);
    expect(second).toEqual(first);
  });

  it.each([
    "float32",
    "bfloat16", // layers share their activations
  ] as const)(
    "is looked into: where each head looks, within its window, and what it would say after each block; kept in %s",
    async (activations) => {
      const session = await start(tier, { activations });
      await losses(session, 3);
      const sentence = "To be, or not to be";
      const all = { sentence, position: null, attention: true, lens: true, embeddings: true };
      const { tokens, attention, lens, embeddings } = await session.look(all);
      const n = tokens.length;
      expect(n).toBeGreaterThan(5);
      expect([attention?.L, attention?.NH]).toEqual([3, 4]);
      const weights = attention?.weights ?? new Float32Array();
      expect(weights).toHaveLength(3 * 4 * n * n);
      for (let row = 0; row < weights.length; row += n) {
        const t = (row / n) % n;
        const seen = weights.subarray(row + Math.max(0, t - 2), row + t + 1);
        expect(seen.every((weight) => weight > 0)).toBe(true);
        expect(seen.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
        const all = weights.subarray(row, row + n).reduce((sum, weight) => sum + weight, 0);
        expect(all).toBeCloseTo(1, 5); // so that nothing is seen outside the window
      }
      expect(new Set(weights).size).toBeGreaterThan(100);

      expect(lens?.layers).toHaveLength(1 + 3);
      const greedy = { ...defaultSampling, prompt: sentence, temperature: 0, length: 1 };
      const next = await session.sample(greedy, async () => true);
      expect(next?.text).toBe(lens?.layers.at(-1)?.[0].token);
      expect(embeddings?.C).toBe(24);
    },
  );

  it("tells what a step does to each of its tensors", async () => {
    const session = await start(tier);
    await losses(session, 3);
    const before = await session.parametersNow();
    await losses(session, 1);
    const rows = await session.measure(before ?? {});
    expect(rows.map(({ name }) => name).join(" ")).toBe(
      "wte ln1w qkvw attprojw ln2w fcw fcprojw lnfw",
    );
    for (const { name, gradient, ratio } of rows) {
      expect(gradient, name).toBeGreaterThan(0);
      expect(ratio, name).toBeGreaterThan(1e-5);
      expect(ratio, name).toBeLessThan(1);
    }
  });
});

test("weights of another model are refused by what differs, and nothing is written", async () => {
  const session = await start("TypeScript");
  const before = await session.parametersNow();
  const own = { ...sizes };
  const read = () => {
    throw new Error("read");
  };
  const begin = (config: Config) => session.beginWith("a file", { config, read });
  await expect(begin({ ...own, mlp: "geglu", windowSize: null })).rejects.toThrow(
    'the file holds a Llama with L = 3, NH = 4, C = 24, V = 1000, maxT = 64, mlp = "geglu", windowSize = null, but the model that was chosen has L = 3, NH = 4, C = 24, V = 1000, maxT = 64, mlp = "swiglu", windowSize = 3: choose',
  );
  await expect(begin({ maxT: 64, V: 1000, Vp: 1024, L: 3, NH: 4, C: 24 })).rejects.toThrow(
    "the file holds a GPT-2 with L = 3, NH = 4, C = 24, V = 1000, maxT = 64, but the model that was chosen is a Llama with L = 3,",
  );
  await expect(begin(own)).rejects.toThrow("read"); // the model's own are taken

  const gpt2 = { maxT: 64, V: 1000, L: 3, NH: 4, C: 24 };
  const file = writeHuggingFace({ ...gpt2, Vp: 1024 }, (_, __, into) => void into.fill(1));
  const source = blobSource(new Blob(await Array.fromAsync(file)));
  await expect(session.begin("a file", source, () => {})).rejects.toThrow(
    "the file holds a GPT-2 with",
  );
  expect(await session.parametersNow()).toEqual(before);
});

test("settings of a Llama are checked, and named as what they are", () => {
  expect(modelName(defaults["llama-small"])).toBe("llama-small");
  expect(modelName(settings)).toBe("a Llama of L = 3, NH = 4, C = 24");
  expect(
    modelName({
      preset: "llama-tiny",
      sizes: { ...presets["llama-tiny"], norm: "layernorm", NKV: 4 },
    }),
  ).toBe("llama-tiny with norm = layernorm, NKV = 4");
  expect(modelName({ preset: "tiny", sizes: { ...presets["llama-tiny"] } })).toBe(
    "a Llama of L = 4, NH = 4, C = 128",
  );
  expect(() => checkSettings({ ...settings, sizes: { ...sizes, NKV: 3 } })).toThrow(
    "the sizes of the model are none: config: NKV is 3 and NH is 4",
  );
  expect(() => checkSettings({ ...defaults["llama-tiny"], T: 65 })).toThrow(
    "T is 65, but llama-tiny reads at most 64: choose 64 or fewer tokens",
  );
});
