// Our WebGPU kernels beside those of other projects, in one Chromium, on one adapter, in one run: `npm run bench:webgpu`.
//
// Every result is compared before it is timed; ours and theirs take turns; of several rounds the best counts, and the
// median is shown.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import type { LaunchOptions } from "playwright-core";
import { bundle, openBrowser } from "./browser.ts";
import { bytesOf, flopsOf, type Job, nameOf } from "./contest.ts";
import { processorClock } from "./processor.ts";
import type { Measured, Plan } from "./webgpu/page.ts";

const help = `npm run bench:webgpu -- [options]

  --quick            small shapes only: for a machine that does other things as well
  --gpu              the machine's own GPU; without it SwiftShader, a processor that pretends to be one
  --only NAMES       some of: matmul, layernorm, attention, forms, step (separated by commas)
  --jobs PATTERN     of these those whose name fits, such as "forward 256x" or "50304|T=64"
  --peers NAMES      some of: jax, tfjs, webgpu-llm; default all; "none" for none
  --rounds N         rounds for each measurement, default 3
  --choices FORMS    forms of our kernels in place of the defaults, such as "matmul=registers,attention=tiles";
                     without it they are chosen by measurement, as the trainer does
  --processor        counts the processor's time that the software GPU takes, on all cores, in place of the wall's: on a
                     machine that has other work to do only that can be compared (Linux)
  --patience N       seconds for one call, above which a contender is left out; default 30, with --quick 5`;

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    gpu: { type: "boolean", default: false },
    only: { type: "string", default: "matmul,layernorm,attention,forms,step" },
    jobs: { type: "string", default: "" },
    peers: { type: "string", default: "jax,tfjs,webgpu-llm" },
    rounds: { type: "string", default: "3" },
    choices: { type: "string" },
    processor: { type: "boolean", default: false },
    patience: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

const only = options.only.split(",");
const wanted = (what: string) => only.includes(what);
const peers = options.peers.split(",").filter((peer) => peer !== "none");

if (options.help) {
  console.log(help);
  process.exit();
}

function makePlan(): Plan {
  const rows = options.quick ? [256] : [256, 1024];
  const shapes = [
    { C: 768, OC: 768 },
    { C: 768, OC: 3072 },
    { C: 3072, OC: 768 },
    ...(options.quick ? [] : [{ C: 768, OC: 50304 }]),
  ];
  const lengths = options.quick ? [64, 256] : [64, 256, 1024];
  const matmuls = (sizes: readonly { C: number; OC: number }[]): Job[] =>
    rows.flatMap((rows) =>
      sizes.flatMap((size) =>
        (["forward", "dinp", "dweight"] as const).map(
          (product): Job => ({ kernel: "matmul", product, rows, ...size }),
        ),
      ),
    );
  const both = ["forward", "backward"] as const;
  const attention = lengths.flatMap((T) =>
    both.map((product): Job => ({ kernel: "attention", product, B: 4, T, C: 768, NH: 12 })),
  );
  const layernorm = rows.flatMap((rows) =>
    both.map((product): Job => ({ kernel: "layernorm", product, rows, C: 768 })),
  );
  const jobs = [
    ...(wanted("matmul") ? matmuls(shapes) : []),
    ...(wanted("layernorm") ? layernorm : []),
    ...(wanted("attention") ? attention : []),
  ];
  const forms = wanted("forms") ? [...matmuls(shapes.slice(0, 2)), ...attention, ...layernorm] : [];
  const fits = (job: Job) => new RegExp(options.jobs).test(nameOf(job));
  const rounds = Number(options.rounds);
  const pairs = options.choices?.split(",").map((pair) => pair.split("="));
  return {
    choices: pairs ? Object.fromEntries(pairs) : null,
    jobs: jobs.filter(fits),
    forms: forms.filter(fits),
    rounds,
    patience: Number(options.patience ?? (options.quick ? 5 : 30)),
    peers,
    step: wanted("step") ? { config: presets.medium, B: 2, T: 256, rounds } : null,
  };
}

/** With flags for the machine's own GPU in place of those for SwiftShader. */
function onGpu(launch: LaunchOptions): LaunchOptions {
  const others = launch.args?.filter((arg) => !/swiftshader/.test(arg)) ?? [];
  const own = ["--enable-unsafe-webgpu", "--enable-features=Vulkan", "--ignore-gpu-blocklist"];
  return { ...launch, args: [...others, ...own] };
}

const median = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const results: Measured[] = [];
const best = ({ seconds }: Measured) => Math.min(...seconds);

/** What we measured ourselves of a job, with the forms that were chosen. */
const ownOf = (job: Job) =>
  results.find((other) => other.contender === "ours" && nameOf(other.job) === nameOf(job));

/** One line: how fast, and how it stands beside ours. */
function show(measured: Measured): void {
  results.push(measured);
  const { job, contender, seconds } = measured;
  const took = best(measured);
  const own = ownOf(job);
  const columns = [
    nameOf(job).padEnd(36),
    contender.padEnd(18),
    `${(took * 1000).toFixed(2).padStart(9)} ms`,
    `median ${(median(seconds) * 1000).toFixed(2).padStart(9)}`,
    `${(flopsOf(job) / took / 1e9).toFixed(2).padStart(8)} GFLOP/s`,
    `${(bytesOf(job) / took / 1e9).toFixed(2).padStart(7)} GB/s`,
  ];
  if (own && own !== measured) columns.push(`${(took / best(own)).toFixed(2)}x our time`);
  console.log(columns.join("  "));
}

/** How much faster ours is: the least and the geometric mean over all jobs of a kernel that both did. */
function summarise(): void {
  console.log("");
  for (const kernel of ["matmul", "layernorm", "attention"]) {
    for (const peer of ["jax-js", "tfjs", "webgpu-llm"]) {
      const ratios = results.flatMap((measured) => {
        const own = ownOf(measured.job);
        const both = measured.job.kernel === kernel && measured.contender === peer && own;
        return both ? [{ job: measured.job, ratio: best(measured) / best(own) }] : [];
      });
      if (ratios.length > 0) summariseOne(kernel, peer, ratios);
    }
  }
}

function summariseOne(kernel: string, peer: string, ratios: { job: Job; ratio: number }[]): void {
  const logs = ratios.reduce((sum, { ratio }) => sum + Math.log(ratio), 0);
  const mean = Math.exp(logs / ratios.length);
  const least = ratios.reduce((a, b) => (b.ratio < a.ratio ? b : a));
  const target = kernel === "matmul" && peer === "jax-js" ? " (targets 1.2x and 1x)" : "";
  console.log(
    `${kernel}: ours is ${mean.toFixed(2)}x as fast as ${peer} in the geometric mean of ${ratios.length}, at the least ${least.ratio.toFixed(2)}x, in ${nameOf(least.job)}${target}`,
  );
}

const outdir = await mkdtemp(join(tmpdir(), "bench-"));
await bundle(["webgpu/page.ts", ...peers.map((peer) => `peers/${peer}.js`)], outdir);
const { newPage, close } = await openBrowser([outdir], options.gpu ? onGpu : undefined);
try {
  const page = await newPage();
  await page.exposeFunction("say", (line: string) => console.log(line));
  await page.exposeFunction("record", show);
  if (options.processor) {
    await page.exposeFunction("processorSeconds", processorClock());
    console.log("times are the processor's, on all cores");
  }
  await page.addScriptTag({ url: "/page.js", type: "module" });
  await page.evaluate((plan) => window.bench(plan), makePlan());
  summarise();
} finally {
  await close();
  await rm(outdir, { recursive: true });
}
