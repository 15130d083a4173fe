/// <reference types="@webgpu/types" />
// Some kernels have several forms on the GPU, all with the same results. What a layer says of its forms.

import type { Gpu } from "./gpu.ts";

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
  /** Those that a device can run. */
  readonly on: (device: GPUDevice) => readonly string[];
  /** What to time them with for a model and batches of such sizes: the quickest first, the one that counts most last. */
  readonly trials: (sizes: TrainingSizes) => readonly Trial[];
}

/** The sizes of the model that is to be trained, and of its batches. */
export interface TrainingSizes {
  readonly B: number;
  readonly T: number;
  readonly C: number;
  readonly NH: number;
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
