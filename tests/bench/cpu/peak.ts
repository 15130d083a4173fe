// The most that a thread can do with 128-bit vectors: the bare loop of the lesson on vectors.

import { load, title } from "./bench.ts";
import { median, spread, takeTurns } from "./turns.ts";

const loops = 20_000_000;
const flopsPerLoop = 96;

/** @returns GFLOP/s */
export async function measurePeak(rounds: number): Promise<number> {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 65536, shared: true });
  const module = await load("rungs.relaxed.wasm");
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const multiplyAdd = exports.multiplyAdd as (...args: number[]) => void;
  const at = 65536;
  new Float32Array(memory.buffer, at, 8).set([
    0.999, 0.999, 0.999, 0.999, 0.001, 0.001, 0.001, 0.001,
  ]);
  const run = () => multiplyAdd(at, loops, 0, 1);
  const [{ seconds }] = await takeTurns([{ name: "peak", threads: 1, run }], rounds);
  const rates = seconds.map((each) => (flopsPerLoop * loops) / each / 1e9);
  title(
    `Peak of one thread, multiply-add of four float32 in a bare loop: ${spread(rates, 1)} GFLOP/s`,
  );
  return median(rates);
}
