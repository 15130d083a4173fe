// The count and the times of dispatches.

import { createProfile } from "@llm.ts/kernels/runtime/profile.ts";
import { createWebGpu } from "@llm.ts/kernels/webgpu.ts";
import { describe, expect, test } from "vitest";
import { random } from "../random.ts";

const adapter = await navigator.gpu?.requestAdapter();
if (!adapter) throw new Error("these tests need a browser with WebGPU");
const [plain, timed] = [
  await adapter.requestDevice(),
  await (await navigator.gpu.requestAdapter())?.requestDevice({
    requiredFeatures: ["timestamp-query"],
  }),
];
if (!timed) throw new Error("these tests need an adapter with timestamps");

/** Adds vectors with a profile, and without: so many dispatches of `forward` each. */
async function addUp(device: GPUDevice, calls: number, profile?: ReturnType<typeof createProfile>) {
  const backend = createWebGpu(device, { profile });
  const [out, inp1, inp2] = backend.alloc([1000, 1000, 1000]);
  backend.write(inp1, random(1000, 1));
  backend.write(inp2, random(1000, 2));
  if (profile) profile.label = "residualForward";
  for (let i = 0; i < calls; i++) backend.residualForward(out, inp1, inp2, 1000);
  const values = await backend.gpu.read(out);
  backend.destroy();
  return values;
}

describe("a profile", () => {
  test("times each dispatch where the GPU can, and changes no result", async () => {
    const profile = createProfile(timed);
    const values = await addUp(timed, 3, profile);
    const dispatches = await profile.take();
    expect(dispatches.map(({ label }) => label)).toEqual(Array(3).fill("residualForward"));
    expect(dispatches.map(({ entryPoint }) => entryPoint)).toEqual(Array(3).fill("forward"));
    for (const { seconds } of dispatches) {
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThan(10);
    }
    expect(values).toEqual(await addUp(timed, 1));
    expect(await profile.take()).toEqual([]);
    profile.destroy();
  });

  test("notes nothing while it is off, and changes no result by being turned on and off", async () => {
    const profile = createProfile(timed);
    const backend = createWebGpu(timed, { profile });
    const [out, sum, inp] = backend.alloc([1000, 1000, 1000]);
    backend.write(inp, random(1000, 1));
    profile.label = "residualForward";
    const add = (on: boolean, to: typeof out, a: typeof out) => {
      profile.on = on;
      backend.residualForward(to, a, inp, 1000);
    };
    add(false, out, inp); // 2 inp
    add(true, sum, out); // 3 inp
    add(false, out, sum); // 4 inp
    add(false, sum, out); // 5 inp
    add(true, out, sum); // 6 inp
    const values = await backend.gpu.read(out);
    const dispatches = await profile.take();
    expect(dispatches).toHaveLength(2);
    expect(dispatches.every(({ seconds }) => seconds !== null && seconds > 0)).toBe(true);
    const once = random(1000, 1);
    let expected = once;
    for (let i = 0; i < 5; i++) expected = expected.map((value, j) => value + once[j]);
    expect(values).toEqual(expected);
    add(false, out, inp);
    await backend.gpu.read(out);
    expect(await profile.take()).toEqual([]);
    backend.destroy();
    profile.destroy();
  });

  test("takes more dispatches than one set of queries holds", async () => {
    const profile = createProfile(timed);
    await addUp(timed, 2050, profile);
    const dispatches = await profile.take();
    expect(dispatches).toHaveLength(2050);
    expect(dispatches.every(({ seconds }) => seconds !== null && seconds > 0)).toBe(true);
    profile.destroy();
  });

  test("only counts where the device was made without timestamps", async () => {
    const profile = createProfile(plain);
    await addUp(plain, 2, profile);
    expect(profile.timed).toBe(false);
    expect(await profile.take()).toEqual([
      { label: "residualForward", entryPoint: "forward", seconds: null },
      { label: "residualForward", entryPoint: "forward", seconds: null },
    ]);
    profile.destroy();
  });
});
