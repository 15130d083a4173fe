// Times every rung of a kernel on the reader's processor, and compares what it computes with the same kernel in TypeScript.

import { costOf } from "@llm.ts/kernels/cost.ts";
import type { KernelName } from "@llm.ts/kernels/layers.ts";
import { matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";
import { residualForward } from "@llm.ts/kernels/residual/residual.ts";
import { createPool, type Pool, type Spawn } from "@llm.ts/kernels/runtime/wasm/pool.ts";
import { tensorsAt } from "@llm.ts/kernels/runtime/wasm/thread.ts";
import { type Peak, roofline } from "../benchmark/peak.ts";
import { integer } from "../page/numbers.ts";
import { numbers, take } from "./numbers.ts";
import type { Command, Measured, Report, Roof, Rung } from "./protocol.ts";

export interface Machine {
  module: WebAssembly.Module; // rungs.wasm or rungs.relaxed.wasm
  simd: "relaxed" | "plain";
  threads: number;
  why: string; // as many, and no more
  spawn: Spawn;
}

const C = 768; // GPT-2's width
const mostChecked = 8; // rows that are computed in TypeScript too: the first, the last, and some between
const tolerance = 1e-4; // of numbers of size 1 to 5: sums over 768 numbers in float32, and no mistake is as small
const rounds = 5; // of which the median counts; in each round every rung has its turn
const enough = 0.02; // seconds that a measurement lasts at least
const partsPerThread = 2; // of a call on all threads, so that one that is late has less to do
const copied = 2 ** 23; // values: 32 MiB, which few caches hold

/** One way to do it. */
interface Way {
  readonly name: string;
  readonly threads: number;
  readonly run: () => void;
  readonly out: Float32Array;
}

/** A kernel with its tensors in the module's memory. */
interface Prepared {
  readonly kernel: KernelName;
  readonly args: readonly unknown[]; // what its cost is computed from
  readonly columns: number; // of out
  readonly ways: readonly Way[];
  /** The given rows of out, in TypeScript. */
  readonly expected: (rows: readonly number[]) => Float32Array;
}

/** The pool of all threads, and room for tensors. */
interface Place {
  readonly pool: Pool;
  readonly floats: (length: number) => Float32Array;
}

export async function climb(
  { ladder, rows: wanted, roofs: known }: Command,
  machine: Machine,
  report: (report: Report) => void,
): Promise<void> {
  const { simd, threads, why } = machine;
  report({ type: "fact", name: "Threads", value: `${threads}, ${why}` });
  report({
    type: "fact",
    name: "Vectors",
    value:
      simd === "relaxed"
        ? "four lanes, a multiplication and an addition in one instruction (relaxed SIMD)"
        : "four lanes; this browser multiplies and adds in two instructions, as it has no relaxed SIMD",
  });
  report({ type: "doing", what: "bare loops, for the most that this processor can do" });
  const roofs = known.length > 0 ? known : await measureRoofs(machine);
  report({ type: "roofs", roofs });

  const rows = wanted === "auto" ? rowsFor(ladder, roofs[0].peak) : wanted;
  const place = await makePlace(machine, ladder === "matmul" ? matmulFloats(rows) : 3 * rows * C);
  const prepared = ladder === "matmul" ? prepareMatmul(place, rows) : prepareResidual(place, rows);
  const size =
    ladder === "matmul"
      ? `matmul, forward: ${integer(rows)} rows, ${C} inputs, ${integer(4 * C)} outputs`
      : `residual, forward: ${integer(rows)} rows of ${C} channels`;
  report({ type: "fact", name: "Timed", value: `${size}; the median of ${rounds} rounds` });
  const checked = `${Math.min(rows, mostChecked)} rows, against the same kernel in TypeScript`;
  report({ type: "fact", name: "Checked", value: checked });

  // Once before anything is timed: the engine compiles a function in earnest only when it has been called.
  const { ways } = prepared;
  const differences: number[] = [];
  for (const way of ways) {
    report({ type: "doing", what: way.name });
    way.out.fill(Number.NaN);
    way.run();
    differences.push(difference(way.out, prepared, rows));
    await breathe();
  }
  const times = ways.map((): number[] => []);
  for (let round = 1; round <= rounds; round++) {
    report({ type: "doing", what: `every rung, round ${round} of ${rounds}` });
    for (const [k, { run }] of ways.entries()) {
      times[k].push(timeOf(run));
      await breathe();
    }
    report({ type: "rungs", rungs: ways.map((way, k) => rungOf(way, times[k], differences[k])) });
  }
  place.pool.destroy();
  report({ type: "finished" });

  function rungOf({ name, threads }: Way, times: number[], difference: number): Rung {
    const cost = costOf(prepared.kernel, prepared.args);
    const { name: of, peak } = roofs[threads > 1 ? 1 : 0];
    const seconds = median(times);
    const { bound, seconds: least } = roofline(cost, peak);
    const share = least / seconds;
    const right = difference <= tolerance;
    const measured: Measured = { seconds, ...cost, bound, share, of, difference, right };
    return { name, measured, why: "" };
  }
}

/** So many that the work is worth timing, and takes no more than moments. */
function rowsFor(ladder: Command["ladder"], { flopsPerSecond }: Peak): number {
  if (ladder === "residual") return 4096;
  return flopsPerSecond > 2e10 ? 256 : 64;
}

async function makePlace({ module, threads, spawn }: Machine, floats: number): Promise<Place> {
  const start = tensorsAt(threads);
  const bytes = start + 4 * floats + 64 * 8; // each tensor begins at a line of the cache
  const pages = Math.ceil(bytes / 65536);
  // The maximum is the module's own.
  const memory = new WebAssembly.Memory({ initial: pages, maximum: 65536, shared: true });
  const pool = await createPool(module, memory, threads, spawn);
  let end = start;
  return {
    pool,
    floats(length) {
      const tensor = new Float32Array(memory.buffer, end, length);
      end += Math.ceil((4 * length) / 64) * 64;
      return tensor;
    },
  };
}

/** What one thread can do at most, and what all can where there are several. */
async function measureRoofs(machine: Machine): Promise<Roof[]> {
  const { threads } = machine;
  const { pool, floats } = await makePlace(machine, 2 * copied);
  const [to, from] = [floats(copied), floats(copied)];
  const roofs: Roof[] = [];
  for (const count of threads > 1 ? [1, threads] : [1]) {
    const parts = count === 1 ? 1 : count * partsPerThread;
    const call = (name: string, args: number[]) =>
      count === 1 ? pool.runAlone(name, [...args, 0, 1]) : pool.run(name, args, parts);
    let turns = 1e5;
    const arithmetic = () => call("multiplyAdd", [to.byteOffset, turns]);
    const copy = () => call("copy", [to.byteOffset, from.byteOffset, copied]);
    const flops = () => parts * turns * 96; // 12 chains, four lanes, a multiplication and an addition
    arithmetic();
    await breathe();
    while (secondsOf(arithmetic) < enough) turns *= 2;
    const [flopsPerSecond, bytesPerSecond] = [
      flops() / (await best(arithmetic)),
      (8 * copied) / (await best(copy)),
    ];
    const name = count === 1 ? "one thread" : `${count} threads`;
    roofs.push({ name, peak: { flopsPerSecond, bytesPerSecond } });
  }
  pool.destroy();
  return roofs;
}

const matmulFloats = (rows: number) => 4 * C * (rows + C + 1) + rows * C + 8 * C;

function prepareMatmul({ pool, floats }: Place, rows: number): Prepared {
  const OC = 4 * C;
  const [out, inp, weight, bias] = [rows * OC, rows * C, OC * C, OC].map(floats);
  const panel = floats(8 * C);
  inp.set(numbers(rows * C, 1, 1));
  weight.set(numbers(OC * C, 2, 2 / Math.sqrt(C)));
  bias.set(numbers(OC, 3, 1));
  const sizes = [1, rows, C, OC] as const;
  const at = [out, inp, weight, bias].map(({ byteOffset }) => byteOffset);
  const alone = (name: string, further: number[]) => () =>
    pool.runAlone(name, [...at, ...sizes, ...further]);
  const own = {
    inp: inp.slice(),
    weight: weight.slice(),
    bias: bias.slice(),
    out: new Float32Array(rows * OC),
  };
  return {
    kernel: "matmulForward",
    args: [out, inp, weight, bias, ...sizes],
    columns: OC,
    ways: waysOf(pool.threads, out, own.out, {
      typescript: () => matmulForward(own.out, own.inp, own.weight, own.bias, ...sizes),
      plain: alone("matmulPlain", []),
      lanes: alone("matmulLanes", [panel.byteOffset]),
      fused: alone("matmulFused", [panel.byteOffset]),
      tile: alone("matmulTile", [panel.byteOffset]),
      packed: alone("matmulForward", [0, 1]),
      threads: () => pool.run("matmulForward", [...at, ...sizes], pool.threads * partsPerThread),
    }),
    expected(chosen) {
      const wanted = new Float32Array(chosen.length * OC);
      matmulForward(
        wanted,
        take(own.inp, C, chosen),
        own.weight,
        own.bias,
        1,
        chosen.length,
        C,
        OC,
      );
      return wanted;
    },
  };
}

function prepareResidual({ pool, floats }: Place, rows: number): Prepared {
  const N = rows * C;
  const [out, inp1, inp2] = [N, N, N].map(floats);
  inp1.set(numbers(N, 1, 2));
  inp2.set(numbers(N, 2, 2));
  const at = [out, inp1, inp2].map(({ byteOffset }) => byteOffset);
  const own = { out: new Float32Array(N), inp1: inp1.slice(), inp2: inp2.slice() };
  return {
    kernel: "residualForward",
    args: [out, inp1, inp2, N],
    columns: C,
    ways: waysOf(pool.threads, out, own.out, {
      typescript: () => residualForward(own.out, own.inp1, own.inp2, N),
      plain: () => pool.runAlone("residualPlain", [...at, N]),
      lanes: () => pool.runAlone("residualForward", [...at, N, 0, 1]),
      threads: () => pool.run("residualForward", [...at, N], pool.threads * partsPerThread),
    }),
    expected(chosen) {
      const wanted = new Float32Array(chosen.length * C);
      const [a, b] = [own.inp1, own.inp2].map((values) => take(values, C, chosen));
      residualForward(wanted, a, b, wanted.length);
      return wanted;
    },
  };
}

/** With one thread there is no rung of threads. */
function waysOf(
  threads: number,
  out: Float32Array,
  typescriptOut: Float32Array,
  runs: Record<string, () => void>,
): Way[] {
  return Object.entries(runs)
    .filter(([name]) => name !== "threads" || threads > 1)
    .map(([name, run]) => ({
      name,
      run,
      threads: name === "threads" ? threads : 1,
      out: name === "typescript" ? typescriptOut : out,
    }));
}

/** The largest distance from TypeScript in the rows that are checked; infinite where a number is missing. */
function difference(out: Float32Array, { columns, expected }: Prepared, rows: number): number {
  const count = Math.min(rows, mostChecked);
  const chosen = Array.from({ length: count }, (_, k) =>
    Math.floor((k * (rows - 1)) / Math.max(count - 1, 1)),
  );
  const wanted = expected(chosen);
  let largest = 0;
  for (const [k, row] of chosen.entries()) {
    for (let i = 0; i < columns; i++) {
      const distance = Math.abs(out[row * columns + i] - wanted[k * columns + i]);
      largest = Math.max(largest, Number.isFinite(distance) ? distance : Number.POSITIVE_INFINITY);
    }
  }
  return largest;
}

/** Lets the engine put better code in the place of a function's first. */
const breathe = () => new Promise((resolve) => setTimeout(resolve, 0));

function secondsOf(run: () => void): number {
  const started = performance.now();
  run();
  return (performance.now() - started) / 1000;
}

/** Seconds of a call, as often as it takes for the clock not to count. */
function timeOf(run: () => void): number {
  let calls = 0;
  let seconds = 0;
  for (; seconds < enough; calls++) seconds += secondsOf(run);
  return seconds / calls;
}

/** Whatever else a machine does makes it slower only. */
async function best(run: () => void): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    least = Math.min(least, timeOf(run));
    await breathe();
  }
  return least;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
