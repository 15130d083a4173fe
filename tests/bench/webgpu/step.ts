// A whole step of training GPT-2: ours beside the same model, batch and optimiser in jax-js, and where our time goes.

import { type Cost, costOf, watchKernels } from "@llm.ts/kernels/cost.ts";
import type { Config } from "@llm.ts/kernels/gpt2/config.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import {
  type ByParameter,
  byParameter,
  countParameters,
  initialValues,
  parameterNames,
  parameterTable,
} from "@llm.ts/kernels/gpt2/parameters.ts";
import { planGPT2 } from "@llm.ts/kernels/gpt2/plan.ts";
import { initialise } from "@llm.ts/kernels/model/model.ts";
import { readLoss, trainStep } from "@llm.ts/kernels/model/train.ts";
import { defaultOptimiser } from "@llm.ts/kernels/model/update.ts";
import { createProfile, type Dispatch, type Profile } from "@llm.ts/kernels/runtime/profile.ts";
import { createWebGpu } from "@llm.ts/kernels/webgpu.ts";
import { randomIds } from "../../random.ts";
import { now } from "./clock.ts";
import { say } from "./say.ts";

export interface StepSizes {
  readonly config: Config;
  readonly B: number;
  readonly T: number;
  readonly rounds: number;
}

interface JaxStep {
  step(inputs: Int32Array, targets: Int32Array, t: number): Promise<number>;
  dispose(): void;
}

interface Jax {
  prepareStep(sizes: object, optimiser: object, weights: object): Promise<JaxStep>;
}

const seed = 1337;
const optimiser = defaultOptimiser;

/** The same ids are trained on again and again: the loss falls, so that a step which does nothing would be seen. */
const batchOf = ({ config, B, T }: StepSizes) => ({
  inputs: randomIds(B * T, 1, config.V),
  targets: randomIds(B * T, 2, config.V),
});

function prepareOurs(
  device: GPUDevice,
  choices: Readonly<Record<string, string>>,
  sizes: StepSizes,
  profile?: Profile,
) {
  const backend = createWebGpu(device, { choices, profile });
  const cost = { flops: 0, bytes: 0 };
  const zero = (tensor: Parameters<typeof backend.zero>[0]) => {
    cost.bytes += 4 * tensor.length;
    backend.zero(tensor);
  };
  const watched = watchKernels({ ...backend, zero }, (kernel, args) => {
    if (profile) profile.label = kernel;
    const { flops, bytes } = costOf(kernel, args);
    cost.flops += flops;
    cost.bytes += bytes;
  });
  const model = createGPT2(profile ? watched : backend, sizes.config, {
    B: sizes.B,
    T: sizes.T,
    training: true,
    attention: "recomputed",
  });
  initialise(model, seed);
  const batch = batchOf(sizes);
  return {
    cost: cost as Cost,
    async step(step: number): Promise<number> {
      [cost.flops, cost.bytes] = [0, 0];
      trainStep(model, [batch], step, optimiser);
      return readLoss(model);
    },
    dispose: backend.destroy,
  };
}

/** Trains the same few steps with both in turns. Says the losses, the times, and what our step consists of. */
export async function compareSteps(
  device: GPUDevice,
  choices: Readonly<Record<string, string>>,
  sizes: StepSizes,
  withJax: boolean,
): Promise<void> {
  const { config, B, T, rounds } = sizes;
  const { L, C, NH, V } = config;
  await say(`\nstep: GPT-2 with L=${L} C=${C} NH=${NH} V=${V}, B=${B} T=${T}`);
  await profileStep(device, choices, sizes);

  const ours = prepareOurs(device, choices, sizes);
  const jax = withJax ? await prepareJax(sizes) : null;
  const batch = batchOf(sizes);
  const times: Record<"ours" | "jax", number[]> = { ours: [], jax: [] };
  for (let t = 1; t <= rounds + 1; t++) {
    const loss = await timed(times.ours, () => ours.step(t));
    let line = `step ${t}: ours ${loss.toFixed(5)} in ${times.ours[t - 1].toFixed(2)} s`;
    if (jax) {
      const other = await timed(times.jax, () => jax.step(batch.inputs, batch.targets, t));
      line += `, jax-js ${other.toFixed(5)} in ${times.jax[t - 1].toFixed(2)} s`;
      if (!(Math.abs(other - loss) < 2e-3)) throw new Error(`the losses differ: ${line}`);
    }
    await say(t === 1 ? `${line} (compiling)` : line);
  }
  const best = (all: number[]) => Math.min(...all.slice(1));
  await say(
    `step: ours ${best(times.ours).toFixed(3)} s, ${((B * T) / best(times.ours)).toFixed(0)} tokens/s`,
  );
  if (jax) {
    await say(
      `step: jax-js ${best(times.jax).toFixed(3)} s; ours is ${(best(times.jax) / best(times.ours)).toFixed(2)}x as fast (target 1.3x)`,
    );
  }
  jax?.dispose();
  ours.dispose();
}

async function timed(times: number[], run: () => Promise<number>): Promise<number> {
  const started = await now();
  const loss = await run();
  times.push((await now()) - started);
  return loss;
}

/** The third step, each dispatch timed by the GPU where it can. */
async function profileStep(
  device: GPUDevice,
  choices: Readonly<Record<string, string>>,
  sizes: StepSizes,
): Promise<void> {
  const profile = createProfile(device);
  const ours = prepareOurs(device, choices, sizes, profile);
  for (const step of [1, 2]) await ours.step(step);
  await profile.take();
  await ours.step(3);
  const dispatches = await profile.take();
  await say(`dispatches per step: ${dispatches.length}`);
  await sayShares(dispatches);
  await sayCost(ours.cost, sizes);
  ours.dispose();
  profile.destroy();
}

async function sayShares(dispatches: readonly Dispatch[]): Promise<void> {
  if (dispatches.some(({ seconds }) => seconds === null)) {
    await say("share of each kernel: not known, since this adapter has no timestamps");
    return;
  }
  const shares = new Map<string, { seconds: number; count: number }>();
  let total = 0;
  for (const { label, entryPoint, seconds } of dispatches) {
    const name = `${label} ${entryPoint}`;
    const share = shares.get(name) ?? { seconds: 0, count: 0 };
    share.seconds += seconds ?? 0;
    share.count++;
    total += seconds ?? 0;
    shares.set(name, share);
  }
  const sorted = [...shares].sort(([, a], [, b]) => b.seconds - a.seconds);
  await say(`time in kernels: ${total.toFixed(3)} s, by the GPU's own clock`);
  for (const [name, { seconds, count }] of sorted) {
    const percent = ((100 * seconds) / total).toFixed(1).padStart(6);
    await say(
      `  ${percent} %  ${(1000 * seconds).toFixed(2).padStart(9)} ms  ${String(count).padStart(4)}x  ${name}`,
    );
  }
}

/** What the step did, beside what no step of this model can do without. */
async function sayCost(cost: Cost, { config, B, T }: StepSizes): Promise<void> {
  const { L, C, Vp } = config;
  const matmuls = 6 * B * T * (12 * L * C * C + C * Vp);
  const attention = 6 * B * L * T * (T + 1) * C;
  const least = matmuls + attention; // the rest is a hundredth or so
  const { groups } = planGPT2(config, { B, T, training: true, attention: "recomputed" });
  // Parameters are read by forward and backward; gradients are written; AdamW reads four tensors and writes three.
  // What the forward pass keeps is written and read.
  const leastBytes = 10 * 4 * countParameters(config) + 2 * groups.activations;
  await say(
    `per step: ${(cost.flops / 1e9).toFixed(2)} GFLOP, of which ${(least / 1e9).toFixed(2)} are the products that no way of computing it can do without`,
  );
  await say(
    `per step: ${(cost.bytes / 1e6).toFixed(0)} MB moved if each kernel reads and writes each value once; the least for the whole step, were all kernels one, is ${(leastBytes / 1e6).toFixed(0)} MB`,
  );
}

/** The initial values, in the shape of jax.js's first argument. */
async function prepareJax({ config, B, T }: StepSizes): Promise<JaxStep> {
  const path = "./jax.js"; // a bundle of its own
  const jax = (await import(path)) as Jax;
  const values: ByParameter<Float32Array> = byParameter((name) =>
    initialValues(name, config, seed),
  );
  const tensor = (name: keyof typeof values, l: number) => {
    const { shape, perLayer } = parameterTable[name];
    const length = shape(config).reduce((product, size) => product * size, 1);
    const part = perLayer ? values[name].slice(l * length, (l + 1) * length) : values[name];
    return { values: part, shape: [...shape(config)] };
  };
  const pick = (perLayer: boolean, l: number) =>
    Object.fromEntries(
      parameterNames
        .filter((name) => parameterTable[name].perLayer === perLayer)
        .map((name) => [name, tensor(name, l)]),
    );
  const layers = Array.from({ length: config.L }, (_, l) => pick(true, l));
  return jax.prepareStep({ ...config, B, T }, optimiser, { ...pick(false, 0), layers });
}
