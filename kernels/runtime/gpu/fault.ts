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
  let heard: Promise<void> = Promise.resolve(); // the device's answers for everything that was asked of it so far
  device.addEventListener("uncapturederror", ({ error }) => {
    const message =
      error instanceof GPUOutOfMemoryError
        ? "the GPU has no memory left"
        : `the GPU refused a command: ${error.message}`;
    heard = heard.then(() => fail(message)); // a buffer for which there was no memory is the reason, not the command
  });

  return {
    fail,

    /** Makes a buffer, and asks the device whether it had the memory. @param message what is wrong if it had not */
    createBuffer(descriptor: GPUBufferDescriptor, message: string): GPUBuffer {
      device.pushErrorScope("out-of-memory");
      const buffer = device.createBuffer(descriptor);
      const answer = device.popErrorScope().then(
        (error) => error && fail(message),
        () => {}, // the device is lost, which is noted above
      );
      heard = Promise.all([heard, answer]).then(() => {});
      return buffer;
    },

    /** Ends when the device has answered for every buffer so far: it may give values back before it says what was wrong. */
    async answered(): Promise<void> {
      await heard;
    },

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
