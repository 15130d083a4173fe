// The reader's GPU, with as much as it offers, or a sentence about why there is none.

/** There is no GPU to measure. The message says why, and what to do. */
export class NoGpu extends Error {
  override name = "NoGpu";
}

/** Said where the browser has no WebGPU at all. */
export const noWebGpu =
  "This browser has no WebGPU. Chrome and Edge have it from version 113, Safari from 26, Firefox from 141 on Windows: open this page in one of them.";

/** @throws NoGpu */
export async function requestDevice(): Promise<{ device: GPUDevice; adapter: GPUAdapter }> {
  if (!("gpu" in navigator)) {
    throw new NoGpu(noWebGpu);
  }
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) {
    throw new NoGpu(
      "The browser has WebGPU but gives no adapter. Turn on hardware acceleration in its settings, update the graphics driver, then restart the browser.",
    );
  }
  const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
  try {
    const device = await adapter.requestDevice({
      requiredLimits: { maxStorageBufferBindingSize, maxBufferSize },
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
  const parts = [info.vendor, info.architecture, info.device, info.description];
  const name =
    parts.filter((part) => part !== "").join(", ") || "an adapter that does not say its name";
  return { name, software: info.isFallbackAdapter || /swiftshader|llvmpipe|software/i.test(name) };
}
