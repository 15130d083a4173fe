// The most that a thread can do with 128-bit vectors: the bare loop of the lesson on vectors.

import { load } from "./bench.ts";
import { type Contender, median, spread, type Times } from "./turns.ts";

const loops = 20_000_000;
const flopsPerLoop = 96;

/** The loop, which takes its turns like everything that is compared with it. */
export async function openPeak(): Promise<Contender> {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 65536, shared: true });
  const module = await load("rungs.relaxed.wasm");
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const multiplyAdd = exports.multiplyAdd as (...args: number[]) => void;
  const at = 65536;
  new Float32Array(memory.buffer, at, 8).set([
    0.999, 0.999, 0.999, 0.999, 0.001, 0.001, 0.001, 0.001,
  ]);
  return { name: "the peak", threads: 1, run: () => multiplyAdd(at, loops, 0, 1) };
}

/** GFLOP/s. */
export const ratesOf = ({ seconds }: Times, flops: number): number[] =>
  seconds.map((each) => flops / each / 1e9);

export const peakRates = (peak: Times): number[] => ratesOf(peak, flopsPerLoop * loops);

/** The share that GFLOP/s are of the peak of all their threads: the median over the rounds. */
export function shareOf(times: Times, flops: number, peak: Times): string {
  const most = peakRates(peak);
  const shares = ratesOf(times, flops).map((rate, round) => rate / (most[round] * times.threads));
  return `${Math.round(100 * median(shares))}%`.padStart(4);
}

/** A line of a table: the peak itself. */
export const peakLine = (peak: Times): string =>
  `    ${"the peak, of one thread".padEnd(30)} 100%  ${spread(peakRates(peak), 1)}`;
