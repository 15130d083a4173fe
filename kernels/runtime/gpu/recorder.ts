/// <reference types="@webgpu/types" />
// Writes dispatches and copies down as a device's commands, and hands them over a few at a time.

import type { Profile } from "../profile.ts";
import type { Memory } from "./memory.ts";
import type { GpuTensor } from "./tensor.ts";

/** Numbers that change from call to call, in the order of the shader's struct: all f32, or all u32. */
export type Uniform = readonly number[] | Uint32Array;

/** One run of a shader. */
export interface Run {
  readonly key: string; // of the pipeline
  readonly tensors: readonly GpuTensor[]; // bound at 0, 1, 2, ... of group 0
  readonly uniform: Uniform | null; // bound after them
  readonly grid: readonly [number, number]; // workgroups in x and y
  readonly noted: number | null; // its number in the profile, if it is in one
}

const slotBytes = 256;
const slots = 256; // uniforms in one submit; a longer list is submitted in parts
const runsPerSubmit = 64; // few enough that a slow device answers between two submits

export type Recorder = ReturnType<typeof createRecorder>;

export function createRecorder(device: GPUDevice, memory: Memory, profile: Profile | undefined) {
  const bindGroups = new Map<string, GPUBindGroup>();
  const uniforms = device.createBuffer({
    size: slots * slotBytes,
    usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  });
  const uniformValues = new Float32Array((slots * slotBytes) / 4);
  const uniformIntegers = new Uint32Array(uniformValues.buffer); // the same bytes
  let encoder: GPUCommandEncoder | null = null;
  let pass: GPUComputePassEncoder | null = null;
  let slot = 0; // of the next uniform
  let runs = 0;

  /** Ends the pass: a copy cannot be part of one. */
  function endPass(): void {
    pass?.end();
    pass = null;
  }

  /** Hands over what was written down. */
  function submit(): void {
    endPass();
    if (slot > 0) {
      device.queue.writeBuffer(uniforms, 0, uniformValues, 0, (slot * slotBytes) / 4);
    }
    if (encoder) device.queue.submit([encoder.finish()]);
    [encoder, slot, runs] = [null, 0, 0];
  }

  /** Copies each tensor to its counterpart, where they differ. */
  function copy(
    encoder: GPUCommandEncoder,
    from: readonly GpuTensor[],
    to: readonly GpuTensor[],
  ): void {
    for (const [i, a] of from.entries()) {
      const b = to[i];
      if (a === b) continue;
      endPass();
      encoder.copyBufferToBuffer(a.buffer, a.start * 4, b.buffer, b.start * 4, a.length * 4);
    }
  }

  /** Puts numbers into the next slot. @returns its number */
  function writeUniform(uniform: Uniform): number {
    const values = uniform instanceof Uint32Array ? uniformIntegers : uniformValues;
    values.set(uniform, (slot * slotBytes) / 4);
    return slot++;
  }

  function bindGroup(
    key: string,
    tensors: readonly GpuTensor[],
    pipeline: GPUComputePipeline,
    slot: number | null,
  ): GPUBindGroup {
    const name = `${key}#${slot} ${tensors.map(memory.nameOf).join(" ")}`;
    let group = bindGroups.get(name);
    if (group === undefined) {
      const resources: GPUBufferBinding[] = tensors.map(({ buffer, start, length }) => ({
        buffer,
        offset: start * 4,
        size: length * 4,
      }));
      if (slot !== null) {
        resources.push({ buffer: uniforms, offset: slot * slotBytes, size: slotBytes });
      }
      group = device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: resources.map((resource, binding) => ({ binding, resource })),
      });
      bindGroups.set(name, group);
    }
    return group;
  }

  return {
    submit,

    run({ key, tensors, uniform, grid, noted }: Run, pipeline: GPUComputePipeline): void {
      if (slot === slots || runs === runsPerSubmit) submit();
      encoder ??= device.createCommandEncoder();
      const bound = tensors.map(memory.aligned);
      copy(encoder, tensors, bound);
      if (noted !== null) {
        endPass(); // only a whole pass can be timed
        pass = encoder.beginComputePass(profile?.timestamps(noted));
      }
      pass ??= encoder.beginComputePass();
      pass.setPipeline(pipeline);
      const used = uniform && writeUniform(uniform);
      pass.setBindGroup(0, bindGroup(key, bound, pipeline, used));
      pass.dispatchWorkgroups(...grid);
      if (noted !== null) endPass();
      copy(encoder, bound, tensors);
      runs++;
    },

    zero({ buffer, start, length }: GpuTensor): void {
      if (slot === slots || runs === runsPerSubmit) submit();
      encoder ??= device.createCommandEncoder();
      endPass();
      encoder.clearBuffer(buffer, start * 4, length * 4);
    },

    write(
      { buffer, start }: GpuTensor,
      values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>,
    ): void {
      submit(); // a write takes effect before everything of the next submit
      device.queue.writeBuffer(buffer, start * 4, values);
    },

    destroy(): void {
      uniforms.destroy();
    },
  };
}
