/// <reference types="@webgpu/types" />
// The WebGPU tier: every kernel as the compute shader in its layer's folder.

import * as adamw from "./adamw/adamw.gpu.ts";
import * as attention from "./attention/attention.gpu.ts";
import * as flash from "./attention/flash.gpu.ts";
import type { Backend } from "./backend.ts";
import * as clip from "./clip/clip.gpu.ts";
import * as crossentropy from "./crossentropy/crossentropy.gpu.ts";
import * as encoder from "./encoder/encoder.gpu.ts";
import * as gelu from "./gelu/gelu.gpu.ts";
import * as layernorm from "./layernorm/layernorm.gpu.ts";
import { kernelsOf, merge } from "./layers.ts";
import * as fuse from "./matmul/fuse.gpu.ts";
import * as matmul from "./matmul/matmul.gpu.ts";
import * as residual from "./residual/residual.gpu.ts";
import {
  type Choice,
  type Contest,
  choiceKey,
  chooseForms,
  racesOn,
  stillHolds,
  type Trial,
} from "./runtime/choose.ts";
import {
  createGpu,
  type Gpu,
  type GpuIds,
  type GpuOptions,
  type GpuTensor,
} from "./runtime/gpu.ts";
import * as softmax from "./softmax/softmax.gpu.ts";

/** The sizes of the model that is to be trained, and of its batches. */
export interface TrainingSizes {
  readonly B: number;
  readonly T: number;
  readonly C: number;
  readonly NH: number;
}

/**
 * Finds out which forms suit this GPU, of the kernels that have several. Call it before `createWebGpu`, and give that the
 * forms.
 *
 * @param kept a choice from an earlier visit: taken without timing anything where GPU and sizes are the same
 * @throws Error if the GPU runs no form of a kernel
 */
export async function chooseKernels(
  device: GPUDevice,
  { B, T, C, NH }: TrainingSizes,
  kept: Choice | null = null,
): Promise<Choice> {
  const key = choiceKey(device, { B, T, C, NH });
  const forms = formsOn(device);
  const contests: Contest[] = [
    {
      kernel: "matmul",
      forms: forms.matmul,
      trials: [
        matmulTrial(64, 128, 256),
        matmulTrial(Math.min(B * T, 256), C, C),
        matmulTrial(Math.min(B * T, 256), C, 4 * C),
      ],
    },
    {
      kernel: "attention",
      forms: forms.attention,
      trials: [
        attentionTrial(1, 64, C / NH, 1),
        attentionTrial(1, Math.min(T, 256), C, NH),
        attentionTrial(B, T, C, NH),
      ],
    },
    {
      kernel: "epilogue",
      forms: fuse.rungs,
      trials: [epilogueTrial(64, 64), epilogueTrial(Math.min(B * T, 256), C)],
    },
    {
      kernel: "layernorm",
      forms: forms.layernorm,
      trials: [layernormTrial(Math.min(B * T, 64), C), layernormTrial(Math.min(B * T, 1024), C)],
    },
  ];
  if (kept !== null && stillHolds(kept, key, contests)) return kept;
  return chooseForms(contests, key, racesOn(device));
}

/** The three products of a layer with `rows` rows. */
function matmulTrial(rows: number, C: number, OC: number): Trial {
  return {
    shape: `${rows} x ${C} x ${OC}`,
    flops: 3 * 2 * rows * C * OC,
    prepare(gpu) {
      const [out, inp, weight, bias] = [rows * OC, rows * C, OC * C, OC].map(gpu.alloc);
      const [dinp, dweight, dbias] = [rows * C, OC * C, OC].map(gpu.alloc);
      return () => {
        matmul.matmulForward(gpu, out, inp, weight, bias, 1, rows, C, OC);
        matmul.matmulBackward(gpu, dinp, dweight, dbias, out, inp, weight, 1, rows, C, OC);
      };
    },
  };
}

/** A perceptron's forward pass: two matmuls, the one with GELU after it, the other with the residual stream's sum. */
function epilogueTrial(rows: number, C: number): Trial {
  return {
    shape: `${rows} x ${C} x ${4 * C}`,
    flops: 2 * 2 * rows * C * 4 * C,
    prepare(gpu) {
      const kernels = fuse.fusing(gpu, { ...gelu, ...residual });
      const [inp, fcproj, sum] = [rows * C, rows * C, rows * C].map(gpu.alloc);
      const [fch, fchgelu] = [rows * 4 * C, rows * 4 * C].map(gpu.alloc);
      const [fcw, fcb, fcprojw, fcprojb] = [4 * C * C, 4 * C, 4 * C * C, C].map(gpu.alloc);
      return () => {
        kernels.matmulForward(fch, inp, fcw, fcb, 1, rows, C, 4 * C);
        kernels.geluForward(fchgelu, fch, rows * 4 * C);
        kernels.matmulForward(fcproj, fchgelu, fcprojw, fcprojb, 1, rows, 4 * C, C);
        kernels.residualForward(sum, inp, fcproj, rows * C);
      };
    },
  };
}

/** Attention without the table of weights, forward and backward: 2 and 7 products, each of half of all pairs of tokens. */
function attentionTrial(B: number, T: number, C: number, NH: number): Trial {
  return {
    shape: `B=${B} T=${T} C=${C} NH=${NH}`,
    flops: 9 * B * T * T * C,
    prepare(gpu) {
      const [out, lse, inp] = [B * T * C, B * NH * T, B * T * 3 * C].map(gpu.alloc);
      const [dout, dinp] = [B * T * C, B * T * 3 * C].map(gpu.alloc);
      return () => {
        flash.attentionFlashForward(gpu, out, lse, inp, B, T, C, NH);
        flash.attentionFlashBackward(gpu, dinp, dout, out, inp, lse, B, T, C, NH);
      };
    },
  };
}

/** LayerNorm, forward and backward. */
function layernormTrial(rows: number, C: number): Trial {
  return {
    shape: `${rows} x ${C}`,
    flops: 25 * rows * C,
    prepare(gpu) {
      const [out, mean, rstd, inp] = [rows * C, rows, rows, rows * C].map(gpu.alloc);
      const [dinp, weight, bias, dweight, dbias] = [rows * C, C, C, C, C].map(gpu.alloc);
      return () => {
        layernorm.layernormForward(gpu, out, mean, rstd, inp, weight, bias, 1, rows, C);
        const gradients = [dinp, dweight, dbias] as const;
        layernorm.layernormBackward(gpu, ...gradients, out, inp, weight, mean, rstd, 1, rows, C);
      };
    },
  };
}

/** The forms of the kernels that have several, as far as this device can run them. */
export function formsOn(
  device: GPUDevice,
): Readonly<Record<"matmul" | "attention" | "layernorm", readonly string[]>> {
  return {
    matmul: Object.keys(matmul.rungs),
    attention: flash.rungs,
    layernorm: layernorm.rungsOn(device),
  };
}

/** The forms that lessons show: the first rung of each kernel. */
export const plainForms: Readonly<Record<string, string>> = {
  matmul: "naive",
  attention: "rows",
  epilogue: "apart",
  layernorm: "rows",
};

/** @throws Error if there is no such form, or none that this device can run */
function checkForms(device: GPUDevice, choices: Readonly<Record<string, string>>): void {
  const known: Readonly<Record<string, readonly string[]>> = {
    ...formsOn(device),
    epilogue: fuse.rungs,
  };
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
  const fused = fuse.fusing(gpu, { ...gelu, ...residual });

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
    ...bind(gpu),
    ...fused,
  } satisfies Backend<GpuTensor, GpuIds> & { gpu: Gpu };
}

const shaders = kernelsOf(
  merge([
    adamw,
    attention,
    flash,
    clip,
    crossentropy,
    encoder,
    gelu,
    layernorm,
    matmul,
    residual,
    softmax,
  ]),
);

type Shaders = typeof shaders;
type Bound<F> = F extends (gpu: Gpu, ...args: infer Args) => void ? (...args: Args) => void : never;

/** The kernels, each called with this GPU. */
function bind(gpu: Gpu) {
  const entries = Object.entries(shaders).map(([name, kernel]) => [
    name,
    (...args: unknown[]) => (kernel as (gpu: Gpu, ...args: unknown[]) => void)(gpu, ...args),
  ]);
  return Object.fromEntries(entries) as { [Name in keyof Shaders]: Bound<Shaders[Name]> };
}
