/// <reference types="@webgpu/types" />
// Which device trains. This is the only place that chooses one, and that opens it.

import type { Backend } from "@llm.ts/kernels/backend.ts";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { roundedFormat } from "@llm.ts/kernels/model/rounded.ts";
import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";
import type { Choice } from "@llm.ts/kernels/runtime/choose.ts";
import { trainingSizes } from "@llm.ts/kernels/runtime/forms.ts";
import { deviceFor } from "@llm.ts/kernels/runtime/gpu/adapter.ts";
import type { GpuIds, GpuTensor } from "@llm.ts/kernels/runtime/gpu/tensor.ts";
import { describe, requestAdapter } from "../gpu/device.ts";
import { type Clock, profileClock, threadClock } from "../training/clock.ts";
import type { RunPlan } from "../training/plan.ts";
import type { DeviceNote } from "../training/progress.ts";
import type { Tier } from "../training/tiers.ts";
import type { FoundGpu } from "./protocol.ts";

/** The handles of the device that was chosen. */
export type Tensor = Floats | GpuTensor;
export type Ids = Ints | GpuIds;

/** A device that a run has to itself. */
export interface Device {
  readonly backend: Backend<Tensor, Ids>;
  readonly note: DeviceNote;
  /** Times the kernels of the backend; null where a GPU does not show its clock. */
  readonly clock: Clock | null;
  /** Bytes of a GPU's memory that are taken; null for the memory of the browser. */
  bytes(): number | null;
  /** Why the device is lost, or null if it is not. A loss may show itself in a failed command first: it is given a moment. */
  lost(): Promise<string | null>;
  destroy(): void;
}

/** A device cannot be had. The message says why, and what to do. */
export class DeviceError extends Error {
  override name = "DeviceError";
}

const patience = 1000; // milliseconds between a failed command and the word that the device is lost

/** Looks for a GPU, without taking any of its memory. */
export async function findGpu(): Promise<FoundGpu> {
  try {
    const adapter = await requestAdapter();
    const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
    const limits = { maxBuffer: maxBufferSize, maxBinding: maxStorageBufferBindingSize };
    return { gpu: { ...describe(adapter), ...limits }, why: "" };
  } catch (error) {
    return { gpu: null, why: (error as Error).message };
  }
}

/**
 * Opens a device for a run.
 *
 * @param kept choices of kernels from earlier runs; one for this GPU and these sizes is taken as it is
 * @param say told what is going on, where it takes long
 * @throws DeviceError if WebGPU was asked for and cannot be had
 */
export async function openDevice(
  plan: RunPlan,
  kept: readonly Choice[],
  say: (what: string, done?: number) => void,
): Promise<Device> {
  return open[plan.tier](plan, kept, say);
}

type Open = (
  plan: RunPlan,
  kept: readonly Choice[],
  say: (what: string, done?: number) => void,
) => Promise<Device>;

const open: Record<Tier, Open> = { WebGPU: openGpu, WebAssembly: openWasm, TypeScript: openCpu };

async function openWasm(): Promise<Device> {
  const { openWasm } = await import("../wasm/open.ts");
  const { tier, simd } = await openWasm().catch(({ message }: Error) => {
    throw new DeviceError(
      `WebAssembly cannot be used (${message}). Choose TypeScript, or try again.`,
    );
  });
  const { backend, clock } = threadClock(tier);
  return {
    backend: backend as unknown as Device["backend"],
    clock,
    note: { tier: "WebAssembly", adapter: "", choice: null, simd, threads: tier.threads },
    bytes: () => null,
    lost: async () => null,
    destroy: () => tier.destroy(),
  };
}

async function openCpu(): Promise<Device> {
  const { backend, clock } = threadClock(createCpu(Float32Array));
  return {
    backend: backend as unknown as Device["backend"],
    clock,
    note: { tier: "TypeScript", adapter: "", choice: null },
    bytes: () => null,
    lost: async () => null,
    destroy() {},
  };
}

async function openGpu(
  plan: RunPlan,
  kept: readonly Choice[],
  say: (what: string, done?: number) => void,
): Promise<Device> {
  const adapter = await requestAdapter().catch(({ message }: Error) => {
    throw new DeviceError(
      `No graphics processor can be had now. ${message} Choose WebAssembly, or try again.`,
    );
  });
  const device = await requestDevice(adapter, plan);
  let why: string | null = null;
  void device.lost.then(({ message }) => {
    why = message || "the browser gives no reason";
  });
  try {
    const [{ chooseKernels, createWebGpu }, { choiceKey }, { createProfile }] = await Promise.all([
      import("@llm.ts/kernels/webgpu.ts"),
      import("@llm.ts/kernels/runtime/choose.ts"),
      import("@llm.ts/kernels/runtime/profile.ts"),
    ]);
    const { options, config } = plan;
    const { B, T } = options;
    const sizes = trainingSizes({ ...config, B, T, weights: roundedFormat(options) });
    const key = choiceKey(device, sizes);
    say("Looking for the fastest kernels on this GPU, which is done once");
    const known = kept.find((choice) => choice.key === key) ?? null;
    const choice = await chooseKernels(device, sizes, known, (kernel, done) =>
      say(`Looking for the fastest ${kernel} on this GPU, which is done once`, done),
    );
    const profile = createProfile(device);
    const tier = createWebGpu(device, { choices: choice.forms, profile });
    const { backend, clock } = profileClock(tier, profile);
    return {
      backend: backend as unknown as Device["backend"],
      clock: profile.timed ? clock : null,
      note: { tier: "WebGPU", adapter: describe(adapter).name, choice },
      bytes: () => tier.gpu.bytes,
      async lost() {
        await Promise.race([device.lost, new Promise((resolve) => setTimeout(resolve, patience))]);
        return why;
      },
      destroy: () => device.destroy(),
    };
  } catch (error) {
    device.destroy();
    throw unusable(error as Error);
  }
}

async function requestDevice(
  adapter: GPUAdapter,
  { memory, options }: RunPlan,
): Promise<GPUDevice> {
  try {
    return await adapter.requestDevice(deviceFor(adapter, memory, roundedFormat(options)));
  } catch (error) {
    throw unusable(error as Error);
  }
}

function unusable({ message }: Error): DeviceError {
  return new DeviceError(
    `This graphics processor cannot be used (${message}). Choose WebAssembly, or try again.`,
  );
}
