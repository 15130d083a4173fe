// npm run scaling: trains a ladder of small models, one on pieces of the text, and one with batches of many sizes, and writes down
// how well and how fast each has learned, for the lesson about scaling.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLoader } from "@llm.ts/kernels/formats/loader.ts";
import type { Weights } from "@llm.ts/kernels/formats/weights.ts";
import { readGradientNorm, trainStep } from "@llm.ts/kernels/model/train.ts";
import { defaultOptimiser } from "@llm.ts/kernels/model/update.ts";
import { createModelOf } from "@llm.ts/kernels/models.ts";
import { mean } from "../training/ablation.ts";
import type { Part } from "../training/checkpoint.ts";
import { planRun } from "../training/plan.ts";
import { rounded } from "../training/recording.ts";
import {
  type BatchRun,
  batched,
  inCharacters,
  type LadderRun,
  ladder,
  length,
  noise,
  type RepeatRun,
  repeated,
  type Scaling,
  settingsOf,
  validated,
  withRows,
} from "../training/scaling.ts";
import { Session, type Text } from "../training/session.ts";
import { checkSettings, defaults, type Settings } from "../training/settings.ts";
import { gpt2V } from "../training/vocabulary.ts";
import { fillParameters } from "../training/weights.ts";
import { backendFlags, type Computer, nameOf, openBackend } from "./backends.ts";
import { type Command, type Flags, positive } from "./command.ts";
import { checkOut, pathOf } from "./files.ts";
import { checkSameText, title } from "./record.ts";
import { readTextFor } from "./texts.ts";

const parts = ["ladder", "repeats", "batches", "noise"] as const;

const flags = {
  part: { takes: "NAME", choices: parts, says: "one of them alone. Default: all" },
  seed: {
    takes: "N",
    range: [0, 2 ** 32 - 1, "whole"],
    says: "of weights and order. Default: 1337 and 1338",
  },
  most: {
    takes: "N",
    range: positive,
    says: "steps of the longest run of the ladder. Default: all of it",
  },
  largest: {
    takes: "C",
    range: positive,
    says: "channels of the largest model of the ladder. Default: all of it",
  },
  out: {
    takes: "FILE",
    says: "Default: src/recorded/scaling/characters.json. What is in it stays, and what comes to it\ngoes into the cells of the lesson as well, which the site shows",
  },
  ...backendFlags,
} as const;

type Name = keyof typeof flags;

const root = fileURLToPath(new URL("../..", import.meta.url));
const recordedAt = join(root, "src/recorded/scaling/characters.json");
const cellsAt = join(root, "lessons/21-scaling-laws-and-batch-size/cells/recorded.ts");

export const scaling: Command<Name> = {
  name: "scaling",
  does: `Trains models of six sizes for up to 4,096 steps each, one of them on pieces of the text that it reads again and again,
and one with batches from 1 text to 64 until they have reached the same loss, on the characters of the course's own
text, and adds what has come out to a small file.`,
  takes: [],
  flags,
  examples: ["", "--part ladder --largest 48", "--part batches --seed 1339"],
  run: scale,
};

/** What all runs of a call have in common. */
interface Work {
  readonly flags: Flags<Name>;
  readonly text: Text;
  readonly V: number;
  readonly seed: number;
  /** What has been recorded by now. */
  readonly recorded: Scaling;
  /** Adds a run to what is recorded, and to the file. */
  readonly add: <Part extends (typeof parts)[number]>(
    part: Part,
    run: Scaling[Part][number],
    computer: string,
  ) => void;
}

async function scale(flags: Flags<Name>): Promise<number> {
  const out = flags.has("out") ? pathOf(flags.text("out") as string) : recordedAt;
  checkOut(out);
  const { text, V } = await readCharacters();
  const told = {
    ...{ name: text.name, V },
    ...{ train: text.train.length, validation: text.validation.length },
  };
  const recorded = existsSync(out) ? (JSON.parse(readFileSync(out, "utf8")) as Scaling) : null;
  if (recorded) checkSameText(out, recorded.text, told);
  let all: Scaling = recorded ?? {
    command: "npm run scaling",
    text: told,
    computer: "",
    targets: validated * length,
    ...{ ladder: [], repeats: [], batches: [], noise: [] },
  };
  const only = flags.text("part");
  const given = flags.number("seed");
  for (const seed of given === undefined ? [1337, 1338] : [given]) {
    const work: Work = {
      ...{ flags, text, V, seed },
      get recorded() {
        return all;
      },
      add(part, run, computer) {
        all = { ...all, computer: all.computer || computer, [part]: [...all[part], run] };
        writeFileSync(out, format(all));
        if (out === recordedAt) showInLesson(all);
        process.stdout.write(`${part} ${JSON.stringify(run)}\n`);
      },
    };
    for (const part of only === undefined ? parts : [only])
      await runs[part as keyof typeof runs](work);
  }
  return 0;
}

/** Writes the lesson's cells, and gives both files the form in which they are committed. */
function showInLesson(all: Scaling): void {
  writeFileSync(cellsAt, withRows(readFileSync(cellsAt, "utf8"), all));
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const args = [biome, "format", "--write", recordedAt, cellsAt];
  execFileSync(process.execPath, args, { cwd: root, stdio: "pipe" });
}

const runs = {
  ladder: trainLadder,
  repeats: trainRepeats,
  batches: trainBatches,
  noise: measureNoise,
};

/** The course's text, character by character. */
async function readCharacters(): Promise<{ text: Text; V: number }> {
  const tokens = await readTextFor({}, { V: gpt2V, B: 1, T: length });
  return inCharacters({ ...tokens, name: title() });
}

/** Opens a session with the settings, does something with it, and gives everything back. */
async function withSession<Result>(
  { flags }: Work,
  settings: Settings,
  text: Text,
  use: (session: Session<unknown, unknown>, computer: string) => Promise<Result>,
): Promise<Result> {
  const opened = await open(flags, settings);
  try {
    const plan = planRun(checkSettings(settings), opened.note.tier);
    const session = new Session(opened.backend, plan, text, opened.note);
    await session.ready();
    return await use(session, nameOf(opened));
  } finally {
    opened.close();
  }
}

function open(flags: Flags<Name>, settings: Settings): Promise<Computer> {
  const { config, options } = planRun(settings, "TypeScript");
  return openBackend(flags, { config, options });
}

async function trainLadder(work: Work): Promise<void> {
  const { flags, text, V, seed } = work;
  const [most, largest] = [flags.number("most") ?? Infinity, flags.number("largest") ?? Infinity];
  for (const { steps: all, ...size } of ladder) {
    for (const steps of all) {
      const done = ({ L, C, ...run }: LadderRun) =>
        L === size.L && C === size.C && run.steps === steps && run.seed === seed;
      if (steps > most || size.C > largest || work.recorded.ladder.some(done)) continue;
      const settings = settingsOf(defaults.tiny, size, V, { steps, seed });
      await withSession(work, settings, text, async (session, computer) => {
        while (session.step < steps) await session.train();
        const loss = rounded((await session.validate()).loss);
        work.add("ladder", { seed, ...size, steps, loss }, computer);
      });
    }
  }
}

async function trainRepeats(work: Work): Promise<void> {
  const { text, V, seed } = work;
  const { steps, every } = repeated;
  for (const piece of repeated.pieces) {
    const done = (run: RepeatRun) => run.piece === piece && run.seed === seed;
    if (work.recorded.repeats.some(done)) continue;
    const settings = settingsOf(defaults.tiny, repeated, V, { steps, seed });
    const part = { ...text, train: text.train.subarray(0, piece + 1) };
    await withSession(work, settings, part, async (session, computer) => {
      const validations: [number, number][] = [];
      while (session.step < steps) {
        await session.train();
        if (session.step % every > 0) continue;
        validations.push([session.step, rounded((await session.validate()).loss)]);
      }
      const last = session.history.losses.slice(-64).map(({ loss }) => loss);
      work.add("repeats", { seed, piece, validations, trained: rounded(mean(last)) }, computer);
    });
  }
}

/**
 * For each size of the batch the rate that takes the fewest steps, and how many they are. The first seed climbs: from the best
 * rate of the batch before, to twice or half of it for as long as that is better. The others take the best rate of the first.
 */
async function trainBatches(work: Work): Promise<void> {
  const [first] = work.recorded.batches;
  const climbs = first === undefined || first.seed === work.seed;
  let rate: number = batched.rate;
  for (const B of batched.B) {
    const tried = (seed: number) =>
      work.recorded.batches.filter((run) => run.B === B && run.seed === seed);
    const best = (seed: number) =>
      tried(seed)
        .filter(({ steps }) => steps !== null)
        .toSorted((a, b) => (a.steps as number) - (b.steps as number))[0];
    const train = async (rate: number) => {
      if (tried(work.seed).some((run) => run.rate === rate)) return;
      const most = best(work.seed)?.steps ?? 20_000;
      await trainBatch(work, B, rate, most);
    };
    if (!climbs) {
      const known = best(first.seed);
      if (known) await train(known.rate);
      continue;
    }
    await train(rate);
    for (const factor of [2, 1 / 2]) {
      for (;;) {
        const from: number = best(work.seed)?.rate ?? rate;
        await train(from * factor);
        if ((best(work.seed)?.rate ?? rate) === from) break;
      }
    }
    rate = best(work.seed)?.rate ?? rate;
  }
}

/** Trains with batches of B texts until the loss is reached, for `most` steps at most. */
async function trainBatch(work: Work, B: number, rate: number, most: number): Promise<void> {
  const { seed } = work;
  const settings = settingsOf(defaults.tiny, batched, work.V, { steps: most, seed });
  const constant: Settings = {
    ...settings,
    ...{ B, learningRate: rate, warmup: Math.min(16, most - 1), schedule: "constant" },
    validationBatches: batched.validated / B,
  };
  await withSession(work, constant, work.text, async (session, computer) => {
    const steps = await stepsToReach(session, most);
    work.add("batches", { seed, B, rate, steps }, computer);
  });
}

/** Steps until the loss is reached, by validations a twentieth apart; null if more than `most`. */
async function stepsToReach(
  session: Session<unknown, unknown>,
  most: number,
): Promise<BatchRun["steps"]> {
  for (let next = 32; session.step < most; next = Math.ceil(next * 1.05)) {
    while (session.step < Math.min(next, most)) await session.train();
    if ((await session.validate()).loss <= batched.loss) return session.step;
  }
  return null;
}

/** Measures on the way of a run how long the gradients of single texts are, and those of large batches. */
async function measureNoise(work: Work): Promise<void> {
  const { V, seed, text } = work;
  const { B, rate, steps } = noise;
  const missing = steps.filter(
    (step) => !work.recorded.noise.some((run) => run.seed === seed && run.step === step),
  );
  if (missing.length === 0) return;
  const settings: Settings = {
    ...settingsOf(defaults.tiny, batched, V, { steps: Math.max(...steps), seed }),
    ...{
      B,
      learningRate: rate,
      warmup: 16,
      schedule: "constant",
      validationBatches: validated / B,
    },
  };
  await withSession(work, settings, text, async (session, computer) => {
    for (const step of missing) {
      while (session.step < step) await session.train();
      const loss = rounded((await session.validate()).loss);
      const one = await meanSquare(work, session, 1);
      const big = await meanSquare(work, session, noise.big);
      work.add("noise", { seed, step, loss, big: noise.big, squares: [one, big] }, computer);
    }
  });
}

/** The parameters of a run as it is now. */
function weightsOf(session: Session<unknown, unknown>): Weights {
  const parts = new Map(session.parts().map((part) => [part.name, part]));
  return {
    config: session.config,
    async read(name, start, into) {
      await (parts.get(`parameters.${name}`) as Part).read(start, into);
    },
  };
}

/** The mean squared length of the gradient of batches of B texts, over the same texts of the training text for any B. */
async function meanSquare(
  { flags, text, seed }: Work,
  session: Session<unknown, unknown>,
  B: number,
): Promise<number> {
  const settings = { ...session.settings, B };
  const opened = await open(flags, settings);
  try {
    const { config, options } = planRun(settings, opened.note.tier);
    const model = createModelOf(opened.backend, config, options);
    await fillParameters(model, weightsOf(session));
    // A pass in an order of its own, so that the texts of a batch are not neighbours.
    const loader = createLoader(text.train, B, length, seed + 1);
    const batches = (noise.of * noise.big) / B;
    let sum = 0;
    for (let batch = 0; batch < batches; batch++) {
      loader.next();
      trainStep(model, [loader], 1, { ...defaultOptimiser, lr: 0 }); // computes the gradient, and moves nothing
      sum += (await readGradientNorm(model)) ** 2;
    }
    return Number((sum / batches).toPrecision(6));
  } finally {
    opened.close();
  }
}

/** One line a run, so that a change of the file can be read. */
function format({ ladder, repeats, batches, noise, ...rest }: Scaling): string {
  const head = JSON.stringify(rest).slice(0, -1);
  const lists = Object.entries({ ladder, repeats, batches, noise }).map(
    ([name, list]) => `"${name}":[\n${list.map((run) => JSON.stringify(run)).join(",\n")}\n]`,
  );
  return `${head},\n${lists.join(",\n")}\n}\n`;
}
