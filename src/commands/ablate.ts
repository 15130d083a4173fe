// npm run ablate: trains GPT-2's smallest model with each of Llama's parts alone, and with all of them, and writes down how well
// each has learned, for the lesson that compares them.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { countParameters } from "@llm.ts/kernels/models.ts";
import {
  type Ablation,
  type AblationRun,
  settingsOf,
  type VariantName,
  variantNames,
  variants,
} from "../training/ablation.ts";
import { planRun } from "../training/plan.ts";
import { rounded } from "../training/recording.ts";
import { Session, type Text } from "../training/session.ts";
import { checkSettings, defaults, usualWarmup } from "../training/settings.ts";
import { backendFlags, nameOf, openBackend } from "./backends.ts";
import { asUsage, type Command, type Flags, positive, UsageError } from "./command.ts";
import { checkOut, pathOf } from "./files.ts";
import { checkSameText, title } from "./record.ts";
import { readTextFor } from "./texts.ts";

const flags = {
  variant: { takes: "NAME", choices: variantNames, says: "one of them alone. Default: all" },
  seed: {
    takes: "N",
    range: [0, 2 ** 32 - 1, "whole"],
    says: "of weights and order. Default: 1337",
  },
  steps: { takes: "N", range: positive, says: "of each. Default: 400" },
  "val-every": { takes: "N", range: positive, says: "steps between validations. Default: 40" },
  "val-batches": { takes: "N", range: positive, says: "batches of a validation. Default: 16" },
  out: {
    takes: "FILE",
    says: "Default: src/recorded/ablation/tiny.json, which the site shows. What is in it stays, if it was\ntrained with the same settings",
  },
  ...backendFlags,
} as const;

type Name = keyof typeof flags;

export const ablate: Command<Name> = {
  name: "ablate",
  does: `Trains tiny without biases, the same with RMSNorm, RoPE, SwiGLU and half the heads of keys alone, and llama-tiny, from
one seed on the same batches, and adds their validation losses to a small file.`,
  takes: [],
  flags,
  examples: ["", "--seed 1338", "--variant rope --seed 1339"],
  run: ablateAll,
};

async function ablateAll(flags: Flags<Name>): Promise<number> {
  const out = flags.has("out")
    ? pathOf(flags.text("out") as string)
    : fileURLToPath(new URL("../recorded/ablation/tiny.json", import.meta.url));
  checkOut(out);
  const seed = flags.number("seed") ?? 1337;
  const settings = settingsFor(flags);
  const text = await readTextFor({}, { V: variants.gpt2.config.V, ...settings });
  const told = {
    name: title(),
    train: text.train.length,
    validation: text.validation.length,
  };
  const only = flags.text("variant") as VariantName | undefined;
  for (const variant of only ? [only] : variantNames) {
    const before = existsSync(out) ? (JSON.parse(readFileSync(out, "utf8")) as Ablation) : null;
    if (before && !isDeepStrictEqual(before.settings, settings)) {
      throw new UsageError(`${out} was trained with other settings: name another file by --out`);
    }
    if (before) checkSameText(out, before.text, told);
    const done = before?.runs.some((run) => run.variant === variant && run.seed === seed);
    if (!done) await add(flags, out, { settings, text, told, variant, seed });
  }
  return 0;
}

function settingsFor(flags: Flags<Name>): Ablation["settings"] {
  const steps = flags.number("steps") ?? 400;
  const { seed, ...usual } = asUsage(() =>
    checkSettings({
      ...defaults["llama-tiny"],
      steps,
      warmup: usualWarmup({ preset: "llama-tiny", steps }),
      validateEvery: flags.number("val-every") ?? 40,
      validationBatches: flags.number("val-batches") ?? 16,
    }),
  );
  return usual;
}

interface Work {
  readonly settings: Ablation["settings"];
  readonly text: Text;
  readonly told: Ablation["text"];
  readonly variant: VariantName;
  readonly seed: number;
}

/** Trains one, and adds it to the file as soon as it has been trained. */
async function add(flags: Flags<Name>, out: string, work: Work): Promise<void> {
  const { settings, text, told, variant, seed } = work;
  const chosen = settingsOf(settings, { variant, seed });
  const { config, options } = planRun(chosen, "TypeScript");
  const computer = await openBackend(flags, { config, options });
  try {
    const plan = planRun(chosen, computer.note.tier);
    const session = new Session(computer.backend, plan, text, computer.note);
    await session.ready();
    const learned = await train(session);
    const run: AblationRun = { variant, seed, parameters: countParameters(config), ...learned };
    const before = existsSync(out) ? (JSON.parse(readFileSync(out, "utf8")) as Ablation) : null;
    const ablation: Ablation = {
      settings,
      text: told,
      computer: before?.computer ?? nameOf(computer),
      targets: session.validationTargets,
      runs: [...(before?.runs ?? []), run],
    };
    writeFileSync(out, format(ablation));
    const [, loss] = run.validations[run.validations.length - 1];
    process.stdout.write(
      `${variant}, seed ${seed}: val loss ${loss}, ${run.milliseconds} ms of the processor a step\n`,
    );
  } finally {
    computer.close();
  }
}

async function train(session: Session<unknown, unknown>) {
  const { steps, validateEvery } = session.settings;
  const validations: [number, number][] = [];
  let microseconds = 0;
  const validate = async () =>
    validations.push([session.step, rounded((await session.validate()).loss)]);
  await validate();
  while (session.step < steps) {
    const before = process.cpuUsage();
    await session.train();
    const { user, system } = process.cpuUsage(before);
    microseconds += user + system;
    if (session.step % validateEvery === 0 || session.step === steps) await validate();
  }
  return { milliseconds: Math.round(microseconds / steps / 100) / 10, validations };
}

/** One line a run, in the order of the variants and seeds. */
function format({ runs, ...rest }: Ablation): string {
  const place = ({ variant, seed }: AblationRun) => [variantNames.indexOf(variant), seed];
  const sorted = runs.toSorted((a, b) => {
    const [[v, s], [w, r]] = [place(a), place(b)];
    return v - w || s - r;
  });
  const lines = sorted.map((run) => JSON.stringify(run)).join(",\n");
  return `${JSON.stringify(rest).slice(0, -1)},\n"runs":[\n${lines}\n]}\n`;
}
