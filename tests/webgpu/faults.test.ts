// What a device that fails is said to have done: the first thing that went wrong, not what followed from it.

import { GpuFault } from "@llm.ts/kernels/runtime/gpu/fault.ts";
import { createGpu } from "@llm.ts/kernels/runtime/gpu.ts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openDevice } from "../device.ts";

let device: GPUDevice;

beforeEach(async () => {
  const opened = await openDevice();
  if (!opened) throw new Error("these tests need a browser with WebGPU");
  device = opened;
});

afterEach(() => device.destroy());

/**
 * Has the device refuse buffers over `most` bytes as WebGPU does it: there is one, of no use, and the scope has the error. It
 * is told late, since a busy browser gives values back before the answer of a scope that was closed earlier.
 */
function makePoor(most: number): void {
  const create = device.createBuffer.bind(device);
  const [push, pop] = [device.pushErrorScope.bind(device), device.popErrorScope.bind(device)];
  const scopes: { filter: string; error: GPUError | null }[] = [];
  vi.spyOn(device, "pushErrorScope").mockImplementation((filter) => {
    scopes.push({ filter, error: null });
    push(filter);
  });
  vi.spyOn(device, "popErrorScope").mockImplementation(async () => {
    const error = scopes.pop()?.error ?? null;
    const heard = await pop();
    await new Promise((resolve) => setTimeout(resolve, 30));
    return heard ?? error;
  });
  vi.spyOn(device, "createBuffer").mockImplementation((descriptor) => {
    if (descriptor.size <= most) return create(descriptor);
    push("validation");
    const buffer = create({ ...descriptor, usage: 0 });
    pop();
    const error = new GPUOutOfMemoryError("no room");
    const scope = scopes.findLast(({ filter }) => filter === "out-of-memory");
    if (scope) scope.error = error;
    else device.dispatchEvent(new GPUUncapturedErrorEvent("uncapturederror", { error }));
    return buffer;
  });
}

describe("a device", () => {
  test("that has no memory for a tensor says how much it lacks, though its use fails too", async () => {
    makePoor(100_000);
    const gpu = createGpu(device);
    const [fits, large] = [gpu.alloc(1000), gpu.alloc(40_000)];
    gpu.write(large, new Float32Array(40_000));
    const read = gpu.read(fits);
    await expect(read).rejects.toThrow(GpuFault);
    await expect(read).rejects.toThrow("the GPU has no memory left for 160000 bytes more");
    await expect(gpu.read(fits)).rejects.toThrow("no memory left for 160000 bytes more");
  });

  test("that has none for reading a tensor back says so", async () => {
    const gpu = createGpu(device);
    const tensor = gpu.alloc(40_000);
    gpu.write(tensor, new Float32Array(40_000).fill(3));
    expect((await gpu.read(tensor))[39_999]).toBe(3);
    makePoor(100_000);
    await expect(gpu.read(tensor)).rejects.toThrow("the GPU has no memory left");
  });

  test("whose compiler refuses a shader passes on what it says, in one line", async () => {
    const gpu = createGpu(device);
    const tensor = gpu.alloc(64);
    const code = `@group(0) @binding(0) var<storage, read_write> out: array<f33>;
      @compute @workgroup_size(64) fn forward() { out[0] = 1; }`;
    gpu.run({ code, entryPoint: "forward" }, {}, [tensor], 1);
    const fault = await gpu.read(tensor).catch((error: Error) => error);
    expect(fault).toBeInstanceOf(GpuFault);
    const { message } = fault as GpuFault;
    expect(message).toMatch(/^a shader does not compile: .*f33/);
    expect(message).not.toContain("\n");

    const second = createGpu(device); // to whom the shader is not new
    second.run({ code, entryPoint: "forward" }, {}, [second.alloc(64)], 1);
    await expect(second.read(second.alloc(1))).rejects.toThrow(message);
  });

  test("that was destroyed says so, and gives nothing back", async () => {
    const gpu = createGpu(device);
    const tensor = gpu.alloc(64);
    device.destroy();
    await device.lost;
    await expect(gpu.read(tensor)).rejects.toThrow("the GPU device was destroyed");
  });
});
