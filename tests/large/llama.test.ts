// A model of SmolLM2-135M's sizes takes a step on the GPU, within WebGPU's default limits: its loss, every gradient and every
// weight after the step are held against PyTorch's.
//
// Measured on two busy cores, with a processor in place of a GPU: 14 minutes in all, of which PyTorch's part, the random weights
// included, took 6; the loss and the gradients were there after 110 seconds, shaders compiled. It took 2,233,019,904 bytes, and
// 2,233,000,712 were planned. The loss was PyTorch's to the last digit before the step, 10.978994, and 2.4e-5 from it after.

import { createLlama } from "@llm.ts/kernels/llama/llama.ts";
import { planLlama } from "@llm.ts/kernels/llama/plan.ts";
import type { Llama } from "@llm.ts/kernels/llama/tables.ts";
import { classifier } from "@llm.ts/kernels/model/classifier.ts";
import { initialise } from "@llm.ts/kernels/model/model.ts";
import { namesOf } from "@llm.ts/kernels/model/parameters.ts";
import { readLoss, validationLoss } from "@llm.ts/kernels/model/train.ts";
import { defaultOptimiser, update, zeroGradients } from "@llm.ts/kernels/model/update.ts";
import type { Floats } from "@llm.ts/kernels/runtime/check.ts";
import type { GpuIds, GpuTensor } from "@llm.ts/kernels/runtime/gpu/tensor.ts";
import { createWebGpu } from "@llm.ts/kernels/webgpu.ts";
import { expect, inject, test } from "vitest";
import { openDevice } from "../device.ts";
import { batchOf, seed, smol, smolName, smolSize } from "./runs.ts";

const device = await openDevice();
if (!device) throw new Error("these tests need a browser with WebGPU");
const expected = inject("smolStep");

/** What PyTorch wrote into its folder. */
async function load(name: string): Promise<Float32Array> {
  const response = await fetch(`/@fs${expected?.folder}/${name}.bin`);
  if (!response.ok) throw new Error(`${name}.bin: ${response.status} ${response.statusText}`);
  return new Float32Array(await response.arrayBuffer());
}

/** The largest difference in a gradient, as a part of the largest value in its layer: layers differ by orders of magnitude. */
function worstPart(actual: Floats, wanted: Floats, layers: number): number {
  expect(actual.length).toBe(wanted.length);
  const length = wanted.length / layers;
  let worst = 0;
  for (let start = 0; start < wanted.length; start += length) {
    let [peak, largest] = [0, 0];
    for (let i = start; i < start + length; i++) {
      peak = Math.max(peak, Math.abs(wanted[i]));
      largest = Math.max(largest, Math.abs(actual[i] - wanted[i]));
    }
    worst = Math.max(worst, largest / peak);
  }
  return worst;
}

/** The largest difference among weights, and the largest of those whose gradient is more than rounding. */
function worstWeights(actual: Floats, wanted: Floats, gradient: Floats): [number, number] {
  expect(actual.length).toBe(wanted.length);
  let [all, clear] = [0, 0];
  for (let i = 0; i < wanted.length; i++) {
    const difference = Math.abs(actual[i] - wanted[i]);
    all = Math.max(all, difference);
    if (Math.abs(gradient[i]) >= 1e-5) clear = Math.max(clear, difference);
  }
  return [all, clear];
}

test("is tested with WebGPU's default limits: SmolLM2-135M", () => {
  expect(device.limits.maxStorageBufferBindingSize).toBe(128 * 2 ** 20);
  expect(device.limits.maxBufferSize).toBe(256 * 2 ** 20);
  expect(device.limits.maxStorageBuffersPerShaderStage).toBe(8);
});

test(smolName, async () => {
  if (!expected) throw new Error("PyTorch was not asked for this step");
  const { B, T } = smolSize;
  const options = { B, T, training: true, attention: "recomputed" } as const;
  // The form of matmul that is fastest where the processor computes it.
  const backend = createWebGpu(device, { choices: { matmul: "registers" } });
  const model: Llama<GpuTensor, GpuIds> = createLlama(backend, smol, options);
  const { architecture, training, parameters } = model;
  if (!training) throw new Error("the model was made without training");
  const names = namesOf(architecture.parameters);
  const layersOf = (name: (typeof names)[number]) =>
    architecture.parameters[name].perLayer ? smol.L : 1;
  initialise(model, seed);
  const [first, second] = [1, 2].map((step) => batchOf(smolSize, step, smol));

  const began = performance.now();
  zeroGradients(model);
  architecture.forward(model, first.inputs);
  classifier(model, first.targets, 0, true);
  architecture.backward(model);
  model.backend.crossentropyMean(model.loss, model.losses, B * T);
  const before = await readLoss(model);
  const seconds = (performance.now() - began) / 1000;
  // Measured: 1.15e-5, in fcw.
  for (const name of names) {
    const gradient = await model.backend.read(training.gradients[name]);
    const worst = worstPart(gradient, await load(`d${name}`), layersOf(name));
    console.log(`d${name}: ${worst.toExponential(2)} of the largest in its layer`);
    expect(worst, `d${name}`).toBeLessThan(2.5e-5);
  }

  update(model, 1, defaultOptimiser);
  const after = await validationLoss(model, second);
  // AdamW's first step is the learning rate, 1e-3, in the direction of the gradient, and where that is hardly more than
  // rounding (it is clipped, and eps is 1e-8) PyTorch goes a little farther or less far. Measured: 2.6e-4, and 4.1e-6 where
  // the gradient is 1e-5 or more; both in attprojw.
  for (const name of names) {
    const weights = await model.backend.read(parameters[name]);
    const [all, clear] = worstWeights(weights, await load(name), await load(`d${name}`));
    console.log(`${name}: ${all.toExponential(2)}, and ${clear.toExponential(2)} of clear ones`);
    expect(all, name).toBeLessThan(5e-4);
    expect(clear, name).toBeLessThan(1e-5);
  }
  const { bytes } = backend.gpu;
  backend.destroy();

  const planned = planLlama(smol, options).bytes;
  console.log(
    `losses ${before}, ${after}; PyTorch ${expected.losses}; ${bytes} bytes, planned ${planned}; the loss and the gradients took ${seconds.toFixed(0)} s`,
  );
  expect(Math.abs(before - expected.losses[0])).toBeLessThan(1e-4);
  expect(Math.abs(after - expected.losses[1])).toBeLessThan(1e-3);
  // What was taken is what was planned, but for the kernels' own scratch and for rounding up to whole 256 bytes.
  expect(bytes).toBeGreaterThanOrEqual(planned);
  expect(bytes).toBeLessThan(planned * 1.02);
});
