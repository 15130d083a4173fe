// What the panels show of a model, against the same computed apart: by the kernels themselves, from the weights that the session
// gives out. And that looking changes nothing of the training, and takes no more of the time than it may.

import { attentionForward } from "@llm.ts/kernels/attention/attention.ts";
import type { Backend } from "@llm.ts/kernels/backend.ts";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { encoderForward } from "@llm.ts/kernels/encoder/encoder.ts";
import { blobSource } from "@llm.ts/kernels/formats/source.ts";
import { geluForward } from "@llm.ts/kernels/gelu/gelu.ts";
import type { Config } from "@llm.ts/kernels/gpt2/config.ts";
import { layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";
import { matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";
import { residualForward } from "@llm.ts/kernels/residual/residual.ts";
import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";
import { softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";
import { afterEach, describe, expect, it, test, vi } from "vitest";
import { apart } from "../../src/trainer/inside/apart.ts";
import type { Report } from "../../src/trainer/protocol.ts";
import { writeCheckpoint } from "../../src/training/checkpoint.ts";
import { encodeText } from "../../src/training/encoding.ts";
import { frequent } from "../../src/training/inside/embeddings.ts";
import type { Question } from "../../src/training/inside/inside.ts";
import { principalPlane } from "../../src/training/inside/pca.ts";
import { planRun } from "../../src/training/plan.ts";
import { readProgress } from "../../src/training/progress.ts";
import { Run } from "../../src/training/run.ts";
import { Session, type Text } from "../../src/training/session.ts";
import { defaults, type Settings } from "../../src/training/settings.ts";
import { decodeTokens, narrowTokens } from "../../src/training/vocabulary.ts";
import { random, randomIds } from "../random.ts";
import { openWasm } from "../wasm.ts";

const config: Config = { maxT: 64, V: 1000, Vp: 1024, L: 3, NH: 2, C: 24 };

const settings: Settings = {
  ...defaults.tiny,
  ...{ sizes: config, B: 2, T: 24, steps: 10, warmup: 2, validateEvery: 4, validationBatches: 2 },
  ...{ sampleEvery: 5, sampleLength: 3, learningRate: 0.02 },
};

const text: Text = {
  name: "a test",
  train: Uint16Array.from(randomIds(900, 3, 64), (id, i) => (i % 3 === 0 ? 7 : 200 + (id % 40))),
  validation: Uint16Array.from(randomIds(90, 4, 240)),
};

const sentence = "To be, or not to be";
const all: Question = {
  ...{ sentence, position: null },
  ...{ attention: true, lens: true, embeddings: true },
};

const tiers = ["TypeScript", "WebAssembly"] as const;
type Tier = (typeof tiers)[number];

const backendOf = (tier: Tier): Promise<Backend<Floats, Ints>> | Backend<Floats, Ints> =>
  tier === "TypeScript" ? createCpu() : openWasm("kernels.relaxed", 2);

const start = async (tier: Tier = "TypeScript", changes: Partial<Settings> = {}) =>
  new Session(await backendOf(tier), planRun({ ...settings, ...changes }, tier), text);

describe.each(tiers)("by %s", (tier) => {
  it.each<[string, Partial<Settings>]>([
    ["as it is trained by default", {}],
    ["where light activations are computed again", { recompute: true }],
    ["where activations wait in 16 bits, so that layers share them", { activations: "bfloat16" }],
  ])(
    "attention, guesses after every layer, and the next token are those of the kernels, %s",
    async (_, changes) => {
      const session = await start(tier, changes);
      for (let i = 0; i < 3; i++) await session.train();
      const ids = Int32Array.from(narrowTokens(encodeText(sentence), config.V));
      const n = ids.length;
      const apart = forwardApart(await parametersOf(session), ids);

      const { tokens, cut, step, attention, lens } = await session.look(all);
      expect([step, cut]).toEqual([3, false]);
      expect(tokens).toEqual(Array.from(ids, (id) => decodeTokens([id], config.V)));
      expect([attention?.L, attention?.NH, attention?.weights.length]).toEqual([3, 2, 6 * n * n]);
      expect(farthest(attention?.weights ?? [], apart.attention)).toBeLessThan(2e-5);
      // Each row is a distribution over the tokens up to its own, and not a flat one.
      expect(Math.max(...apart.attention.slice(-n))).toBeGreaterThan(1.02 / n);

      expect(lens?.position).toBe(n - 1);
      expect(lens?.layers).toHaveLength(4);
      for (const [l, guesses] of (lens?.layers ?? []).entries()) {
        const expected = apart.probabilities[l].slice((n - 1) * config.Vp, n * config.Vp);
        expect(guesses).toHaveLength(10);
        for (const { id, token, probability } of guesses) {
          expect(probability / expected[id]).toBeCloseTo(1, 3);
          expect(token).toBe(decodeTokens([id], config.V));
        }
        const tenth = guesses[9].probability;
        expect(expected.filter((probability) => probability > 1.001 * tenth).length).toBeLessThan(
          10,
        );
        const sorted = guesses.toSorted((a, b) => b.probability - a.probability);
        expect(guesses).toEqual(sorted);
      }
      const tops = lens?.layers.map(([{ probability }]) => probability.toPrecision(4));
      expect(new Set(tops).size).toBe(4); // each layer says something else

      const third = await session.look({
        ...all,
        position: 2,
        attention: false,
        embeddings: false,
      });
      expect([third.attention, third.embeddings]).toEqual([null, null]);
      const [own] = third.lens?.layers[3] ?? [];
      expect(own.probability / apart.probabilities[3][2 * config.Vp + own.id]).toBeCloseTo(1, 3);
      expect(own.id).not.toBe(lens?.layers[3][0].id ?? own.id);
    },
  );

  it("embeddings are those rows of wte, in the plane of their covariance", async () => {
    const session = await start(tier);
    for (let i = 0; i < 6; i++) await session.train();
    const { wte } = await parametersOf(session);
    const { embeddings } = await session.look({ ...all, attention: false, lens: false });
    const words = embeddings?.words ?? [];
    const counts = frequent(text.train, config.V);
    expect(counts[0]).toEqual({ id: 7, count: 300 });
    expect(words.map(({ token, count }) => [token, count])).toEqual(
      counts.map(({ id, count }) => [decodeTokens([id], config.V), count]),
    );
    const { C } = config;
    const rows = counts.map(({ id }) => Array.from(wte.subarray(id * C, (id + 1) * C)));
    const plane = principalPlane(rows.flat(), rows.length, C);
    expect(words.flatMap(({ x, y }) => [x, y])).toEqual(Array.from(plane.points));
    expect(embeddings?.shares).toEqual(plane.shares);
    // Neighbours: no token has a larger cosine with the first than the three that are told.
    const cosine = (a: number[], b: number[]) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    const order = rows
      .map((row, n) => ({ n, cosine: cosine(row, rows[0]) }))
      .slice(1)
      .sort((a, b) => b.cosine - a.cosine);
    expect(words[0].near).toEqual(order.slice(0, 3).map(({ n }) => words[n].token));
  });

  it("a run has the same losses and ends with the same weights, to the last bit, with all panels open and resumed in the middle", async () => {
    const expected = await start(tier);
    for (let i = 0; i < 10; i++) await expected.train();

    const looks: number[] = [];
    const open = async (session: Session<Floats, Ints>, last: number) => {
      const run = new Run(
        session,
        null,
        null,
        (report) => {
          if (report.type === "inside") looks.push(report.inside.step);
          // Asked again after every step, so that there is a look between any two.
          if (report.type === "step" && report.row.step < last) run.watch(all);
          if (report.type === "step" && report.row.step === last) run.pause();
        },
        tick,
      );
      run.watch(all);
      run.continue();
      await until(() => session.step === last && session.ahead === 0);
      await new Promise<void>((resolve) => run.do(async () => resolve()));
    };
    const first = await start(tier);
    await open(first, 4);
    const resumed = await reopen(first, tier);
    expect(resumed.step).toBe(4);
    await open(resumed, 10);
    expect(new Set(looks)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
    expect(resumed.history.losses.map(({ loss }) => loss)).toEqual(
      expected.history.losses.map(({ loss }) => loss),
    );
    expect(await parametersOf(resumed)).toEqual(await parametersOf(expected));
  });
});

describe("the sentence", () => {
  it("may be empty: the beginning of a text", async () => {
    const session = await start();
    const { tokens, lens } = await session.look({ ...all, sentence: " " });
    expect(tokens).toEqual(["<|endoftext|>"]);
    expect(lens?.position).toBe(0);
  });

  it("is cut where it is longer than can be shown, or than the model reads, and a position beyond it is its last", async () => {
    const session = await start();
    const long = await session.look({ ...all, sentence: "a b c d e f ".repeat(9), position: 99 });
    expect([long.tokens.length, long.cut, long.lens?.position]).toEqual([24, true, 23]); // T
    const longer = await start("TypeScript", { T: 64 });
    const { tokens, cut } = await longer.look({ ...all, sentence: "a b c d e f ".repeat(9) });
    expect([tokens.length, cut]).toEqual([32, true]);
  });
});

describe("the loop", () => {
  afterEach(() => vi.restoreAllMocks());

  const loop = async (changes: Partial<Settings> = {}) => {
    const session = await start("TypeScript", changes);
    const reports: Report[] = [];
    const run = new Run(session, null, null, (report) => reports.push(report), tick);
    const looks = () => reports.flatMap((each) => (each.type === "inside" ? [each] : []));
    const state = (wanted: string) =>
      until(() => reports.some((each) => each.type === "state" && each.state === wanted));
    return { session, run, reports, looks, state };
  };

  it("looks at once where a sentence is asked about, while the run is paused too, and where training ends", async () => {
    const { run, looks, state } = await loop();
    run.watch({ ...all, sentence: "a" });
    await until(() => looks().length === 1);
    run.watch({ ...all, sentence: "b" });
    await until(() => looks().length === 2);
    expect(looks().map(({ inside }) => [inside.step, inside.tokens.at(-1)])).toEqual([
      [0, "a"],
      [0, "b"],
    ]);
    run.continue();
    await state("finished");
    await until(() => looks().at(-1)?.inside.step === 10);
    expect(looks().at(-1)?.inside.tokens.at(-1)).toBe("b");
  });

  it("refuses a sentence that cannot be encoded, and trains on", async () => {
    const { run, reports, state } = await loop();
    run.watch({ ...all, sentence: "a".repeat(6000) });
    await until(() => reports.length > 0);
    expect(reports[0]).toMatchObject({ type: "refused", setting: "sentence" });
    run.continue();
    await state("finished");
    expect(reports.filter(({ type }) => type === "step")).toHaveLength(10);
  });

  it("never asks the model anything, nor tells anything but the run, while the panels are closed", async () => {
    const { session, run, reports, state } = await loop({ validateEvery: 1000 });
    const asked = vi.spyOn(session, "look");
    const read = vi.spyOn(session, "parametersNow");
    run.watch(all);
    run.watch(null);
    run.continue();
    await state("finished");
    expect(asked).toHaveBeenCalledTimes(1);
    expect(read).not.toHaveBeenCalled();
    const types = reports.map(({ type }) => type);
    expect(types).toEqual([
      ...["inside", "state", "validation"],
      ...Array.from({ length: 10 }, () => "step"),
      ...["validation", "state"],
    ]);
  });

  it("looks every second, and where looking takes long, in at most a twentieth of the time, and says what it takes", async () => {
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    const { session, run, looks, state } = await loop({ steps: 200, validateEvery: 1000 });
    const { handOver, look } = session;
    let seconds = 0.01; // of a look
    const ends: number[] = []; // of the looks
    session.handOver = () => {
      now += 200;
      return handOver.call(session);
    };
    session.look = (question) => {
      now += 1000 * seconds;
      ends.push(now);
      return look.call(session, question);
    };
    run.continue();
    await state("running");
    run.watch(all);
    await until(() => looks().length === 4);
    seconds = 0.5;
    await state("finished");
    await until(() => looks().at(-1)?.inside.step === 200);
    const steps = looks().map(({ inside }) => inside.step);
    const apart = steps.slice(1).map((step, i) => step - steps[i]);
    expect(apart.slice(0, 3)).toEqual([5, 5, 5]); // a second
    expect(apart.slice(4, -1)).toEqual(Array.from({ length: apart.length - 5 }, () => 50)); // 0.5 s in 10 s
    expect(looks()[0].cost).toEqual({ seconds: expect.closeTo(0.01), share: null });
    expect(looks()[2].cost.share).toBeCloseTo(0.01 / 1.01);
    const spent = 4 * 0.01 + 2 * 0.5; // in those before it
    const [first, seventh] = [ends[0] - 10, ends[6] - 500]; // when they began
    expect(looks()[6].cost.share).toBeCloseTo((1000 * spent) / (seventh - first));
    for (const { cost } of looks().slice(7)) expect(cost.share ?? 0).toBeLessThan(0.05);
    expect(looks().at(-1)?.cost.share).toBeNull();
  });
});

describe("the plane of principal components", () => {
  it("has the axes of an ellipse that lies in five dimensions, and its shares of the variance", () => {
    const u = [2 / 3, 2 / 3, 1 / 3, 0, 0];
    const w = [0, 0, 0, 0.6, 0.8];
    const z = [1 / 3, -2 / 3, 2 / 3, 0, 0]; // all three at right angles
    const N = 24;
    const values = Array.from({ length: N }, (_, n) => {
      const angle = (2 * Math.PI * n) / N;
      const [a, b, c] = [5 * Math.cos(angle), 3 * Math.sin(angle), Math.cos(2 * angle)];
      return u.map((_, i) => 10 + a * u[i] + b * w[i] + c * z[i]);
    }).flat();
    const plane = principalPlane(values, N, 5);
    const { points, axes, shares } = plane;
    expect(farthest(axes, [...u, ...w])).toBeLessThan(1e-6);
    // Mean squares 25/2, 9/2 and 1/2.
    expect(shares[0]).toBeCloseTo(25 / 35, 10);
    expect(shares[1]).toBeCloseTo(9 / 35, 10);
    const expected = Array.from({ length: N }, (_, n) => {
      const angle = (2 * Math.PI * n) / N;
      return [5 * Math.cos(angle), 3 * Math.sin(angle)];
    }).flat();
    expect(farthest(points, expected)).toBeLessThan(1e-5);
    // The way of an axis: its largest component is positive, or it is that of the axes before.
    const before = { ...plane, axes: axes.map((value) => -value) };
    const other = principalPlane(values, N, 5, before);
    expect(farthest(other.axes, before.axes)).toBeLessThan(1e-6);
  });

  it("has eigenvectors of the covariance, where points are spread nearly alike in many directions", () => {
    const [N, C] = [300, 64];
    const values = Array.from(random(N * C, 5));
    const { points, axes, shares } = principalPlane(values, N, C);
    const mean = Array.from({ length: C }, (_, i) => sum(N, (n) => values[n * C + i]) / N);
    const centred = values.map((value, at) => value - mean[at % C]);
    const total = dot(centred, centred) / N;
    for (const a of [0, 1]) {
      const axis = axes.subarray(a * C, (a + 1) * C);
      const along = Array.from({ length: N }, (_, n) => points[2 * n + a]);
      const eigenvalue = dot(along, along) / N;
      expect(eigenvalue / total).toBeCloseTo(shares[a], 10);
      const image = Array.from(axis, (_, i) => sum(N, (n) => (along[n] * centred[n * C + i]) / N));
      expect(
        farthest(
          image,
          axis.map((value) => eigenvalue * value),
        ),
      ).toBeLessThan(1e-4);
      expect(dot(axis, axis)).toBeCloseTo(1, 10);
    }
    expect(dot(axes.subarray(0, C), axes.subarray(C))).toBeCloseTo(0, 10);
    expect(shares[0]).toBeGreaterThan(shares[1]);
    expect(shares[1]).toBeGreaterThan(1.5 / C); // far above the mean of all directions

    // From where it lay before, when the points have moved.
    const moved = values.map((value, at) => value * (1 + 0.1 * (at % 3)));
    const followed = principalPlane(moved, N, C, principalPlane(values, N, C));
    const found = principalPlane(moved, N, C);
    expect(farthest(followed.shares, found.shares)).toBeLessThan(1e-6);
    expect(farthest(followed.axes.map(Math.abs), found.axes.map(Math.abs))).toBeLessThan(0.01);
  });

  it("is 0 where all points are one, and has an empty second axis in one dimension", () => {
    const one = principalPlane([1, 2, 3, 1, 2, 3], 2, 3);
    expect([Array.from(one.points), one.shares]).toEqual([
      [0, 0, 0, 0],
      [0, 0],
    ]);
    const line = principalPlane([1, 5], 2, 1);
    expect(Array.from(line.points, Math.abs)).toEqual([2, 0, 2, 0]);
    expect(line.shares).toEqual([1, 0]);
  });
});

test("the most frequent tokens are counted, those of equal counts in the order of their ids", () => {
  expect(frequent([5, 2, 5, 9, 2, 5, 1], 10)).toEqual([
    { id: 5, count: 3 },
    { id: 2, count: 2 },
    { id: 1, count: 1 },
    { id: 9, count: 1 },
  ]);
  expect(
    frequent(
      Array.from({ length: 1000 }, (_, i) => i),
      1000,
    ),
  ).toHaveLength(300);
});

/** What a GPT-2 computes of one text, kernel by kernel, in float64. */
function forwardApart(w: Record<string, Floats>, ids: Int32Array) {
  const { L, NH, C, V, Vp } = config;
  const T = ids.length;
  const array = (length: number) => new Float64Array(length);
  const layer = (name: string, l: number) => {
    const values = Float64Array.from(w[name]);
    return values.subarray((l * values.length) / L, ((l + 1) * values.length) / L);
  };
  const whole = (name: string) => Float64Array.from(w[name]);
  let stream = array(T * C);
  encoderForward(stream, ids, whole("wte"), whole("wpe").subarray(0, T * C), 1, T, C);
  const [mean, rstd] = [array(T), array(T)];
  const normed = (inp: Floats, weight: Floats, bias: Floats) => {
    const out = array(T * C);
    layernormForward(out, mean, rstd, inp, weight, bias, 1, T, C);
    return out;
  };
  const times = (inp: Floats, weight: Floats, bias: Floats | null, from: number, to: number) => {
    const out = array(T * to);
    matmulForward(out, inp, weight, bias, 1, T, from, to);
    return out;
  };
  const plus = (a: Floats, b: Floats) => {
    const out = array(T * C);
    residualForward(out, a, b, T * C);
    return out;
  };
  const probabilities: Float64Array[] = [];
  const guess = () => {
    const logits = times(normed(stream, whole("lnfw"), whole("lnfb")), whole("wte"), null, C, Vp);
    const probs = array(T * Vp);
    softmaxForward(probs, logits, 1, T, V, Vp);
    probabilities.push(probs);
  };
  const attention: number[] = [];
  guess();
  for (let l = 0; l < L; l++) {
    const of = (name: string) => layer(name, l);
    const qkv = times(normed(stream, of("ln1w"), of("ln1b")), of("qkvw"), of("qkvb"), C, 3 * C);
    const [atty, preatt, att] = [array(T * C), array(NH * T * T), array(NH * T * T)];
    attentionForward(atty, preatt, att, qkv, 1, T, C, NH);
    attention.push(...att);
    stream = plus(stream, times(atty, of("attprojw"), of("attprojb"), C, C));
    const fch = times(normed(stream, of("ln2w"), of("ln2b")), of("fcw"), of("fcb"), C, 4 * C);
    const bent = array(T * 4 * C);
    geluForward(bent, fch, T * 4 * C);
    stream = plus(stream, times(bent, of("fcprojw"), of("fcprojb"), 4 * C, C));
    guess();
  }
  return { attention, probabilities };
}

/** As a checkpoint has them. */
async function parametersOf(session: Session<Floats, Ints>): Promise<Record<string, Floats>> {
  const found: Record<string, Floats> = {};
  for (const part of session.parts().filter(({ name }) => name.startsWith("parameters."))) {
    const values = new Float32Array(part.shape.reduce((a, b) => a * b, 1));
    await part.read(0, values);
    found[part.name.slice("parameters.".length)] = values;
  }
  return found;
}

/** Writes a session to a checkpoint and makes a new one from it. */
async function reopen(session: Session<Floats, Ints>, tier: Tier) {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  await writeCheckpoint(session.progress(), session.parts(), (bytes) => pieces.push(bytes.slice()));
  const source = blobSource(new Blob(pieces));
  const progress = await readProgress(source);
  return Session.restore(await backendOf(tier), planRun(progress.settings, tier), progress, source);
}

const tick = () => new Promise<void>((resolve) => setTimeout(resolve));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await tick();
}

const sum = (count: number, term: (i: number) => number) =>
  Array.from({ length: count }, (_, i) => term(i)).reduce((a, b) => a + b, 0);

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => sum(a.length, (i) => a[i] * b[i]);

function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));
}

test("of names that would meet in the picture, the more frequent one is written, and no more than asked for", () => {
  const box = (x: number, y: number) => ({ x, y, width: 20, height: 12 });
  const boxes = [box(0, 0), box(19, 11), box(20, 0), box(0, 12), box(5, 5), box(60, 60)];
  expect(apart(boxes, 9)).toEqual([0, 2, 3, 5]); // 1 meets 0 in a corner; 2 and 3 only touch it
  expect(apart(boxes, 2)).toEqual([0, 2]);
  expect(apart([], 9)).toEqual([]);
});
