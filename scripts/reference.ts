// npm run reference: runs every <layer>.py with PyTorch, which writes public/reference/<layer>.safetensors, and every
// <name>.py that a lesson has for an exercise of its own.
// npm run reference -- --check: writes them to a temporary folder in place of that, and compares.
//
// The Python is the one that the environment variable PYTHON names, else the first that has PyTorch (python.ts).

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { readSafetensors, type StoredTensor } from "@llm.ts/kernels/formats/safetensors.ts";
import { findPython } from "./python.ts";

const root = dirname(import.meta.dirname);
const kernels = join(root, "kernels");
const lessons = join(root, "lessons");
const committed = join(root, "public", "reference");

// Bytes. The fixtures are in git and are loaded by the page.
const largest = { layer: 300_000, model: 3_000_000 };

// A processor with other vector instructions rounds differently, in torch.randn already: with ATEN_CPU_CAPABILITY=default
// in place of AVX2 (PyTorch 1.13) even the inputs change in their last bits, so only integers can be asked to be the same.
// The worst element is then off by 2.3e-5 of the scale below (one beside the huge values in the padding of logits), all
// others by less than 6e-6. The scale is |expected| + min(1, largest |expected| of the tensor).
const tolerance = 5e-5;

try {
  await main();
} catch (error) {
  console.error(`npm run reference: ${(error as Error).message}`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      check: { type: "boolean", default: false },
      folder: { type: "string", default: committed },
    },
  });
  const python = findPython();
  if (!values.check) {
    await run(python, values.folder);
    return;
  }
  const temporary = await mkdtemp(join(tmpdir(), "reference-"));
  try {
    await run(python, temporary);
    process.exitCode = await compareFolders(temporary, values.folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Runs kernels/<layer>/<layer>.py for every layer, those of the whole model, and lessons/<lesson>/<name>.py. */
async function run(python: string, out: string): Promise<void> {
  const names = (await readdir(kernels)).filter((name) =>
    existsSync(join(kernels, name, `${name}.py`)),
  );
  const own = (await readdir(lessons, { recursive: true })).filter((file) => file.endsWith(".py"));
  const scripts = [
    ...names.sort().map((name) => join(kernels, name, `${name}.py`)),
    join(kernels, "gpt2", "huggingface.py"),
    join(kernels, "llama", "huggingface.py"),
    ...own.sort().map((file) => join(lessons, file)),
  ];
  for (const script of scripts) {
    const { status, error } = spawnSync(python, [script], {
      stdio: "inherit",
      env: { ...process.env, REFERENCE_DIR: out, PYTHONDONTWRITEBYTECODE: "1" },
    });
    if (status !== 0)
      throw new Error(`${basename(script)} failed${error ? `: ${error.message}` : ""}`);
  }
}

/** Prints one line for each file. Returns the exit status: 0 where all of them agree. */
async function compareFolders(made: string, kept: string): Promise<number> {
  const [actual, expected] = [await readdir(made), await readdir(kept)];
  const names = [...new Set([...actual, ...expected])].sort();
  let faulty = 0;
  console.log(`\n${"file".padEnd(28)}${"bytes".padStart(9)}${"tensors".padStart(9)}  result`);
  for (const name of names) {
    const { bytes, tensors, faults, note } = await compareFiles(name, made, kept);
    const result = faults.length > 0 ? `${faults.length} wrong` : note;
    console.log(
      `${name.padEnd(28)}${`${bytes}`.padStart(9)}${`${tensors}`.padStart(9)}  ${result}`,
    );
    for (const fault of faults) console.log(`  ${fault}`);
    if (faults.length > 0) faulty++;
  }
  console.log(
    faulty > 0
      ? `\n${faulty} of ${names.length} files are not what PyTorch computes here. If a .py file was changed on purpose: npm run reference`
      : `\nAll ${names.length} files are what PyTorch computes here.`,
  );
  return faulty > 0 ? 1 : 0;
}

interface Comparison {
  bytes: number;
  tensors: number;
  faults: string[];
  note: string;
}

async function compareFiles(name: string, made: string, kept: string): Promise<Comparison> {
  if (!existsSync(join(kept, name))) return nothing("missing: it is not in the folder");
  if (!existsSync(join(made, name))) return nothing("extra: no .py file writes it");
  const bytes = await readFile(join(kept, name));
  const faults: string[] = [];
  let worst = 0;
  try {
    const expected = readSafetensors(bytes);
    const actual = readSafetensors(await readFile(join(made, name)));
    const large = tooLarge(name, bytes.length);
    if (large) faults.push(large);
    if (expected.metadata.sizes !== actual.metadata.sizes) faults.push("the sizes differ");
    for (const tensor of new Set([...expected.tensors.keys(), ...actual.tensors.keys()])) {
      const [a, b] = [actual.tensors.get(tensor), expected.tensors.get(tensor)];
      const result = compareTensors(a, b);
      if (typeof result === "string") faults.push(`${tensor}: ${result}`);
      else worst = Math.max(worst, result);
    }
    const note =
      worst === 0 ? "the same bits" : `agrees, worst element off by ${worst.toExponential(1)}`;
    return { bytes: bytes.length, tensors: expected.tensors.size, faults, note };
  } catch (error) {
    return nothing((error as Error).message);
  }
}

function nothing(fault: string): Comparison {
  return { bytes: 0, tensors: 0, faults: [fault], note: "" };
}

/** What is wrong, in words; or, where nothing is, the difference of the worst element in units of its scale. */
function compareTensors(
  actual: StoredTensor | undefined,
  expected: StoredTensor | undefined,
): string | number {
  if (!expected) return "missing: it is not in the file";
  if (!actual) return "extra: no .py file writes it";
  const [is, was] = [actual, expected].map(({ dtype, shape }) => `${dtype} (${shape.join(", ")})`);
  if (is !== was) return `it is ${was}, PyTorch makes ${is}`;

  const allowed = expected.dtype === "I32" ? 0 : tolerance;
  let peak = 0;
  for (const x of expected.data) peak = Math.max(peak, Math.abs(x));
  let worst = 0;
  let at = 0;
  for (let i = 0; i < expected.data.length; i++) {
    const [a, b] = [actual.data[i], expected.data[i]];
    const same = a === b || Object.is(a, b); // NaN is as good as NaN, 0 as -0
    const off = same ? 0 : Math.abs(a - b) / (Math.abs(b) + Math.min(1, peak));
    if (!(off <= worst)) [worst, at] = [off, i];
    if (Number.isNaN(off)) break;
  }
  if (worst <= allowed) return worst;
  return `element ${at} is ${expected.data[at]}, PyTorch makes ${actual.data[at]}`;
}

function tooLarge(name: string, bytes: number): string | undefined {
  const limit = /^(gpt2|llama)/.test(name) ? largest.model : largest.layer;
  return bytes > limit
    ? `${name} has ${bytes} bytes, more than the ${limit} that are allowed`
    : undefined;
}
