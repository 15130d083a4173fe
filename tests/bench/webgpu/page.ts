// The page that compares: everything on one adapter, ours and the others in turns, results before times.

import { chooseKernels, createWebGpu, formsOn } from "@llm.ts/kernels/webgpu.ts";
import { measurePeak } from "../../../src/benchmark/measure.ts";
import { random } from "../../random.ts";
import {
  type Contender,
  expectSame,
  inputLengths,
  type Job,
  nameOf,
  type Prepared,
} from "../contest.ts";
import { now } from "./clock.ts";
import { type Forms, ours } from "./ours.ts";
import { say } from "./say.ts";
import { compareSteps, type StepSizes } from "./step.ts";

export interface Plan {
  /** Forms of our kernels in place of the defaults, or null where all are to be chosen by measurement. */
  readonly choices: Readonly<Record<string, string>> | null;
  readonly jobs: readonly Job[];
  /** Jobs on which every form of our kernels is timed, besides the one that is chosen. */
  readonly forms: readonly Job[];
  readonly rounds: number;
  /** A contender that would take longer than this for one call, in seconds, is left out, and that is said. */
  readonly patience: number;
  readonly peers: readonly string[];
  readonly step: StepSizes | null;
}

export interface Measured {
  readonly job: Job;
  readonly contender: string;
  /** Seconds of one call, of each round. */
  readonly seconds: readonly number[];
}

const enough = 0.02; // seconds that a measurement should last at the least
const comparable = 2 ** 24; // values: a larger result is not read back to be compared

declare global {
  interface Window {
    bench(plan: Plan): Promise<void>;
    record(measured: Measured): Promise<void>; // given by the script
  }
}

window.bench = async (plan) => {
  const { device, choice } = await open(plan.choices);
  const contenders: Contender[] = [ours("ours", device, forms(choice))];
  for (const name of plan.peers) {
    const peer = await openPeer(name);
    if (peer) contenders.push(peer);
  }
  for (const job of plan.jobs) await compare(job, contenders, plan);
  for (const job of plan.forms) await compare(job, formsOf(job, device, forms(choice)), plan);
  if (plan.step) await compareSteps(device, choice, plan.step, plan.peers.includes("jax"));
  device.destroy();
};

const forms = (choice: Readonly<Record<string, string>>): Partial<Forms> => ({
  matmul: choice.matmul,
  attention: choice.attention,
  layernorm: choice.layernorm,
});

/** A device with all that the adapter offers, as the trainer asks for, and what the trainer would choose on it. */
async function open(choices: Plan["choices"]) {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error("this browser gives no WebGPU adapter");
  const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
  const device = await adapter.requestDevice({
    requiredLimits: { maxStorageBufferBindingSize, maxBufferSize },
    requiredFeatures: (["timestamp-query", "subgroups"] as const).filter((feature) =>
      adapter.features.has(feature),
    ),
  });
  device.addEventListener("uncapturederror", ({ error }) => say(`error: ${error.message}`));
  const { vendor, architecture, description, isFallbackAdapter } = device.adapterInfo;
  await say(`adapter: ${[vendor, architecture, description].filter(Boolean).join(", ")}`);
  if (isFallbackAdapter || /swiftshader/i.test(`${architecture} ${description}`)) {
    await say("This is a processor pretending to be a GPU: its figures say nothing of a real one.");
  }
  const { gpu, destroy } = createWebGpu(device);
  const peak = await measurePeak(gpu, { enough: 0.1, rounds: 3 });
  destroy();
  await say(
    `bare loops: ${(peak.flopsPerSecond / 1e9).toFixed(2)} GFLOP/s multiply-add, ${(peak.bytesPerSecond / 1e9).toFixed(2)} GB/s copy`,
  );
  const choice = choices ?? (await chooseKernels(device, { B: 4, T: 64, C: 768, NH: 12 })).forms;
  await say(`${choices ? "given" : "chosen"}: ${JSON.stringify(choice)}`);
  return { device, choice };
}

/** @returns null, having said why, where it does not run here */
async function openPeer(name: string): Promise<Contender | null> {
  try {
    const url = `/${name}.js`; // a bundle of its own
    const peer = (await import(url)) as Contender;
    await peer.open("webgpu");
    return peer;
  } catch (error) {
    await say(`${name} takes no part: ${(error as Error).message}`);
    return null;
  }
}

function formsOf(job: Job, device: GPUDevice, chosen: Partial<Forms>): Contender[] {
  const kept = job.kernel === "attention" ? ["kept"] : [];
  const names = [...kept, ...formsOn(device)[job.kernel]];
  return names.map((form) => ours(`ours: ${form}`, device, { ...chosen, [job.kernel]: form }));
}

/** Makes a job ready for all, compares their results with the first's, and times them in turns. */
async function compare(job: Job, contenders: readonly Contender[], plan: Plan): Promise<void> {
  const inputs = inputLengths(job).map((length, i) => random(length, i + 1));
  const ready: { name: string; prepared: Prepared; calls: number; seconds: number[] }[] = [];
  let expected: Float32Array | null = null;
  for (const { name, prepare } of contenders) {
    try {
      const prepared = await prepare(job, inputs);
      const first = await time(prepared, 1); // compiles, too
      const once = first > 10 * plan.patience ? first : await time(prepared, 1);
      if (once > plan.patience) {
        await say(`${name} is left out of ${nameOf(job)}: ${once.toFixed(1)} s for one call`);
        prepared.dispose();
        continue;
      }
      if (ready.length === 0 || expected !== null) {
        expected = await agree(`${name}, ${nameOf(job)}`, prepared, expected);
      }
      const calls = Math.min(Math.ceil(enough / Math.max(once, 1e-5)), 20);
      ready.push({ name, prepared, calls, seconds: [] });
    } catch (error) {
      await say(`${name} takes no part in ${nameOf(job)}: ${(error as Error).message}`);
    }
  }
  for (let round = 0; round < plan.rounds; round++) {
    const turns = round % 2 === 0 ? ready : ready.toReversed();
    for (const { prepared, calls, seconds } of turns) {
      seconds.push((await time(prepared, calls)) / calls);
    }
  }
  for (const { name, prepared, seconds } of ready) {
    await window.record({ job, contender: name, seconds });
    prepared.dispose();
  }
}

async function time(prepared: Prepared, calls: number): Promise<number> {
  const started = await now();
  await prepared.run(calls);
  return (await now()) - started;
}

/** @throws Error if a result is another than what the first gave */
async function agree(
  what: string,
  prepared: Prepared,
  expected: Float32Array | null,
): Promise<Float32Array | null> {
  const got = await prepared.result();
  if (got.length > comparable) {
    await say(`${what}: ${got.length} values, not read back to be compared`);
    return null;
  }
  if (expected === null) return got;
  expectSame(got, expected);
  return expected;
}
