// The WebAssembly tier on this processor: how near it is to what a thread can do at most, and beside others, in one run in
// which all take turns: `npm run bench:cpu`.

import { readFile } from "node:fs/promises";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { watchKernels } from "@llm.ts/kernels/cost.ts";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { type Config, presets } from "@llm.ts/kernels/gpt2/config.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { matmulBackward, matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";
import { initialise } from "@llm.ts/kernels/model/model.ts";
import { readLoss, trainStep } from "@llm.ts/kernels/model/train.ts";
import { defaultOptimiser } from "@llm.ts/kernels/model/update.ts";
import { spawn } from "@llm.ts/kernels/runtime/wasm/spawn.node.ts";
import { createWasm, type WasmBackend } from "@llm.ts/kernels/wasm.ts";
import { random, randomIds } from "../random.ts";
import { findTorch, startTorch, trainSteps } from "./cpu/processes.ts";
import { type Contender, median, spread, takeTurns } from "./cpu/turns.ts";

const help = `npm run bench:cpu -- [options]

  --only NAMES   some of: peak, matmul, step, profile (separated by commas)
  --presets P    whose step is timed, default small,gpt2-124M
  --threads N    default: as many as the processor has
  --rounds N     default 5
  --quick        small shapes and models only
  --llmc DIR     also llm.c's train_gpt2, compiled in DIR, with the gpt2_124M.bin and dev/data/tinyshakespeare that it needs,
                 on the same checkpoint and tokens, in turns
  --steps N      of llm.c and of ours then, default 3`;

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "peak,matmul,step,profile" },
    presets: { type: "string", default: "small,gpt2-124M" },
    threads: { type: "string", default: String(availableParallelism()) },
    rounds: { type: "string", default: "5" },
    quick: { type: "boolean", default: false },
    llmc: { type: "string" },
    steps: { type: "string", default: "3" },
    help: { type: "boolean", default: false },
  },
});

if (options.help) {
  console.log(help);
  process.exit();
}

const root = join(import.meta.dirname, "../..");
const threads = Number(options.threads);
const rounds = Number(options.rounds);
const wanted = (what: string) => options.only.split(",").includes(what);
const torch = findTorch();
const modules = new Map<string, WebAssembly.Module>();

async function load(name: string): Promise<WebAssembly.Module> {
  const found = modules.get(name);
  if (found) return found;
  const module = await WebAssembly.compile(await readFile(join(root, "public/wasm", name)));
  modules.set(name, module);
  return module;
}

const open = async (count: number): Promise<WasmBackend> =>
  createWasm(await load("kernels.relaxed.wasm"), { threads: count, spawn });

const title = (text: string) => console.log(`\n${text}`);

console.log(
  `${cpus()[0].model}, ${availableParallelism()} threads, ${Math.round(totalmem() / 2 ** 30)} GiB; Node ${process.version}; medians of ${rounds} rounds, with the smallest and the largest`,
);

const peak = await measurePeak();
if (wanted("matmul")) await measureMatmul();
if (wanted("step")) await measureSteps();
if (wanted("profile")) await profileStep();
if (options.llmc) await measureLlmc(options.llmc);
process.exit();

/** The most that a thread can do with 128-bit vectors, in GFLOP/s: by the bare loop of the lesson on vectors. */
async function measurePeak(): Promise<number> {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 65536, shared: true });
  const module = await load("rungs.relaxed.wasm");
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const multiplyAdd = exports.multiplyAdd as (...args: number[]) => void;
  const at = 65536;
  new Float32Array(memory.buffer, at, 8).set([
    0.999, 0.999, 0.999, 0.999, 0.001, 0.001, 0.001, 0.001,
  ]);
  const loops = 20_000_000;
  const [{ seconds }] = await takeTurns(
    [{ name: "peak", run: () => multiplyAdd(at, loops, 0, 1) }],
    rounds,
  );
  const rates = seconds.map((each) => (96 * loops) / each / 1e9);
  title(
    `Peak of one thread, multiply-add of four float32 in a bare loop: ${spread(rates, 1)} GFLOP/s`,
  );
  return median(rates);
}

/** All three products of a linear layer, of 256 rows. */
async function measureMatmul(): Promise<void> {
  const shapes = [
    { C: 768, OC: 768 },
    { C: 768, OC: 2304 },
    { C: 768, OC: 3072 },
    { C: 3072, OC: 768 },
    ...(options.quick ? [] : [{ C: 768, OC: 50304 }]),
  ];
  const rows = 256;
  const ours = [await open(1), ...(threads > 1 ? [await open(threads)] : [])];
  title(`Matmul, ${rows} rows, GFLOP/s (share of the peak of all threads)`);
  for (const { C, OC } of shapes) {
    const arrays = {
      inp: random(rows * C, 1),
      weight: random(OC * C, 2),
      out: random(rows * OC, 3),
      dinp: new Float32Array(rows * C),
      dweight: new Float32Array(OC * C),
    };
    const sizes = [1, rows, C, OC] as const;
    const contenders = (backward: boolean): Contender[] =>
      ours.map((backend) => {
        const { inp, weight, out, dinp, dweight } = onDevice(backend, arrays);
        const run = backward
          ? () => backend.matmulBackward(dinp, dweight, null, out, inp, weight, ...sizes)
          : () => backend.matmulForward(out, inp, weight, null, ...sizes);
        return { name: `ours, ${backend.threads} threads`, run };
      });
    const { inp, weight, out, dinp, dweight } = arrays;
    const plain = (backward: boolean) => () =>
      backward
        ? matmulBackward(dinp, dweight, null, out, inp, weight, ...sizes)
        : matmulForward(out, inp, weight, null, ...sizes);
    for (const backward of [false, true]) {
      const theirs = torch ? await startTorch(torch, "matmul", [threads, rows, C, OC]) : null;
      const all = contenders(backward);
      if (OC < 50304) all.push({ name: "TypeScript, 1 thread", run: plain(backward) });
      if (theirs) {
        const products = backward ? ["dinp", "dweight"] : ["forward"];
        const run = async () => {
          for (const product of products) await theirs.run(product);
        };
        all.push({ name: `PyTorch, ${threads} threads`, run });
      }
      const flops = (backward ? 4 : 2) * rows * C * OC;
      for (const { name, seconds } of await takeTurns(all, rounds)) {
        const rates = seconds.map((each) => flops / each / 1e9);
        const used = Number(/(\d+) thread/.exec(name)?.[1]);
        const share = Math.round((100 * median(rates)) / (peak * used));
        const product = backward ? "dinp and dweight" : "forward";
        console.log(
          `  ${rows}x${C}x${OC} ${product.padEnd(16)} ${name.padEnd(21)} ${spread(rates, 1)}  ${share}%`,
        );
      }
      theirs?.close();
    }
  }
  for (const backend of ours) backend.destroy();
}

function onDevice<Arrays extends Record<string, Float32Array>>(
  backend: WasmBackend,
  arrays: Arrays,
): Record<keyof Arrays, ReturnType<WasmBackend["alloc"]>[number]> {
  const names = Object.keys(arrays);
  const tensors = backend.alloc(names.map((name) => arrays[name].length));
  for (const [i, name] of names.entries()) backend.write(tensors[i], arrays[name]);
  return Object.fromEntries(names.map((name, i) => [name, tensors[i]])) as never;
}

/** Multiplications and additions of a step's matrix products and attention: 6 for a weight and a token, and 12 L T C. */
function flopsOfStep({ L, C, Vp }: Config, B: number, T: number): number {
  const weights = 12 * L * C * C + Vp * C;
  return B * T * (6 * weights + 6 * L * T * C);
}

function presetOf(name: string): Config {
  if (!(name in presets)) throw new Error(`--presets: there is no ${name}`);
  return presets[name as keyof typeof presets];
}

/** A model on a backend, and its step. */
function trainee(
  backend: WasmBackend | ReturnType<typeof createCpu>,
  config: Config,
  B: number,
  T: number,
) {
  const model = createGPT2(backend, config, { B, T, training: true, attention: "recomputed" });
  initialise(model, 1);
  const batch = {
    inputs: randomIds(B * T, 1, config.V),
    targets: randomIds(B * T, 2, config.V),
  };
  let steps = 0;
  return async () => {
    trainStep(model, [batch], ++steps, defaultOptimiser);
    await readLoss(model);
  };
}

async function measureSteps(): Promise<void> {
  const [B, T] = [4, 64];
  for (const name of options.quick ? ["tiny"] : options.presets.split(",")) {
    const config = presetOf(name);
    title(`A step of ${name}, B = ${B}, T = ${T}, seconds`);
    const ours = [await open(1), ...(threads > 1 ? [await open(threads)] : [])];
    const contenders: Contender[] = ours.map((backend) => ({
      name: `ours, ${backend.threads} threads`,
      run: trainee(backend, config, B, T),
    }));
    contenders.push({ name: "TypeScript, 1 thread", run: trainee(createCpu(), config, B, T) });
    const { L, NH, C, V } = config;
    const theirs = torch ? await startTorch(torch, "step", [threads, L, NH, C, V, T, B]) : null;
    if (theirs) {
      contenders.push({
        name: `PyTorch, ${threads} threads`,
        run: async () => void (await theirs.run("")),
      });
    }
    const flops = flopsOfStep(config, B, T);
    for (const { name, seconds } of await takeTurns(contenders, rounds)) {
      const used = Number(/(\d+) thread/.exec(name)?.[1]);
      const share = Math.round((100 * flops) / median(seconds) / 1e9 / (peak * used));
      console.log(`  ${name.padEnd(21)} ${spread(seconds, 3)}  ${share}% of the peak`);
    }
    theirs?.close();
    for (const backend of ours) backend.destroy();
  }
}

/** Where the time of a step goes. */
async function profileStep(): Promise<void> {
  const name = options.quick ? "tiny" : (options.presets.split(",").at(-1) ?? "small");
  const backend = await open(threads);
  const times = new Map<string, number>();
  let began = 0;
  const watched = watchKernels(
    backend,
    () => {
      began = performance.now();
    },
    (kernel) => times.set(kernel, (times.get(kernel) ?? 0) + performance.now() - began),
  );
  const step = trainee(watched as WasmBackend, presetOf(name), 4, 64);
  await step();
  times.clear();
  for (let round = 0; round < rounds; round++) await step();
  const all = Array.from(times.values()).reduce((sum, each) => sum + each, 0);
  title(`Where a step of ${name} goes, ${threads} threads, milliseconds`);
  for (const [kernel, took] of Array.from(times).sort((a, b) => b[1] - a[1])) {
    const share = ((100 * took) / all).toFixed(1);
    console.log(
      `  ${kernel.padEnd(28)} ${(took / rounds).toFixed(1).padStart(9)} ${share.padStart(5)}%`,
    );
  }
  backend.destroy();
}

/** llm.c's own program and ours, with its defaults, on its files. */
async function measureLlmc(folder: string): Promise<void> {
  const steps = Number(options.steps);
  const data = join(folder, "dev/data/tinyshakespeare/tiny_shakespeare_");
  const args = [
    ...["scripts/train.ts", "--model", join(folder, "gpt2_124M.bin")],
    ...["--train", `${data}train.bin`, "--val", `${data}val.bin`],
    ...["--val-every", "0", "--sample-every", "0"],
    ...["--backend", "wasm", "--threads", `${threads}`],
  ];
  const env = { OMP_NUM_THREADS: String(threads) };
  const took: Record<"llm.c" | "ours", number[]> = { "llm.c": [], ours: [] };
  const losses: number[][] = [];
  for (let round = 0; round < 2; round++) {
    const theirs = await trainSteps("./train_gpt2", [], folder, steps, env);
    const ours = await trainSteps(process.execPath, args, root, steps);
    took["llm.c"].push(...theirs.slice(1).map(({ seconds }) => seconds));
    took.ours.push(...ours.slice(1).map(({ seconds }) => seconds));
    losses.push(...theirs.map(({ loss }, i) => [loss, ours[i].loss]));
  }
  title(
    `llm.c's train_gpt2 and ours on its checkpoint and tokens, ${threads} threads, seconds a step`,
  );
  for (const [name, seconds] of Object.entries(took)) {
    console.log(`  ${name.padEnd(8)} ${spread(seconds, 3)}`);
  }
  console.log(`  ratio    ${(median(took.ours) / median(took["llm.c"])).toFixed(3)}`);
  const apart = Math.max(...losses.map(([theirs, ours]) => Math.abs(theirs - ours)));
  console.log(`  the losses differ by ${apart.toExponential(1)} at most`);
}
