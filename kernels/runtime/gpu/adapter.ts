/// <reference types="@webgpu/types" />

/** Whether a processor pretends to be a GPU. */
export function isSoftware(adapter: GPUAdapterInfo): boolean {
  const { isFallbackAdapter, vendor, architecture, device, description } = adapter;
  const name = [vendor, architecture, device, description].join(" ");
  return isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(name);
}
