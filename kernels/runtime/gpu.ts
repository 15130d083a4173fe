/// <reference types="@webgpu/types" />
// How a kernel is put to work on a GPU: memory, compiled shaders, and the list of what is to be done.
//
// A call of a kernel only adds to the list. `submit` compiles what has not been compiled yet, and then hands the list to
// the device in the same order. So the caller of a kernel never waits, and no shader is compiled twice.

import type { Floats, Ints } from "./check.ts";
import { isSoftware } from "./gpu/adapter.ts";
import { watchFaults } from "./gpu/fault.ts";
import { createMemory } from "./gpu/memory.ts";
import { type Cut, cut, gridOf, type Piece, pieces } from "./gpu/pieces.ts";
import { pipelineFor, type Shader } from "./gpu/pipelines.ts";
import { createQueue, type Place } from "./gpu/queue.ts";
import { createReader } from "./gpu/read.ts";
import { createRecorder, type Uniform } from "./gpu/recorder.ts";
import { type GpuTensor, view } from "./gpu/tensor.ts";
import type { Profile } from "./profile.ts";

export type Gpu = ReturnType<typeof createGpu>;

/** What may be otherwise. Limits are the device's own; lower ones are for tests, in which small tensors are to meet them. */
export interface GpuOptions {
  /** Bytes that may be bound at once. */
  readonly maxBinding?: number;
  /** The form of a kernel, by the kernel's name, where another than the default is wanted. */
  readonly choices?: Readonly<Record<string, string>>;
  /** Workgroups in x or y. */
  readonly maxWorkgroups?: number;
  /** Counts and times every dispatch. */
  readonly profile?: Profile;
}

/** @param device the caller's; `destroy` gives back memory, not the device */
export function createGpu(device: GPUDevice, options: GpuOptions = {}) {
  const {
    maxBinding = device.limits.maxStorageBufferBindingSize,
    maxWorkgroups = device.limits.maxComputeWorkgroupsPerDimension,
    profile,
  } = options;
  const faults = watchFaults(device);
  const memory = createMemory(device, faults);
  const recorder = createRecorder(device, memory, profile);
  const queue = createQueue(recorder, faults, profile);
  const reader = createReader(device, faults);

  return {
    device,

    /** Whether a processor stands in for a GPU. */
    software: isSoftware(device.adapterInfo),

    /** Workgroups that fit in x or y. */
    maxWorkgroups,

    /** The forms that were chosen, by the kernels' names. */
    choices: { ...options.choices } as Record<string, string>,

    /** Bytes of device memory taken for tensors so far. */
    get bytes(): number {
      return memory.bytes;
    },

    /** Allocates a zeroed tensor. @throws GpuFault if it is larger than the device's largest buffer */
    alloc: memory.alloc,

    /**
     * Memory for use within one call of a kernel, shared by all calls: one tensor for each length. Its values are
     * whatever the last user left.
     */
    scratch: memory.scratch,

    view,

    /** Cuts a tensor with rows of so many values into parts of whole rows, each small enough to be bound. */
    pieces: (tensor: GpuTensor, rowLength: number): Piece[] =>
      pieces(tensor, rowLength, maxBinding),

    /** Cuts several tensors with the same number of rows at the same rows, so that a part of each can be bound. */
    cut: (tensors: readonly GpuTensor[], total: number): Cut[] => cut(tensors, total, maxBinding),

    /**
     * Adds one dispatch to the list.
     *
     * @param overrides the shader's constants by name
     * @param tensors what is bound at 0, 1, 2, ... of group 0
     * @param workgroups how many, or how many in x and y. One number over the device's limit becomes a near-square grid:
     *   the shader finds its own from x and y together, never from x alone, and must ignore those beyond. Two numbers are
     *   taken as they are, and the device refuses what is over its limit
     * @param uniform bound after the tensors
     */
    run(
      shader: Shader,
      overrides: Record<string, number>,
      tensors: readonly GpuTensor[],
      workgroups: number | readonly [number, number],
      uniform: Uniform | null = null,
    ): void {
      const pipeline = pipelineFor(device, shader, overrides);
      const grid = typeof workgroups === "number" ? gridOf(workgroups, maxWorkgroups) : workgroups;
      const noted = profile?.note(shader.entryPoint) ?? null;
      const run = { key: pipeline.key, tensors, uniform, grid, noted };
      queue.add({ kind: "run", pipeline, run });
    },

    /**
     * Adds a kernel that treats all values alike to the list: a thread for each or for four, in pieces where they are too
     * many to be bound at once.
     *
     * @param shader begins with `override N`, the number of values, and has workgroups of 256 threads
     * @param tensors all of the same length
     * @param uniform as in `run`
     * @param perThread values that a thread takes
     */
    runEach(
      shader: Shader,
      tensors: readonly GpuTensor[],
      uniform: Uniform | null = null,
      perThread: 1 | 4 = 1,
    ): void {
      for (const { rows: N, tensors: parts } of this.cut(tensors, tensors[0].length)) {
        this.run(shader, { N }, parts, Math.ceil(N / perThread / 256), uniform);
      }
    },

    zero(tensor: GpuTensor): void {
      queue.add({ kind: "zero", tensor });
    },

    write(tensor: GpuTensor, values: Floats | Ints): void {
      if (values.length !== tensor.length) {
        throw new RangeError(`write: got ${values.length} values, expected ${tensor.length}`);
      }
      const copy = values instanceof Int32Array ? values.slice() : new Float32Array(values);
      queue.add({ kind: "write", tensor, values: copy });
    },

    /** Where the list is now. Every addition and every submit changes it. */
    get place(): Place {
      return queue.place;
    },

    /** Takes back what has been added since. @throws Error if something has been submitted since */
    takeBack: queue.takeBack,

    submit: queue.submit,

    /** Waits for everything in the list and copies a tensor's values back. @throws GpuFault if the device failed */
    async read(tensor: GpuTensor): Promise<Float32Array<ArrayBuffer>> {
      queue.submit();
      await queue.handedOver();
      faults.check();
      return reader.read(tensor);
    },

    /** Gives back all memory. */
    destroy(): void {
      memory.destroy();
      reader.destroy();
      recorder.destroy();
    },
  };
}

/**
 * Threads for a workgroup that reduces one row of so many values: few, as every step of a reduction waits for all of them;
 * more where the row is long and rows may be few.
 */
export function threadsForRow(length: number): number {
  return length < 8192 ? 32 : 128;
}
