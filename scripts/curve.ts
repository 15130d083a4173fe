// npm run curve: trains a preset here and in PyTorch, from the same initial weights on the same batches, and lays the two
// loss curves over each other. Fails where any of the first 50 steps differs by more than 1e-3.
//
//   npm run curve -- [--preset tiny] [--steps 200] [--B 4] [--T 64] [--seed 1] [--lr 0.001] [--tokens FILE]
//
// Both round to float32 as they go, in different orders, and every step builds on the one before: in the end the curves
// drift apart, as two runs of PyTorch on different processors do. They must begin together.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { createLoader } from "@llm.ts/kernels/formats/loader.ts";
import { readTokens } from "@llm.ts/kernels/formats/tokens.ts";
import type { Batch } from "@llm.ts/kernels/model/batch.ts";
import { checkBatch } from "@llm.ts/kernels/model/config.ts";
import { initialise } from "@llm.ts/kernels/model/model.ts";
import { readLoss, trainStep } from "@llm.ts/kernels/model/train.ts";
import { checkOptimiser, defaultOptimiser, type Optimiser } from "@llm.ts/kernels/model/update.ts";
import {
  type Config,
  countParameters,
  createModelOf,
  isLlama,
  presets,
} from "@llm.ts/kernels/models.ts";
import { narrowTokens } from "../src/training/vocabulary.ts";
import { findPython } from "./python.ts";

const tolerance = 1e-3; // nats
const checkedSteps = 50;
const root = dirname(import.meta.dirname);

interface Run {
  config: Config;
  B: number;
  T: number;
  seed: number;
  optimiser: Optimiser;
}

try {
  await main();
} catch (error) {
  console.error(`npm run curve: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { preset, steps, tokens, run } = readOptions();
  const { config, B, T, seed, optimiser } = run;
  const python = findPython();
  const text = narrowTokens(readTokens(await readTokenFile(tokens)), config.V);
  const batches = dealBatches(text, run, steps);
  console.log(
    `${preset}: ${countParameters(config).toLocaleString("en")} parameters, B = ${B}, T = ${T}, seed ${seed}, lr ${optimiser.lr}\n`,
  );

  const folder = await mkdtemp(join(tmpdir(), "curve-"));
  try {
    const file = join(folder, "batches.bin");
    await writeFile(file, pack(run, batches));
    const expected = await trainInPyTorch(python, config, file);
    if (expected.length !== steps) {
      throw new Error(`PyTorch printed ${expected.length} losses, expected ${steps}`);
    }
    process.exitCode = await compare(run, batches, expected);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function readOptions(): { preset: string; steps: number; tokens: string; run: Run } {
  const { values } = parseArgs({
    options: {
      preset: { type: "string", default: "tiny" },
      steps: { type: "string", default: "200" },
      B: { type: "string", default: "4" },
      T: { type: "string", default: "64" },
      seed: { type: "string", default: "1" },
      lr: { type: "string", default: `${defaultOptimiser.lr}` },
      tokens: {
        type: "string",
        default: join(root, "public", "data", "tiny_shakespeare_train.bin"),
      },
    },
  });
  const { preset, tokens } = values;
  if (!Object.hasOwn(presets, preset)) {
    throw new Error(`--preset is ${preset}, expected one of ${Object.keys(presets).join(", ")}`);
  }
  const count = (name: "steps" | "B" | "T") => {
    const value = Number(values[name]);
    if (Number.isSafeInteger(value) && value > 0) return value;
    throw new Error(`--${name} is ${values[name]}, expected a positive integer`);
  };
  const run = {
    config: presets[preset as keyof typeof presets],
    B: count("B"),
    T: count("T"),
    seed: Number(values.seed),
    optimiser: { ...defaultOptimiser, lr: Number(values.lr) },
  };
  // Before PyTorch is asked, which would say the same in many lines.
  checkBatch("options", run.config, run.B, run.T);
  checkOptimiser("options", 1, run.optimiser);
  return { preset, steps: count("steps"), tokens, run };
}

async function readTokenFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new Error(`${(error as Error).message}: npm run data makes the token files`);
  }
}

function dealBatches(text: Uint16Array, { B, T, seed }: Run, steps: number): Batch[] {
  const loader = createLoader(text, B, T, seed);
  return Array.from({ length: steps }, () => {
    loader.next();
    return { inputs: loader.inputs.slice(), targets: loader.targets.slice() };
  });
}

/** The file that gpt2.py and llama.py read: a line of JSON, then the batches as int32. */
function pack(run: Run, batches: readonly Batch[]): Buffer {
  const parts = batches.flatMap(({ inputs, targets }) => [inputs, targets]);
  const bytes = parts.map((ids) => Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength));
  return Buffer.concat([Buffer.from(`${JSON.stringify(run)}\n`), ...bytes]);
}

async function trainInPyTorch(python: string, config: Config, file: string): Promise<number[]> {
  const name = isLlama(config) ? "llama" : "gpt2";
  const script = join(root, "kernels", name, `${name}.py`);
  const began = performance.now();
  const child = spawn(python, [script, "train", file], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
  });
  const ended = once(child, "close");
  const losses: number[] = [];
  for await (const line of createInterface(child.stdout)) losses.push(Number(line));
  const [status] = await ended;
  if (status !== 0) throw new Error(`${name}.py ended with status ${status}`);
  console.log(`PyTorch: ${perStep(began, losses.length)}\n`);
  return losses;
}

/** Trains here, and prints both losses at every step. Returns the exit status. */
async function compare(run: Run, batches: readonly Batch[], expected: number[]): Promise<number> {
  const { config, B, T, seed, optimiser } = run;
  const model = createModelOf(createCpu(), config, { B, T, training: true });
  initialise(model, seed);

  const differences: number[] = [];
  const began = performance.now();
  console.log(" step      PyTorch   TypeScript   difference");
  for (let i = 0; i < batches.length; i++) {
    trainStep(model, [batches[i]], i + 1, optimiser);
    const loss = await readLoss(model);
    differences.push(Math.abs(loss - expected[i]));
    console.log(
      `${i + 1}`.padStart(5) +
        expected[i].toFixed(6).padStart(13) +
        loss.toFixed(6).padStart(13) +
        (loss - expected[i]).toExponential(1).padStart(13),
    );
  }
  console.log(`\nTypeScript: ${perStep(began, batches.length)}`);

  const checked = differences.slice(0, checkedSteps);
  console.log(`largest difference: ${largest(differences)}`);
  console.log(`of the first ${checked.length} steps: ${largest(checked)}`);
  const wrong = checked.findIndex((difference) => !(difference <= tolerance));
  if (wrong < 0) return 0;
  console.error(`step ${wrong + 1} differs by more than ${tolerance}`);
  return 1;
}

/** The largest, and the step at which it is. */
function largest(differences: readonly number[]): string {
  const value = Math.max(...differences);
  return `${value.toExponential(1)} at step ${differences.indexOf(value) + 1}`;
}

function perStep(began: number, steps: number): string {
  const seconds = (performance.now() - began) / 1000;
  return `${steps} steps in ${seconds.toFixed(1)} s, ${(seconds / steps).toFixed(3)} s each`;
}
