/// <reference types="@webgpu/types" />
// What goes wrong on a GPU comes to light late and more than once. The first thing is the one that is reported.

/** The device failed: out of memory, lost, or given a shader that it does not take. */
export class GpuFault extends Error {
  override name = "GpuFault";
}

export type Faults = ReturnType<typeof watchFaults>;

/** Notes the first fault of a device, its own or one that is reported with `fail`. */
export function watchFaults(device: GPUDevice) {
  let first: GpuFault | null = null;
  const fail = (message: string): void => {
    first ??= new GpuFault(message);
  };
  device.lost.then(({ reason, message }) => {
    if (reason !== "destroyed") fail(`the GPU was lost (${message || "no reason given"})`);
    else fail("the GPU device was destroyed");
  });
  device.addEventListener("uncapturederror", ({ error }) => {
    if (error instanceof GPUOutOfMemoryError) fail("the GPU has no memory left");
    else fail(`the GPU refused a command: ${error.message}`);
  });

  return {
    fail,
    /** The first fault, or null where all went well so far. */
    get first(): GpuFault | null {
      return first;
    },
    /** @throws GpuFault if there was one */
    check(): void {
      if (first) throw first;
    },
  };
}
