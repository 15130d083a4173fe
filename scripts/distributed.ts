// npm run distributed: begins a run here, and goes on with its checkpoint twice: here, and in PyTorch on several processes.
// Fails where any of the steps after it differs by more than 1e-4.
//
//   npm run distributed -- [--processes 2] [--steps 20]
//
// It is the check of kernels/gpt2/distributed.py, for each order of the data, over the ends of several epochs.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { readTokens } from "@llm.ts/kernels/formats/tokens.ts";
import { writeCheckpoint } from "../src/training/checkpoint.ts";
import { planRun } from "../src/training/plan.ts";
import { Session } from "../src/training/session.ts";
import { checkSettings, defaults, orders, type Settings } from "../src/training/settings.ts";
import { narrowTokens } from "../src/training/vocabulary.ts";
import { findPython } from "./python.ts";

const tolerance = 1e-4; // nats
const before = 5; // steps that are taken here
const root = dirname(import.meta.dirname);

const options = { processes: 2, steps: 20 };
let python = "";
let folder = "";

try {
  await main();
} catch (error) {
  console.error(`npm run distributed: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { processes: { type: "string" }, steps: { type: "string" } },
  });
  for (const name of ["processes", "steps"] as const) {
    const number = Number(values[name] ?? options[name]);
    if (!Number.isSafeInteger(number) || number < 1) {
      throw new Error(`--${name} is ${values[name]}, expected a positive integer`);
    }
    options[name] = number;
  }
  python = findPython();
  folder = await mkdtemp(join(tmpdir(), "distributed-"));
  try {
    for (const order of orders) {
      const apart = await compare(order);
      const fine = apart < tolerance;
      console.log(
        `order ${order}: ${options.processes} processes of PyTorch and one of ours differ by ${apart.toExponential(1)} nats at most over ${options.steps} steps${fine ? "" : `, expected less than ${tolerance}`}`,
      );
      if (!fine) process.exitCode = 1;
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The largest difference of a loss after the checkpoint. */
async function compare(order: NonNullable<Settings["order"]>): Promise<number> {
  const settings = checkSettings({
    ...defaults.tiny,
    ...{ B: 2, T: 32, accumulation: 2, steps: before + options.steps, warmup: 8, order },
  });
  const plan = planRun(settings, "TypeScript");
  const text = narrowTokens(
    readTokens(await readFile(join(root, "public", "data", "tiny_shakespeare_train.bin"))),
    plan.config.V,
  );
  // So short that it is read several times.
  const [train, validation] = [text.slice(0, 1000), text.slice(1000, 1200)];
  const session = new Session(createCpu(), plan, { name: "a part", train, validation });
  for (let i = 0; i < before; i++) await session.train();
  const file = join(folder, `${order}.safetensors`);
  const pieces: Uint8Array[] = [];
  await writeCheckpoint(session.progress(), session.parts(), (bytes) => pieces.push(bytes.slice()));
  await writeFile(file, Buffer.concat(pieces));

  const stdout = await launch(file);
  const theirs = [...stdout.matchAll(/^step (\d+): train loss ([\d.]+)$/gm)];
  if (theirs.length !== options.steps) {
    throw new Error(`PyTorch printed ${theirs.length} losses, expected ${options.steps}`);
  }
  let apart = 0;
  for (const [, step, loss] of theirs) {
    const row = await session.train();
    if (row.step !== Number(step)) throw new Error(`PyTorch is at step ${step}, we at ${row.step}`);
    apart = Math.max(apart, Math.abs(row.loss - Number(loss)));
  }
  return apart;
}

/**
 * Starts the processes as torchrun does, and gives what they print. Not by torchrun itself: that of PyTorch 1.13, which Debian 12
 * has, does not start on its Python 3.11.
 */
async function launch(file: string): Promise<string> {
  const world = options.processes;
  const port = await freePort();
  const script = join(root, "kernels", "gpt2", "distributed.py");
  const printed = await Promise.all(
    Array.from({ length: world }, async (_, rank) => {
      const child = spawn(python, [script, file, "--backend", "gloo"], {
        stdio: ["ignore", "pipe", "inherit"],
        env: {
          ...process.env,
          ...{ RANK: `${rank}`, LOCAL_RANK: `${rank}`, WORLD_SIZE: `${world}` },
          ...{ MASTER_ADDR: "127.0.0.1", MASTER_PORT: `${port}` },
          ...{ OMP_NUM_THREADS: "1", PYTHONDONTWRITEBYTECODE: "1" },
        },
      });
      const ended = once(child, "close");
      let text = "";
      for await (const piece of child.stdout) text += piece;
      const [status] = await ended;
      if (status !== 0) throw new Error(`distributed.py ended with status ${status}`);
      return text;
    }),
  );
  return printed.join("");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || !address) throw new Error("no port is free");
  return address.port;
}
