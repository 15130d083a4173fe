// npm run record: trains as the trainer does, and writes down what there is to see, for the site to show.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { type Preset, presets } from "@llm.ts/kernels/gpt2/config.ts";
import { lossOfCounts } from "../training/counts.ts";
import { planRun } from "../training/plan.ts";
import { type Recording, rounded, type Stop, stepsToStop, thin } from "../training/recording.ts";
import { Session } from "../training/session.ts";
import {
  checkSampling,
  checkSettings,
  defaultSampling,
  defaults,
  type Sampling,
  type Settings,
  usualWarmup,
} from "../training/settings.ts";
import { backendFlags, nameOf, openBackend } from "./backends.ts";
import { asUsage, type Command, type Flags, positive, UsageError } from "./command.ts";
import { checkOut, pathOf } from "./files.ts";
import { readTextFor } from "./texts.ts";

const points = 220; // of the curve

const flags = {
  preset: { takes: "NAME", choices: Object.keys(presets), says: "the model. Default: tiny" },
  steps: { takes: "N", range: positive, says: "steps. Default: the preset's" },
  B: { takes: "N", range: positive, says: "texts in a batch. Default: the preset's" },
  lr: {
    takes: "X",
    range: [0, 1],
    says: "learning rate, at its highest. Default: the preset's",
  },
  "val-batches": {
    takes: "N",
    range: positive,
    says: "batches of a validation. Default: the preset's",
  },
  prompt: { takes: "TEXT", says: "what the model writes on after. Default: ROMEO:" },
  length: { takes: "N", range: positive, says: "tokens that it writes. Default: 90" },
  stops: {
    takes: "N",
    range: [2, 200, "whole"],
    says: "times at which it is measured and writes. Default: 33",
  },
  out: { takes: "FILE", says: "Default: src/recorded/PRESET.json, which the site shows" },
  ...backendFlags,
} as const;

type Name = keyof typeof flags;

export const record: Command<Name> = {
  name: "record",
  does: `Trains with the settings that the trainer of lesson 19 has for a preset, on its text, and writes what there is to
see into a small file: the losses, those of guessing from counts, and what the model writes from step 0 to the last.`,
  takes: [],
  flags,
  examples: ["", "--preset medium --steps 20000"],
  run: recordRun,
};

async function recordRun(flags: Flags<Name>): Promise<number> {
  const preset = (flags.text("preset") ?? "tiny") as Preset;
  const out = flags.has("out")
    ? pathOf(flags.text("out") as string)
    : fileURLToPath(new URL(`../recorded/${preset}.json`, import.meta.url));
  checkOut(out);
  const settings = settingsOf(flags, preset);
  const sampling = asUsage(() =>
    checkSampling({
      ...defaultSampling,
      ...{ prompt: flags.text("prompt") ?? "ROMEO:", length: flags.number("length") ?? 90 },
    }),
  );
  const { V } = presets[preset];
  const text = await readTextFor({}, { V, ...settings });
  const { config, options } = planRun(settings, "TypeScript");
  const computer = await openBackend(flags, { config, options });
  try {
    const plan = planRun(settings, computer.note.tier);
    const session = new Session(computer.backend, plan, text, computer.note);
    await session.ready();
    process.stdout.write(`${preset}, ${settings.steps} steps, computed by ${nameOf(computer)}\n`);
    const stops = await train(session, sampling, flags.number("stops") ?? 33);
    const { validationTargets: targets } = session;
    const recording: Recording = {
      ...{ settings, sampling },
      text: { name: title(), train: text.train.length, validation: text.validation.length },
      ...{ computer: nameOf(computer), targets },
      baselines: [0, 1, 2].map((order) =>
        rounded(lossOfCounts(text.train, text.validation, targets, order, V)),
      ),
      losses: thin(
        session.history.losses.map(({ loss }) => loss),
        points,
      ),
      stops,
    };
    writeFileSync(out, format(recording));
    process.stdout.write(`written to ${out}\n`);
  } finally {
    computer.close();
  }
  return 0;
}

/** What the course's own text is called. */
export function title(): string {
  const source = new URL("../../public/data/source.json", import.meta.url);
  return JSON.parse(readFileSync(source, "utf8")).title;
}

/** @throws UsageError if a file has runs on another text than is here: they would be compared as if it were the same */
export function checkSameText(out: string, before: { name: string }, now: { name: string }): void {
  if (isDeepStrictEqual(before, now)) return;
  const here = before.name === now.name ? "other tokens of it" : now.name;
  throw new UsageError(
    `${out} has runs on ${before.name}, and the text here is ${here}: name another file by --out`,
  );
}

/** Trains to the end, and stops on the way to measure and to let the model write. */
async function train(
  session: Session<unknown, unknown>,
  sampling: Sampling,
  most: number,
): Promise<Stop[]> {
  const stops: Stop[] = [];
  for (const step of stepsToStop(session.settings.steps, most)) {
    while (session.step < step) await session.train();
    const { loss } = await session.validate();
    const sample = await session.sample(sampling, async () => true);
    const { text = "", ends = [] } = sample ?? {};
    const seconds = Math.round(10 * session.seconds) / 10;
    stops.push({ step, seconds, loss: rounded(loss), text, ends });
    process.stdout.write(`step ${step}: val loss ${loss.toFixed(6)}, after ${seconds} s\n`);
  }
  return stops;
}

function settingsOf(flags: Flags<Name>, preset: Preset): Settings {
  const usual = defaults[preset];
  const steps = flags.number("steps") ?? usual.steps;
  return asUsage(() =>
    checkSettings({
      ...usual,
      steps,
      warmup: usualWarmup({ preset, steps }),
      B: flags.number("B") ?? usual.B,
      learningRate: flags.number("lr") ?? usual.learningRate,
      validationBatches: flags.number("val-batches") ?? usual.validationBatches,
    }),
  );
}

/** One line a stop, so that a change of the file can be read. */
function format({ losses, stops, ...rest }: Recording): string {
  const head = JSON.stringify(rest).slice(0, -1);
  const lines = stops.map((stop) => JSON.stringify(stop)).join(",\n");
  return `${head},\n"losses":${JSON.stringify(losses)},\n"stops":[\n${lines}\n]}\n`;
}
