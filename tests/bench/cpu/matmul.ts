// All three products of a linear layer: ours in Node and in Chromium, and beside it TypeScript, PyTorch, and what else
// multiplies by WebAssembly in a browser.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { type Bench, countsOf, open, title } from "./bench.ts";
import { type Chromium, inChromium, openChromium, type Peer, peers } from "./chromium.ts";
import { inputsOf, type Layer, prepareOurs } from "./layer.ts";
import { peakLine, ratesOf, shareOf } from "./peak.ts";
import { startTorch } from "./processes.ts";
import { type Contender, labelOf, ratioOf, spread, type Times, takeTurns } from "./turns.ts";

const rows = 256;
const shapes = [
  { C: 768, OC: 768 },
  { C: 768, OC: 2304 },
  { C: 768, OC: 3072 },
  { C: 3072, OC: 768 },
];
const classifier = { C: 768, OC: 50304 }; // so large that the TypeScript tier would take most of the time

/** How many times as long another took as ours, in Chromium, on the same number of threads. */
interface Ratio {
  peer: string;
  ratio: number;
  where: string;
}

export async function measureMatmul(bench: Bench, others: readonly Peer[]): Promise<void> {
  title(`Matmul, ${rows} rows, GFLOP/s, and their share of the peak of all threads`);
  const chromium = await startChromium(bench, others);
  const ratios: Ratio[] = [];
  try {
    for (const shape of bench.quick ? shapes : [...shapes, classifier]) {
      for (const backward of [false, true]) {
        const layer = { rows, ...shape, backward };
        const where = `${rows}x${shape.C}x${shape.OC} ${backward ? "dinp and dweight" : "forward"}`;
        const times = await measureLayer(layer, bench, chromium);
        console.log(`  ${where}`);
        const flops = (backward ? 4 : 2) * rows * shape.C * shape.OC;
        const [peak, ...others] = times;
        console.log(peakLine(peak));
        for (const each of others) {
          const share = shareOf(each, flops, peak);
          console.log(
            `    ${labelOf(each).padEnd(30)} ${share}  ${spread(ratesOf(each, flops), 1)}`,
          );
        }
        ratios.push(...ratiosOf(others, where));
      }
    }
  } finally {
    await chromium?.close();
  }
  for (const peer of others) summarise(peers[peer].name, ratios);
}

/** Null where a page cannot be had, having said why. */
async function startChromium(bench: Bench, others: readonly Peer[]): Promise<Chromium | null> {
  if (others.length === 0) return null;
  try {
    return await openChromium(others, countsOf(bench));
  } catch (error) {
    console.log(`  nothing is timed in Chromium: ${(error as Error).message.split("\n")[0]}`);
    return null;
  }
}

/** The peak's times, then those of all others. */
async function measureLayer(
  layer: Layer,
  bench: Bench,
  chromium: Chromium | null,
): Promise<Times[]> {
  const { C, OC, backward } = layer;
  const { threads, rounds, torch } = bench;
  const inputs = inputsOf(layer);
  const ours = await Promise.all(countsOf(bench).map(open));
  const own = ours.map((backend) => ({
    name: "ours",
    threads: backend.threads,
    run: prepareOurs(backend, layer, inputs).run,
  }));
  const contenders: Contender[] = [bench.peak, ...own];
  if (OC !== classifier.OC) {
    const { run } = prepareOurs(createCpu(), layer, inputs);
    contenders.push({ name: "TypeScript", threads: 1, run });
  }
  const theirs = torch ? await startTorch(torch, "matmul", [threads, rows, C, OC]) : null;
  try {
    if (theirs) {
      const products = backward ? ["dinp", "dweight"] : ["forward"];
      const run = async () => {
        let seconds = 0;
        for (const product of products) seconds += await theirs.run(product);
        return seconds;
      };
      contenders.push({ name: "PyTorch", threads, run });
    }
    if (chromium) contenders.push(...(await chromium.prepare(layer)));
    return await takeTurns(contenders, rounds);
  } finally {
    theirs?.close();
    await chromium?.clear();
    for (const backend of ours) backend.destroy();
  }
}

function ratiosOf(times: readonly Times[], where: string): Ratio[] {
  return Object.values(peers).flatMap(({ name }) =>
    times
      .filter((each) => each.name === inChromium(name))
      .flatMap((theirs) => {
        const own = times.find(
          (each) => each.name === inChromium("ours") && each.threads === theirs.threads,
        );
        if (!own) return [];
        const on = labelOf({ name: where, threads: theirs.threads });
        return [{ peer: name, ratio: ratioOf(theirs, own), where: on }];
      }),
  );
}

/** The least and the geometric mean. */
function summarise(peer: string, all: readonly Ratio[]): void {
  const ratios = all.filter((each) => each.peer === peer);
  if (ratios.length === 0) return;
  const logs = ratios.reduce((sum, { ratio }) => sum + Math.log(ratio), 0);
  const mean = Math.exp(logs / ratios.length);
  const least = ratios.reduce((a, b) => (b.ratio < a.ratio ? b : a));
  console.log(
    `  In Chromium ours is ${mean.toFixed(2)} times as fast as ${peer} in the geometric mean of ${ratios.length}, and ${least.ratio.toFixed(2)} times where it is least, in ${least.where}`,
  );
}
