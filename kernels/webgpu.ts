/// <reference types="@webgpu/types" />
// The WebGPU tier: every kernel as the compute shader in its layer's folder.

import * as adamw from "./adamw/adamw.gpu.ts";
import * as attention from "./attention/attention.gpu.ts";
import * as cached from "./attention/cached.gpu.ts";
import * as flash from "./attention/flash.gpu.ts";
import * as groupedCached from "./attention/grouped.cached.gpu.ts";
import * as grouped from "./attention/grouped.gpu.ts";
import * as groupedKept from "./attention/grouped.kept.gpu.ts";
import type { Backend, KernelsOn } from "./backend.ts";
import * as clip from "./clip/clip.gpu.ts";
import * as crossentropy from "./crossentropy/crossentropy.gpu.ts";
import * as embedding from "./embedding/embedding.gpu.ts";
import * as encoder from "./encoder/encoder.gpu.ts";
import * as gelu from "./gelu/gelu.gpu.ts";
import * as layernorm from "./layernorm/layernorm.gpu.ts";
import { checkCall, type KernelName, kernelNames, kernelsOf, merge } from "./layers.ts";
import * as fuse from "./matmul/fuse.gpu.ts";
import * as matmulHalf from "./matmul/half.gpu.ts";
import * as matmul from "./matmul/matmul.gpu.ts";
import * as packing from "./pack/pack.gpu.ts";
import * as q8 from "./q8/q8.gpu.ts";
import * as residual from "./residual/residual.gpu.ts";
import * as rmsnorm from "./rmsnorm/rmsnorm.gpu.ts";
import * as rope from "./rope/rope.gpu.ts";
import {
  type Choice,
  choiceKey,
  chooseForms,
  racesOn,
  stillHolds,
  watched,
} from "./runtime/choose.ts";
import { type Forms, type GivenSizes, trainingSizes } from "./runtime/forms.ts";
import type { GpuIds, GpuTensor } from "./runtime/gpu/tensor.ts";
import { createGpu, type Gpu, type GpuOptions } from "./runtime/gpu.ts";
import * as softcap from "./softcap/softcap.gpu.ts";
import * as softmax from "./softmax/softmax.gpu.ts";
import * as swiglu from "./swiglu/swiglu.gpu.ts";

const layers = [
  encoder,
  matmul,
  matmulHalf,
  attention,
  flash,
  cached,
  grouped,
  groupedCached,
  groupedKept,
  layernorm,
  gelu,
  residual,
  softmax,
  crossentropy,
  clip,
  adamw,
  embedding,
  rmsnorm,
  rope,
  swiglu,
  softcap,
  packing,
  q8,
];

type Kernels = KernelsOn<GpuTensor, GpuIds>;
type Shaders = { [Name in KernelName]: (gpu: Gpu, ...args: Parameters<Kernels[Name]>) => void };

const shaders: Shaders = kernelsOf(merge(layers));

const fusion = fuse.createForms(kernelsOn);

/** The forms of all kernels that have several. */
export const withForms: readonly Forms[] = [
  ...layers.flatMap((layer) => ("forms" in layer ? [layer.forms] : [])),
  fusion, // after matmul, as its trial is run with the form that was chosen for that
];

/** All kernels, to be run on this GPU. Each call is checked before anything is added to the GPU's list. */
function kernelsOn(gpu: Gpu): Kernels {
  const entries = kernelNames.map((name) => {
    const kernel = shaders[name] as (gpu: Gpu, ...args: unknown[]) => void;
    const call = (...args: unknown[]) => {
      checkCall(name, args);
      kernel(gpu, ...args);
    };
    return [name, call];
  });
  return fuse.fusing(gpu, Object.fromEntries(entries) as Kernels, fusion);
}

/** The forms of the kernels that have several, as far as this device can run them. */
export function formsOn(device: GPUDevice): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(withForms.map(({ kernel, on }) => [kernel, on(device)]));
}

/** The forms that lessons show: the simplest of each kernel. */
export const plainForms: Readonly<Record<string, string>> = Object.fromEntries(
  withForms.map(({ kernel, plain }) => [kernel, plain]),
);

/**
 * Finds out which forms suit this GPU, of the kernels that have several. Call it before `createWebGpu`, and give that the
 * forms.
 *
 * @param given sizes of the model, whose config may be spread into it, and of its batches
 * @param kept a choice from an earlier visit: taken without timing anything where GPU and sizes are the same
 * @param say told which kernel's forms are timed, and which part of all is done, from 0 to 1
 * @throws Error if the GPU runs no form of a kernel
 */
export async function chooseKernels(
  device: GPUDevice,
  given: GivenSizes,
  kept: Choice | null = null,
  say: (kernel: string, done: number) => void = () => {},
): Promise<Choice> {
  const sizes = trainingSizes(given);
  const key = choiceKey(device, sizes);
  const contests = withForms.map(({ kernel, on, trials }) => ({
    kernel,
    forms: on(device, sizes.weights ?? "float32"),
    trials: trials(sizes),
  }));
  if (kept !== null && stillHolds(kept, key, contests)) return kept;
  return chooseForms(contests, key, watched(racesOn(device), contests, say));
}

/** @throws Error if there is no such form, or none that this device can run */
function checkForms(device: GPUDevice, choices: Readonly<Record<string, string>>): void {
  const known = formsOn(device);
  for (const [kernel, form] of Object.entries(choices)) {
    const forms = known[kernel];
    if (!forms) {
      throw new Error(
        `createWebGpu: "${kernel}" is no kernel with several forms; these are: ${Object.keys(known).join(", ")}`,
      );
    }
    if (!forms.includes(form)) {
      throw new Error(
        `createWebGpu: ${kernel} has no form "${form}" on this GPU; choose ${forms.join(", ")}`,
      );
    }
  }
}

/**
 * Makes the WebGPU tier on a device, which stays the caller's: `destroy` gives back memory only.
 *
 * @throws Error if `options.choices` names a form that there is not, or that this device cannot run
 */
export function createWebGpu(device: GPUDevice, options: GpuOptions = {}) {
  checkForms(device, options.choices ?? {});
  const gpu = createGpu(device, options);

  return {
    name: "WebGPU",
    gpu,
    alloc: (lengths) => lengths.map((length) => gpu.alloc(length)),
    allocIds: (length) => ({ ...gpu.alloc(length), values: new Int32Array(length) }),
    view: (tensor, start, length) => gpu.view(tensor, start, length),
    viewIds: (ids, start, length) => ({
      ...gpu.view(ids, start, length),
      values: ids.values.subarray(start, start + length),
    }),
    write: (tensor, values) => gpu.write(tensor, values),
    writeIds(ids, values) {
      gpu.write(ids, values);
      ids.values.set(values);
    },
    zero: (tensor) => gpu.zero(tensor),
    async read(tensor, into) {
      const values = await gpu.read(tensor);
      if (into === undefined) return values;
      into.set(values);
      return into;
    },
    submit: () => gpu.submit(),
    destroy: () => gpu.destroy(),
    ...kernelsOn(gpu),
  } satisfies Backend<GpuTensor, GpuIds> & { gpu: Gpu };
}
