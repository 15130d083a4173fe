/// <reference types="@webgpu/types" />
// Some kernels have several forms on the GPU, all with the same results. What a layer says of its forms.

import type { Gpu } from "./gpu.ts";
import type { HalfFormat } from "./half.ts";

/** The forms of a kernel. */
export interface Forms {
  /** The name under which one of them is chosen: `gpu.choices[kernel]`. */
  readonly kernel: string;
  /** Their names, from the simplest to the fastest. */
  readonly names: readonly string[];
  /** The one that lessons show. */
  readonly plain: string;
  /**
   * The one to take where none was chosen by measurement. A GPU shares loads through its workgroups' memory; a processor
   * that stands in for one (`software`) has no such memory, and is fastest where a thread keeps all it can in registers.
   */
  readonly unmeasured: (software: boolean) => string;
  /** Those that a device can run: with any weights, or with such as are told. */
  readonly on: (device: GPUDevice, weights?: "float32" | HalfFormat) => readonly string[];
  /** What to time them with for a model and batches of such sizes: the quickest first, the one that counts most last. */
  readonly trials: (sizes: TrainingSizes) => readonly Trial[];
}

/** The sizes of the model that is to be trained, and of its batches, as far as kernels are timed with them. */
export interface TrainingSizes {
  readonly B: number;
  readonly T: number;
  readonly C: number;
  readonly NH: number;
  /** Heads of keys and values. */
  readonly NKV: number;
  /** Channels of a head. */
  readonly hs: number;
  /** Channels within the MLP. */
  readonly F: number;
  /** Tokens that a query sees at most. */
  readonly windowSize: number;
  /** The format in which matmul reads weights. Left out where that is float32, so that choices from before there was another hold. */
  readonly weights?: HalfFormat;
}

/** Sizes of a model and its batches. What GPT-2 has no choice in may be left out: it is then as GPT-2 has it. */
export interface GivenSizes {
  readonly B: number;
  readonly T: number;
  readonly C: number;
  readonly NH: number;
  readonly NKV?: number;
  readonly hs?: number;
  readonly F?: number;
  /** Null: all before it. */
  readonly windowSize?: number | null;
  /** Null: float32. */
  readonly weights?: HalfFormat | null;
}

/** The sizes to time kernels with, and nothing else of what is given: a model's config may be spread into it. */
export function trainingSizes(given: GivenSizes): TrainingSizes {
  const { B, T, C, NH, NKV = NH, hs = C / NH, F = 4 * C, windowSize, weights } = given;
  const sizes = { B, T, C, NH, NKV, hs, F, windowSize: Math.min(windowSize ?? T, T) };
  return weights ? { ...sizes, weights } : sizes;
}

/** One thing to time a form with. */
export interface Trial {
  /** Sizes, as shown to the reader: "256 x 768 x 3072". */
  readonly shape: string;
  /** Floating-point operations of one call. */
  readonly flops: number;
  /** Allocates what is needed and gives back a function that adds one call to the GPU's list. */
  readonly prepare: (gpu: Gpu) => () => void;
}

/** The form of a kernel that a GPU runs. */
export function formOf(gpu: Gpu, { kernel, unmeasured }: Forms): string {
  return gpu.choices[kernel] ?? unmeasured(gpu.software);
}
