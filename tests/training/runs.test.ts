// Runs that are kept: what is kept of one, what it is called, what differs between them.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { describe, expect, test } from "vitest";
import { spread } from "../../src/figures/spread.ts";
import { readOther } from "../../src/trainer/panels/curve.ts";
import { sentenceOf } from "../../src/trainer/runs/again.ts";
import { caution, differences, nameOf } from "../../src/trainer/runs/compare.ts";
import { curvesCsv } from "../../src/trainer/runs/csv.ts";
import {
  curveOf,
  isKept,
  type KeptRun,
  lossesOf,
  mostLosses,
  settingsBefore,
  stepsOf,
} from "../../src/trainer/runs/kept.ts";
import { linkOf, readLink } from "../../src/trainer/runs/link.ts";
import { layOut } from "../../src/trainer/runs/picture.ts";
import { describeRun } from "../../src/trainer/runs/row.ts";
import { mostKept, RunStore, type Shelf } from "../../src/trainer/runs/store.ts";
import { outcomesOf, ratesAround, sweepOf, verdictOf } from "../../src/trainer/runs/sweep.ts";
import { trainSeries } from "../../src/trainer/series.ts";
import type { Device } from "../../src/trainer/tier.ts";
import type { History } from "../../src/training/history.ts";
import { planRun } from "../../src/training/plan.ts";
import { Session } from "../../src/training/session.ts";
import { checkSettings, defaults, type Settings } from "../../src/training/settings.ts";
import { randomIds } from "../random.ts";

const history = (steps: number): History => ({
  losses: Array.from({ length: steps }, (_, i) => ({
    ...{ step: i + 1, loss: 10 - i, norm: 1, seconds: 1 },
  })),
  validations: Array.from({ length: steps + 1 }, (_, step) => ({ step, loss: step / 2 })),
});

const run = (begun: number, changes: Partial<Settings> = {}, name = `run ${begun}`): KeptRun => ({
  ...{ begun, name, text: "Plays", weights: "", seconds: 3, end: "open", sample: null, step: 3 },
  settings: { ...defaults.tiny, ...changes },
  changes: [],
  device: { tier: "WebAssembly", adapter: "" },
  curve: curveOf(history(3)),
});

describe("a curve", () => {
  test("has every loss, as far as it is not longer than can be kept", () => {
    const curve = curveOf(history(4));
    expect(curve.every).toBe(1);
    expect([...curve.losses]).toEqual([10, 9, 8, 7]);
    expect(lossesOf({ curve, step: 4 }).at(1)).toEqual({ step: 2, loss: 9 });
    expect(curve.validations.map(({ loss }) => loss)).toEqual([0, 0.5, 1, 1.5, 2]);
  });

  test("that is longer has the means of groups of steps, and its last validation", () => {
    const steps = 2 * mostLosses + 3;
    const curve = curveOf(history(steps));
    expect(curve.every).toBe(3);
    expect(curve.losses[0]).toBe((10 + 9 + 8) / 3);
    const losses = lossesOf({ curve, step: steps });
    expect(losses[0].step).toBe(3);
    expect(losses.at(-1)).toEqual({ step: steps, loss: 10 - (steps - 1.5) }); // the mean of the last two
    expect(curve.validations.length).toBeLessThanOrEqual(1000);
    expect(curve.validations.at(-1)?.step).toBe(steps);
    expect(curveOf({ losses: [], validations: [] }).losses).toHaveLength(0);
  });

  test("of another run is read off with the same smoothing", () => {
    const { curve, name } = run(1);
    const other = {
      name,
      every: 1,
      losses: lossesOf({ curve, step: 3 }),
      validations: curve.validations,
    };
    expect(readOther(other, 2, 2)).toBe("run 1: training 9.50, validation 1.00.");
    expect(readOther(other, 3, 1)).toBe("run 1: training 8.00, validation 1.50.");
    expect(readOther(other, 4, 1)).toBe("");
    expect(readOther({ ...other, every: 2 }, 3, 4)).toBe("run 1: training 8.50, validation 1.50.");
  });

  test("labels that would fall out of the chart move up", () => {
    expect(spread([4, 4, 4], 0.5, 3.5)).toEqual([4.5, 4, 3.5]);
    expect(spread([6, 4, 3.9], 0.5, 3.5)).toEqual([6, 4, 3.5]);
  });
});

describe("a name", () => {
  test("tells what differs from the usual settings, where no other run has this model", () => {
    expect(nameOf(run(1), [])).toBe("tiny");
    expect(nameOf(run(1, { learningRate: 0.004, B: 8 }), [])).toBe("tiny, rate 0.004, B 8");
    const four = { learningRate: 0.004, B: 8, T: 32, seed: 7 };
    expect(nameOf(run(1, four), [])).toBe("tiny, rate 0.004, B 8, T 32"); // no more than three
    expect(nameOf(run(2, { seed: 7 }), [{ ...run(1), settings: defaults.small }])).toBe(
      "tiny, seed 7",
    );
    const sizes = { maxT: 64, V: 1024, Vp: 1024, L: 2, NH: 2, C: 16 };
    expect(nameOf(run(1, { sizes, steps: 1500 }), [])).toBe(
      "a GPT-2 of L = 2, NH = 2, C = 16, 1,500 steps",
    );
  });

  test("tells what differs from the run that is most like it, and is its own", () => {
    const many = { B: 1, T: 32, steps: 60, warmup: 5 };
    const first = run(1, many, "first");
    expect(nameOf(run(2, { ...many, learningRate: 0.01 }), [run(3), first])).toBe(
      "tiny, rate 0.01",
    );
    expect(nameOf(run(2, many), [first])).toBe("first (2)");
    expect(nameOf(run(2, many), [first, run(3, many, "first (2)")])).toBe("first (3)");
    const taken = run(3, { ...many, learningRate: 0.01, seed: 2 }, "tiny, rate 0.01");
    expect(nameOf(run(2, { ...many, learningRate: 0.01 }), [first, taken])).toBe(
      "tiny, rate 0.01 (2)",
    );
  });
});

describe("a comparison", () => {
  test("has only what differs; what is not given is what holds then", () => {
    const sgd = run(2, { learningRate: 0.01, seed: 7, beta2: 0.95, maxNorm: 0.5 });
    expect(differences([run(1), { ...sgd, text: "Poems" }])).toEqual([
      { label: "Learning rate", values: ["0.002", "0.01"] },
      { label: "Seed", values: ["1337", "7"] },
      { label: "Largest norm of the gradient", values: ["1", "0.5"] },
      { label: "Text", values: ["Plays", "Poems"] },
    ]);
    expect(differences([run(1), run(2)])).toEqual([]);
    const sizes = { maxT: 64, V: 65, Vp: 128, L: 4, NH: 4, C: 128 }; // tiny, with the characters of its text
    const characters = {
      ...run(3),
      settings: { ...defaults.tiny, sizes, vocabulary: "characters" } as const,
    };
    expect(differences([run(1), characters])).toEqual([
      { label: "Vocabulary", values: ["GPT-2's", "characters"] },
    ]);
    expect(nameOf(characters, [])).toBe("tiny, characters");
    const few = run(4, { sizes: { ...sizes, V: 512, Vp: 512 } }); // as large otherwise
    expect(differences([run(1), few])).toEqual([
      { label: "Tokens that the model knows", values: ["1024", "512"] },
    ]);
    expect([nameOf(few, [run(1)]), nameOf(few, [])]).toEqual(["tiny, V 512", "tiny, V 512"]);
    const narrow = { ...characters.settings, sizes: { ...sizes, C: 64 } };
    expect(nameOf({ ...run(5), settings: narrow }, [])).toBe(
      "a GPT-2 of L = 4, NH = 4, C = 64, characters",
    );
    const long = run(4, { sizes: { ...sizes, maxT: 128, V: 1024, Vp: 1024 } });
    expect(differences([run(1), long])).toEqual([
      { label: "Longest text, in tokens", values: ["64", "128"] },
    ]);
    const of = { ...run(3), settings: defaults.small };
    expect(differences([run(1), of]).at(0)).toEqual({ label: "Model", values: ["tiny", "small"] });
  });

  test("has what was changed while a run went, and the settings before that", () => {
    const changes = [
      { step: 40, setting: "learningRate", from: 0.002, to: 0.001 } as const,
      { step: 50, setting: "steps", from: 8000, to: 9000 } as const,
      { step: 60, setting: "learningRate", from: 0.001, to: 0.005 } as const,
    ];
    const changed = { ...run(1), changes };
    const now = { ...defaults.tiny, learningRate: 0.005, steps: 9000 };
    expect(settingsBefore(now, changes)).toEqual(defaults.tiny);
    expect([stepsOf(changed), stepsOf(run(1))]).toEqual([9000, 8000]);
    expect(differences([run(2), { ...changed, changes: changes.slice(0, 1) }])).toEqual([
      {
        label: "Changed on the way",
        values: ["nothing", "learning rate 0.002 → 0.001 after step 40"],
      },
    ]);
  });

  test("has settings that it does not know by the names that they have", () => {
    const strange = { ...defaults.tiny, colour: "blue" } as Settings;
    expect(differences([run(1), { ...run(2), settings: strange }])).toEqual([
      { label: "colour", values: ["not given", "blue"] },
    ]);
  });

  test("says where losses tell little of each other", () => {
    expect(caution([run(1), run(2, { learningRate: 1 })])).toBe("");
    expect(caution([run(1), run(2, { B: 2, validationBatches: 64 })])).toBe(""); // the same targets
    expect(caution([run(1), run(2, { B: 2 })])).toContain("not validated on the same targets");
    expect(caution([run(1), { ...run(2), text: "Poems" }])).toContain("different texts");
    expect(caution([run(1), { ...run(2), settings: defaults["gpt2-124M"] }])).toContain(
      "vocabularies of different sizes",
    );
  });
});

describe("a link", () => {
  const page = "https://llm.example/lessons/training/";
  const fragment = (link: string) => new URL(link).hash;

  test("has every setting of a run in its fragment, and gives them back", () => {
    const all: Settings[] = [
      ...Object.values(defaults),
      {
        ...defaults.tiny,
        ...{ learningRate: 1e-7, recompute: true, order: "llm.c", beta2: 0.9, maxNorm: 0 },
        ...{ activations: "bfloat16", weightFormat: "float16" },
      },
      { ...defaults.tiny, sizes: { maxT: 64, V: 1024, Vp: 1024, L: 2, NH: 2, C: 16 } },
    ];
    for (const settings of all) {
      const link = linkOf(settings, `${page}#train`);
      expect(link.startsWith(`${page}#run:preset=`)).toBe(true);
      expect(readLink(fragment(link))).toEqual(settings);
    }
  });

  test("of another kind is not read, and what is not in it is as usual", () => {
    expect(["", "#train", "#running"].map(readLink)).toEqual([null, null, null]);
    expect(readLink("#run:preset=small&seed=7")).toEqual({ ...defaults.small, seed: 7 });
  });

  test.each([
    ["#run:", "the preset is undefined; choose one of tiny, small, medium, gpt2-124M"],
    ["#run:preset=huge&B=4", "the preset is huge; choose one of"],
    ["#run:preset=constructor", "the preset is constructor; choose one of"],
    ["#run:preset=tiny&T=1e9", "T is 1000000000, but tiny reads at most 64"],
    ["#run:preset=tiny&learningRate=much", "the learning rate is missing; choose a number from"],
    ["#run:preset=tiny&rate=1", "rate is no setting"],
    ["#run:preset=tiny&__proto__=1", "__proto__ is no setting"],
  ])("that cannot be used is refused: %s", (link, why) => {
    expect(() => readLink(link)).toThrow(why);
  });
});

test("a run that is done again says what is changed, and that many changes explain nothing", () => {
  expect(sentenceOf("the run “first”", [])).toBe(
    "These are the settings of the run “first”. Change one of them, then start.",
  );
  expect(sentenceOf("the link", ["Seed: 7, was 1"])).toBe(
    "The settings of the link, but for one change. Seed: 7, was 1.",
  );
  expect(sentenceOf("the link", ["Seed: 7, was 1", "Steps: 9, was 8"])).toBe(
    "The settings of the link, but for 2 changes. Seed: 7, was 1; Steps: 9, was 8. With 2 changes at once, none of them alone explains what comes out.",
  );
});

test("a row tells how far a run came", () => {
  const [kept] = [run(0)];
  const told = (changes: Partial<KeptRun>) => describeRun({ ...kept, ...changes }, false);
  expect(told({})).toMatch(
    /^3 of 8,000 steps · validation loss 1\.500 · tiny on Plays · 3\.0 s with WebAssembly · /,
  );
  expect(told({ end: "finished" })).toMatch(/^all 3 steps · /);
  expect(told({ end: "diverged" })).toMatch(/^diverged at step 4 of 8,000 · /); // after 3 that were done
  expect(told({ weights: "a.bin" })).toContain("tiny on Plays, from a.bin");
  expect(describeRun(kept, true)).toMatch(/^the run above · 3 of 8,000/);
});

test("curves are written a line for each step of each run, with the name as it may be", () => {
  const thinned = {
    ...run(2),
    name: 'the "b", late',
    step: 5,
    curve: { ...curveOf(history(3)), every: 2 },
  };
  expect(curvesCsv([run(1), thinned])).toBe(
    [
      "run,step,train_loss,validation_loss",
      ...['"run 1",0,,0', '"run 1",1,10,0.5', '"run 1",2,9,1', '"run 1",3,8,1.5'],
      ...['"the ""b"", late",0,,0', '"the ""b"", late",1,,0.5', '"the ""b"", late",2,10,1'],
      ...['"the ""b"", late",3,,1.5', '"the ""b"", late",4,9,', '"the ""b"", late",5,8,', ""],
    ].join("\n"),
  );
});

test("the caption of a picture goes on below where a line is full", () => {
  const { entries, rows } = layOut(["aaaa", "bbbb", "cc"], 100, (text) => 10 * text.length);
  expect(entries.map(({ x, row }) => [x, row])).toEqual([
    [0, 0],
    [56, 0],
    [0, 1],
  ]);
  expect(rows).toBe(2);
  expect(layOut([], 100, () => 0)).toEqual({ entries: [], rows: 0 });
});

describe("a sweep", () => {
  test("has five rates, the middle one the reader's own, none of which is impossible", () => {
    expect(ratesAround(0.002, 2)).toEqual([0.0005, 0.001, 0.002, 0.004, 0.008]);
    expect(ratesAround(0.002, Math.sqrt(10))).toEqual([0.0002, 0.00063, 0.002, 0.0063, 0.02]);
    expect(ratesAround(0.4321, 2)).toEqual([0.11, 0.22, 0.4321, 0.86]);
    expect(ratesAround(1e-8, 2)).toEqual([1e-8, 2e-8, 4e-8]);
  });

  test("is of short runs with a short warm-up that differ in their rates alone", () => {
    const [first, second] = sweepOf(defaults.tiny, [0.001, 0.004], 100);
    expect(first).toEqual({
      ...defaults.tiny,
      ...{ learningRate: 0.001, steps: 100, warmup: 25, validateEvery: 25 },
    });
    expect(second).toEqual({ ...first, learningRate: 0.004 });
    expect(sweepOf({ ...defaults.tiny, patience: 2 }, [0.001], 100)[0]).toEqual(first);
    expect(sweepOf(defaults.tiny, [1], 1).map(checkSettings)).toHaveLength(1);
    expect(() => sweepOf(defaults.tiny, [1], 0)).toThrow(
      "the number of steps is 0; choose a whole",
    );
    expect(() => sweepOf(defaults.tiny, [1], Number.NaN)).toThrow("the number of steps is missing");
    expect(() => sweepOf(defaults.tiny, [1], 10_001)).toThrow("from 1 to 10000");
    expect(sweepOf(defaults.tiny, [1], 10_000)[0].steps).toBe(10_000);
  });

  test("is told in the order of the rates, with the least validation loss as the best", () => {
    const of = (learningRate: number, loss: number, end: KeptRun["end"] = "finished"): KeptRun => ({
      ...run(learningRate, { learningRate }),
      ...{ end, curve: { ...curveOf(history(3)), validations: [{ step: 3, loss }] } },
    });
    const outcomes = outcomesOf([
      of(0.004, 5),
      of(0.001, 6),
      of(0.002, 4),
      of(0.008, 3, "diverged"),
    ]);
    expect(outcomes.map(({ rate, loss, best }) => [rate, loss, best])).toEqual([
      [0.001, 6, false],
      [0.002, 4, true],
      [0.004, 5, false],
      [0.008, null, false],
    ]);
    const verdict = (...runs: KeptRun[]) => verdictOf(outcomesOf(runs), 1500);
    expect(verdictOf(outcomes, 1500)).toBe(
      "After 1,500 steps the rate 0.002 has the least validation loss. In a longer run another rate can come out best.",
    );
    expect(verdict(of(1, 4), of(2, 5))).toContain("so a lower one may be better still");
    expect(verdict(of(1, 5), of(2, 4))).toContain("so a higher one may be better still");
    expect(verdict(of(1, 5), of(2, 4), of(3, 1, "diverged"))).not.toContain("may be better");
    expect(verdict(of(1, 5, "diverged"))).toBe("All of them diverged: try lower rates.");
  });

  test("trains its runs one after another on one text; one that diverges is over, and the next begins", async () => {
    const sizes = { maxT: 64, V: 1024, Vp: 1024, L: 1, NH: 2, C: 16 };
    const base: Settings = {
      ...defaults.tiny,
      ...{ sizes, B: 2, T: 8, steps: 4, warmup: 0, validateEvery: 2, validationBatches: 1 },
    };
    const plans = [0.001, 1e30, 0.01].map((learningRate) =>
      planRun({ ...base, learningRate }, "TypeScript"),
    );
    const tokens = (length: number, seed: number) =>
      Uint16Array.from(randomIds(length, seed, 1024));
    const text = { name: "noise", train: tokens(400, 1), validation: tokens(80, 2) };
    const backend = createCpu(Float32Array) as unknown as Device["backend"];
    const note = { tier: "TypeScript", adapter: "", choice: null } as const;
    const host = { say() {}, notice() {}, checkMemory: async () => {} };
    const takeDevice = async () => ({ backend, note }) as unknown as Device;
    const told: string[] = [];
    const losses: number[][] = [];
    await trainSeries(
      { ...host, takeDevice },
      plans,
      text,
      "random",
      { tier: "TypeScript", choices: [] },
      (report) => {
        if (report.type === "series run") {
          told.push(`run ${report.index}`);
          losses.push([]);
        }
        if (report.type !== "series event") return;
        const { event } = report;
        if (event.type === "step") losses.at(-1)?.push(event.row.loss);
        if (event.type === "validation") told.push(`validation ${event.row.step}`);
        if (event.type === "fault") told.push(`fault: ${event.cause}`);
      },
      () => new Promise((resolve) => setTimeout(resolve)),
    );
    expect(told).toEqual([
      ...["run 0", "validation 0", "validation 2", "validation 4"],
      ...["run 1", "validation 0", "fault: numbers"],
      ...["run 2", "validation 0", "validation 2", "validation 4"],
    ]);
    expect(losses[0][0]).toBe(losses[2][0]); // the same weights, the same batch
    expect(losses[0][3]).not.toBe(losses[2][3]);
    const alone = new Session(createCpu(), plans[2], text);
    for (let step = 0; step < 4; step++) await alone.train();
    expect(losses[2]).toEqual(alone.history.losses.map(({ loss }) => loss));
  });
});

describe("the store", () => {
  /** A shelf as IndexedDB would be, and what is on it. */
  function shelfOf(runs: unknown[] = []) {
    const on = new Map(runs.map((each) => [(each as KeptRun)?.begun, each]));
    const shelf: Shelf = {
      all: async () => [...on.values()],
      put: async (run) => void on.set(run.begun, run),
      remove: async (begun) => void on.delete(begun),
    };
    return { on, shelf };
  }

  const begun = (store: RunStore) => store.runs.map(({ begun }) => begun);

  test("has what was kept, newest first, and passes over what is no run", async () => {
    const { curve, ...broken } = run(4);
    const bad = [
      null,
      {},
      broken,
      { ...run(5), settings: { preset: "tiny" } },
      { ...run(6), end: "" },
      { ...run(7), sample: { step: 1, text: "without its prompt" } },
      { ...run(7), sample: { step: 1, prompt: "without its text" } },
      { ...run(8), changes: [{ step: 1, setting: "B", from: 1, to: 2 }] },
      { ...run(9), device: { tier: "abacus", adapter: "" } },
      { ...run(10), device: null },
      { ...run(11), curve: { ...curve, losses: [1, 2] } },
      { ...run(12), curve: { ...curve, validations: [null] } },
      { ...run(12), curve: { ...curve, validations: [{ step: 1, loss: null }] } },
      { ...run(13), curve: { ...curve, every: 0 } },
    ];
    const sample = { step: 1, prompt: "a", text: "b" };
    const change = { step: 1, setting: "steps", from: 8, to: 9 };
    expect(isKept({ ...run(14), sample, changes: [change] })).toBe(true);
    expect(bad.map(isKept)).toEqual(bad.map(() => false));
    const { shelf } = shelfOf([run(1), ...bad, run(3)]);
    const store = await RunStore.open(async () => shelf);
    expect(begun(store)).toEqual([3, 1]);
    expect(store.trouble).toBe("");
  });

  test("keeps a run once, however often it is kept, and renames and removes it", async () => {
    const { on, shelf } = shelfOf();
    const store = await RunStore.open(async () => shelf);
    await store.keep(run(1));
    await store.keep(run(2));
    await store.keep({ ...run(1), seconds: 9 });
    expect(begun(store)).toEqual([2, 1]);
    expect(on.get(1)).toMatchObject({ seconds: 9 });
    await store.rename(1, "the slow one");
    expect(on.get(1)).toMatchObject({ name: "the slow one", seconds: 9 });
    await store.remove(1);
    expect([...on.keys()]).toEqual([2]);
    expect(begun(store)).toEqual([2]);
  });

  test("lets the oldest go where there are too many", async () => {
    const { on, shelf } = shelfOf();
    const store = await RunStore.open(async () => shelf);
    for (let i = 1; i <= mostKept + 2; i++) await store.keep(run(i));
    expect(begun(store)).toHaveLength(mostKept);
    expect(begun(store).at(-1)).toBe(3);
    expect(on.size).toBe(mostKept);
    expect(on.has(2)).toBe(false);
  });

  test("lets the oldest go when it is opened, where two tabs have kept too many", async () => {
    const { on, shelf } = shelfOf(Array.from({ length: mostKept + 3 }, (_, i) => run(i + 1)));
    const store = await RunStore.open(async () => shelf);
    expect(begun(store)).toHaveLength(mostKept);
    expect([on.size, Math.min(...on.keys())]).toEqual([mostKept, 4]);
  });

  test("says that the disk is full, and keeps the run while the page is open", async () => {
    const { shelf } = shelfOf();
    let full = true;
    const put = async (run: KeptRun) => {
      if (full) throw new DOMException("no room", "QuotaExceededError");
      await shelf.put(run);
    };
    const store = await RunStore.open(async () => ({ ...shelf, put }));
    await store.keep(run(1));
    expect(store.trouble).toMatch(
      /^The browser's storage for this site is full: .* Delete other runs/,
    );
    expect(begun(store)).toEqual([1]);
    full = false;
    await store.keep(run(2));
    expect(store.trouble).toBe("");
  });

  test("keeps runs while the page is open where the browser gives no place", async () => {
    const store = await RunStore.open(async () => {
      throw new Error("denied");
    });
    expect(store.trouble).toContain("(denied)");
    await store.keep(run(1));
    expect(begun(store)).toEqual([1]);
    expect(store.trouble).toContain("only while this page is open");
  });
});
