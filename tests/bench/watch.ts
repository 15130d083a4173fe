// What it costs to watch a run: `npm run bench:watch`. The same model, on one thread, takes steps by itself and in the loop that
// the trainer runs, its panels closed, in turns: what counts is the processor's time, which other programs hardly change. Then
// it is watched with all panels open.

import { readFile } from "node:fs/promises";
import { readTokens } from "@llm.ts/kernels/formats/tokens.ts";
import { spawn } from "@llm.ts/kernels/runtime/wasm/spawn.node.ts";
import { createWasm } from "@llm.ts/kernels/wasm.ts";
import { createTick } from "../../src/trainer/tick.ts";
import type { Question } from "../../src/training/inside/inside.ts";
import { planRun } from "../../src/training/plan.ts";
import { Run } from "../../src/training/run.ts";
import { Session } from "../../src/training/session.ts";
import { defaults } from "../../src/training/settings.ts";
import { narrowTokens } from "../../src/training/vocabulary.ts";

const rounds = 8;
const steps = 12; // in a turn
const stepsWatched = 150;
const all: Question = {
  ...{ sentence: "To be, or not to be: that is the", position: null },
  ...{ lens: true, attention: true, embeddings: true },
};

const settings = { ...defaults.tiny, steps: 1_000_000, validateEvery: 1_000_000 };
const plan = planRun({ ...settings, sampleEvery: 1_000_000 }, "WebAssembly");
const tokens = async (part: string) =>
  narrowTokens(
    readTokens(await readFile(`public/data/tiny_shakespeare_${part}.bin`)),
    plan.config.V,
  );
const text = { name: "text", train: await tokens("train"), validation: await tokens("val") };
const module = await WebAssembly.compile(await readFile("public/wasm/kernels.relaxed.wasm"));
const session = new Session(await createWasm(module, { threads: 1, spawn }), plan, text);
await session.validate();

/** Milliseconds of the processor that each step took. */
async function processor(turn: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await turn();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / steps;
}

const tick = createTick();
let share: number | null = null; // of the time, as the run tells it

/** Takes the steps as the trainer's worker does: every report is copied, as for the page. */
function inLoop(question: Question | null, steps: number): Promise<void> {
  return new Promise((resolve) => {
    const last = session.step + steps;
    const run = new Run(
      session,
      null,
      null,
      (event) => {
        structuredClone(event);
        if (event.type === "inside") share = event.cost.share ?? share;
        if (event.type === "step" && event.row.step === last) run.pause();
        if (event.type !== "state" || event.state !== "paused") return;
        run.watch(null);
        run.do(async () => resolve());
      },
      tick,
    );
    if (question) run.watch(question);
    run.continue();
  });
}

const turns: Record<string, () => Promise<void>> = {
  "by itself": async () => {
    for (let i = 0; i < steps; i++) await session.train();
  },
  "in the loop, panels closed": () => inLoop(null, steps),
};

const took = new Map<string, number[]>();
for (let round = -1; round < rounds; round++) {
  for (const [name, turn] of Object.entries(turns)) {
    const milliseconds = await processor(turn);
    if (round >= 0) took.set(name, [...(took.get(name) ?? []), milliseconds]); // the first is to warm up
  }
}
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const alone = median(took.get("by itself") ?? []);
console.log(
  `tiny, B = ${settings.B}, T = ${settings.T}: ${rounds} turns of ${steps} steps, medians`,
);
for (const [name, values] of took) {
  const each = median(values);
  const more = (100 * (each / alone - 1)).toFixed(1);
  console.log(`${name.padEnd(28)} ${each.toFixed(1)} ms a step, ${more} % more than by itself`);
}
await inLoop(all, stepsWatched);
console.log(
  `With all three panels open, looking took ${(100 * (share ?? 0)).toFixed(1)} % of the time of ${stepsWatched} steps.`,
);
process.exit(0);
