/// <reference types="@webgpu/types" />
// The reader's GPU, or a sentence about why there is none. Nowhere else is the browser asked for one.

import { isSoftware, nameOfAdapter } from "@llm.ts/kernels/runtime/gpu/adapter.ts";
import { noWebGpu } from "./without.ts";

/** There is no GPU. The message says why, and what to do. */
export class NoGpu extends Error {
  override name = "NoGpu";
}

/** Said where the processor stands in. */
export const inSoftware =
  "Here it is software: the processor pretending to be a graphics processor. All results are right, but it is far slower than a real one.";

/**
 * Asks for the fast one, of a machine that has several.
 *
 * @throws NoGpu
 */
export async function requestAdapter(): Promise<GPUAdapter> {
  if (!self.isSecureContext) {
    throw new NoGpu("WebGPU needs a page that came over HTTPS, which this one did not.");
  }
  if (!navigator.gpu) throw new NoGpu(noWebGpu);
  let adapter: GPUAdapter | null;
  try {
    adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
  } catch (error) {
    throw new NoGpu(
      `The browser did not let WebGPU begin (${(error as Error).message}). Restarting the browser may help.`,
    );
  }
  if (!adapter) {
    throw new NoGpu(
      "This browser has WebGPU but found no graphics processor that it trusts. Turn on hardware acceleration in its settings, update the graphics driver, then restart the browser.",
    );
  }
  return adapter;
}

/**
 * Opens a device with as much as the GPU offers.
 *
 * @throws NoGpu
 */
export async function requestDevice(): Promise<{ device: GPUDevice; adapter: GPUAdapter }> {
  const adapter = await requestAdapter();
  const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
  try {
    const device = await adapter.requestDevice({
      requiredLimits: { maxStorageBufferBindingSize, maxBufferSize },
      requiredFeatures: adapter.features.has("subgroups") ? ["subgroups"] : [],
    });
    return { device, adapter };
  } catch (error) {
    throw new NoGpu(
      `The adapter gives no device (${(error as Error).message}). Close other pages that use the GPU, then reload this one.`,
    );
  }
}

/** What an adapter tells of itself, and whether it is a processor that pretends to be a GPU. */
export function describe({ info }: GPUAdapter): { name: string; software: boolean } {
  return { name: nameOfAdapter(info), software: isSoftware(info) };
}
