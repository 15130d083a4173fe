/// <reference types="@webgpu/types" />

declare module "vitest" {
  interface ProvidedContext {
    /** Whether these are the tests on the GPU alone, of all forms of the kernels: see vitest.config.ts. */
    forms: boolean;
  }
}

/**
 * The GPU that the browser offers, with WebGPU's default limits: what fits in them fits everywhere. Null in Node, which
 * has none.
 *
 * @param feature beyond WebGPU's core, that the device is to have; null too where the GPU does not offer it
 * @throws Error in a browser without one: its tests must not pass by not being run
 */
export async function openDevice(feature?: GPUFeatureName): Promise<GPUDevice | null> {
  if (typeof window === "undefined") return null;
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) throw new Error("this browser offers no WebGPU adapter; see tests/chromium.ts");
  if (feature === undefined) return adapter.requestDevice();
  if (!adapter.features.has(feature)) return null;
  return adapter.requestDevice({ requiredFeatures: [feature] });
}
