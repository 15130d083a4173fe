/// <reference types="@webgpu/types" />

import { type MemoryPlan, wordsOf } from "../plan.ts";

/** Whether a processor pretends to be a GPU. */
export function isSoftware(adapter: GPUAdapterInfo): boolean {
  const { isFallbackAdapter, vendor, architecture, device, description } = adapter;
  const name = [vendor, architecture, device, description].join(" ");
  return isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(name);
}

/** What an adapter is called. Most browsers tell the maker and the family, and nothing more. */
export function nameOfAdapter({ vendor, architecture, description }: GPUAdapterInfo): string {
  return description || [vendor, architecture].filter(Boolean).join(" ") || "unnamed";
}

/** What a device is asked for: no more than the default limits, unless a tensor is larger and the adapter takes it. */
export function deviceFor(
  { limits, features }: GPUAdapter,
  { tensors }: MemoryPlan,
): GPUDeviceDescriptor {
  const largest = Math.max(...tensors.map((tensor) => 4 * wordsOf(tensor)));
  const { maxBufferSize, maxStorageBufferBindingSize } = limits;
  const MiB = 2 ** 20;
  const requiredLimits: Record<string, number> = {};
  // Without a clock all works, but what each kernel takes is not known; without subgroups one form of a kernel is missing.
  const useful = ["timestamp-query", "subgroups"] as const;
  const requiredFeatures = useful.filter((feature) => features.has(feature));
  if (largest > 256 * MiB) requiredLimits.maxBufferSize = maxBufferSize;
  if (largest > 128 * MiB) {
    requiredLimits.maxStorageBufferBindingSize = maxStorageBufferBindingSize;
  }
  return { requiredLimits, requiredFeatures };
}
