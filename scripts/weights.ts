// npm run weights: GPT-2 in Hugging Face's format, between PyTorch and here, both ways and at full size.
//
//   npm run weights -- [--preset gpt2-124M] [--folder FOLDER]
//
// PyTorch writes a model of random weights as Hugging Face publishes GPT-2, and prints its loss on a few tokens. Loaded
// here, the model must have that loss; written from here and loaded by PyTorch, it must have the very same one. At full
// size that takes 1.1 GB of disk, for the time of the check, and about as much memory.

import { spawnSync } from "node:child_process";
import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import {
  openHuggingFace,
  readHuggingFace,
  writeHuggingFace,
} from "@llm.ts/kernels/formats/huggingface.ts";
import type { Source } from "@llm.ts/kernels/formats/source.ts";
import { type Config, presets } from "@llm.ts/kernels/gpt2/config.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { countParameters } from "@llm.ts/kernels/gpt2/parameters.ts";
import { validationLoss } from "@llm.ts/kernels/model/train.ts";
import { findPython } from "./python.ts";

const tolerance = 1e-3; // nats; both compute in float32, and sum in different orders
const script = join(dirname(import.meta.dirname), "kernels", "gpt2", "huggingface.py");
const [B, T] = [1, 8];

try {
  await main();
} catch (error) {
  console.error(`npm run weights: ${(error as Error).message}`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      preset: { type: "string", default: "gpt2-124M" },
      folder: { type: "string", default: tmpdir() },
    },
  });
  if (!Object.hasOwn(presets, values.preset)) {
    throw new Error(`--preset is ${values.preset}, expected one of ${Object.keys(presets)}`);
  }
  const python = findPython();
  const folder = await mkdtemp(join(values.folder, "weights-"));
  try {
    await check(python, folder, presets[values.preset as keyof typeof presets]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Batch {
  inputs: number[][];
  targets: number[][];
  loss: number;
}

async function check(python: string, folder: string, config: Config): Promise<void> {
  const [theirs, ours] = ["pytorch.safetensors", "ours.safetensors"].map((f) => join(folder, f));
  // The file does not say how many heads it has, so they must be as many as in OpenAI's models.
  const sizes = { ...config, NH: config.C / 64 };
  const { maxT, V, L, NH, C } = sizes;
  console.log(`GPT-2 with ${countParameters(sizes).toLocaleString("en")} parameters\n`);

  const making = { config: { maxT, V, L, NH, C }, B, T, seed: 4, spread: 0.02 };
  const batch: Batch = JSON.parse(
    timed("PyTorch writes a model of random weights", () =>
      run(python, ["make", theirs, JSON.stringify(making)]),
    ),
  );
  const model = createGPT2(createCpu(), sizes, { B, T, training: false });
  const { backend, parameters } = model;
  const view = (name: keyof typeof parameters, start: number, length: number) =>
    backend.view(parameters[name], start, length);

  const size = await timed("it is loaded here", () =>
    withFile(theirs, "r", async (handle) => {
      const file = await openHuggingFace(await sourceOf(handle));
      compare("sizes", JSON.stringify(file.config), JSON.stringify(sizes));
      await readHuggingFace(file, (name, start, values) => {
        backend.write(view(name, start, values.length), values);
      });
      return file.source.size;
    }),
  );
  const loss = await timed("its loss is computed here", () =>
    validationLoss(model, {
      inputs: Int32Array.from(batch.inputs.flat()),
      targets: Int32Array.from(batch.targets.flat()),
    }),
  );
  await timed("it is written from here", () =>
    withFile(ours, "w", async (handle) => {
      const chunks = writeHuggingFace(sizes, async (name, start, into) => {
        await backend.read(view(name, start, into.length), into);
      });
      for await (const chunk of chunks) await handle.writeFile(chunk);
    }),
  );
  const again = Number(
    timed("PyTorch loads that", () => run(python, ["loss", ours, JSON.stringify(batch)])),
  );

  console.log(`\nfile of PyTorch       ${size.toLocaleString("en")} bytes`);
  console.log(`loss in PyTorch       ${batch.loss}`);
  console.log(`loss here             ${loss}`);
  console.log(`loss in PyTorch again ${again}`);
  console.log(`most memory here      ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
  if (!(Math.abs(loss - batch.loss) <= tolerance)) {
    throw new Error(`the loss here differs from PyTorch's by more than ${tolerance}`);
  }
  compare("the loss in PyTorch after the way through here", `${again}`, `${batch.loss}`);
}

function compare(what: string, got: string, expected: string): void {
  if (got !== expected) throw new Error(`${what}: ${got}, expected ${expected}`);
}

/** Prints how long something took. */
function timed<Result>(what: string, call: () => Result): Result {
  const began = performance.now();
  const tell = () => {
    const seconds = (performance.now() - began) / 1000;
    console.log(`${what.padEnd(42)}${seconds.toFixed(1).padStart(6)} s`);
  };
  const result = call();
  if (result instanceof Promise) result.then(tell, () => {});
  else tell();
  return result;
}

/** Runs huggingface.py. Returns what it printed. */
function run(python: string, args: string[]): string {
  const { status, stdout, error } = spawnSync(python, [script, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (status !== 0) throw new Error(`huggingface.py failed${error ? `: ${error.message}` : ""}`);
  return stdout;
}

async function withFile<Result>(
  path: string,
  flags: string,
  use: (handle: FileHandle) => Promise<Result>,
): Promise<Result> {
  const handle = await open(path, flags);
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

async function sourceOf(handle: FileHandle): Promise<Source> {
  const { size } = await handle.stat();
  return {
    size,
    async read(into, at) {
      const { bytesRead } = await handle.read(into, 0, into.length, at);
      if (bytesRead !== into.length) throw new Error(`the file ends at byte ${at + bytesRead}`);
    },
  };
}
