// What the tests of the whole model share: the devices, a small model, weights and batches for it.

import type { Backend } from "@llm.ts/kernels/backend.ts";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import type { Config } from "@llm.ts/kernels/gpt2/config.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import {
  type ByParameter,
  byParameter,
  initialValues,
  parameterNames,
} from "@llm.ts/kernels/gpt2/parameters.ts";
import type { GPT2 } from "@llm.ts/kernels/gpt2/tables.ts";
import type { Batch } from "@llm.ts/kernels/model/batch.ts";
import type { Options } from "@llm.ts/kernels/model/memory.ts";
import { writeTensors } from "@llm.ts/kernels/model/model.ts";
import { defaultOptimiser } from "@llm.ts/kernels/model/update.ts";
import type { Floats } from "@llm.ts/kernels/runtime/check.ts";
import { createWebGpu } from "@llm.ts/kernels/webgpu.ts";
import { inject } from "vitest";
import { openDevice } from "../device.ts";
import { random, randomIds } from "../random.ts";
import { type Build, openWasm } from "../wasm.ts";

/** A device of which the test does not know what its handles are. */
export type AnyBackend = Backend<unknown, unknown>;
export type AnyGPT2 = GPT2<unknown, unknown>;

const device = await openDevice();

interface Tier {
  name: string;
  /** Makes a device of which nothing is taken, or gives one of which a model more can be taken. */
  create: () => AnyBackend;
}

/** The WebAssembly tier: its threads are started once. */
async function wasm(build: Build, threads: number): Promise<Tier> {
  const backend = (await openWasm(build, threads)) as unknown as AnyBackend;
  return { name: `WebAssembly, ${build}, threads: ${threads}`, create: () => backend };
}

/** The tiers to test: in the tests on the GPU that one, else the others. */
export const backends: Tier[] =
  device && inject("forms")
    ? [{ name: "WebGPU", create: () => createWebGpu(device) as unknown as AnyBackend }]
    : [
        { name: "TypeScript", create: () => createCpu() as unknown as AnyBackend },
        await wasm("kernels.relaxed", 2),
        await wasm("kernels", 1),
      ];

/** Sizes all different, V far from Vp. */
export const small: Config = { maxT: 7, V: 19, Vp: 128, L: 2, NH: 3, C: 12 };

export const optimiser = { ...defaultOptimiser, lr: 3e-3 };

/** A model with the weights of `spreadParameters`. */
export function createSmall(backend: AnyBackend, options: Partial<Options> = {}): AnyGPT2 {
  const model = createGPT2(backend, small, { B: 2, T: 5, training: true, ...options });
  writeTensors(model, "parameters", spreadParameters(small, 1));
  return model;
}

/** Weights of which none is 0 or 1, so that each of them matters; the padded rows of wte are 0. */
export function spreadParameters(config: Config, seed: number): ByParameter<Float32Array> {
  return byParameter((name) => {
    const values = initialValues(name, config, seed);
    const length = name === "wte" ? config.V * config.C : values.length;
    const spread = random(length, seed + parameterNames.indexOf(name), 0.3);
    for (let i = 0; i < length; i++) values[i] += spread[i];
    return values;
  });
}

/** B texts of T tokens; the targets are the tokens that follow. */
export function randomBatch(B: number, T: number, seed: number, V = small.V): Batch {
  const tokens = randomIds(B * (T + 1), seed, V);
  const inputs = new Int32Array(B * T);
  const targets = new Int32Array(B * T);
  for (let b = 0; b < B; b++) {
    const start = b * (T + 1);
    inputs.set(tokens.subarray(start, start + T), b * T);
    targets.set(tokens.subarray(start + 1, start + T + 1), b * T);
  }
  return { inputs, targets };
}

/** The largest value by size. */
export function peak(values: Floats): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
}

/** The first V columns of rows that are Vp long. */
export function withoutPadding(logits: Floats, { V, Vp }: Config): Float32Array {
  const rows = logits.length / Vp;
  const values = new Float32Array(rows * V);
  for (let row = 0; row < rows; row++) {
    values.set(logits.subarray(row * Vp, row * Vp + V), row * V);
  }
  return values;
}
