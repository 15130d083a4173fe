// GPT-2 124M takes a step on the GPU, within WebGPU's default limits, at the sizes that fill them. Minutes for each
// where the processor stands in for a GPU, so these tests have a command of their own: `npm run test:large`.

import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { planGPT2 } from "@llm.ts/kernels/gpt2/plan.ts";
import { initialise } from "@llm.ts/kernels/model/model.ts";
import { readLoss, trainStep, validationLoss } from "@llm.ts/kernels/model/train.ts";
import { defaultOptimiser } from "@llm.ts/kernels/model/update.ts";
import { createWebGpu } from "@llm.ts/kernels/webgpu.ts";
import { describe, expect, inject, test } from "vitest";
import { openDevice } from "../device.ts";
import { batchOf, config, nameOf, runs, seed } from "./runs.ts";

const device = await openDevice();
if (!device) throw new Error("these tests need a browser with WebGPU");

const cases = runs.map((size, i) => ({
  ...size,
  name: nameOf(size),
  expected: inject("torchLosses")[i],
}));

describe("GPT-2 124M within WebGPU's default limits", () => {
  test("is tested with these limits", () => {
    expect(device.limits.maxStorageBufferBindingSize).toBe(128 * 2 ** 20);
    expect(device.limits.maxBufferSize).toBe(256 * 2 ** 20);
    expect(device.limits.maxStorageBuffersPerShaderStage).toBe(8);
  });

  test.each(cases)("$name", async ({ B, T, saving, mostBytes = Infinity, expected }) => {
    const options = { B, T, training: true, attention: "recomputed", ...saving } as const;
    // The form of matmul that is fastest where the processor computes it.
    const backend = createWebGpu(device, { choices: { matmul: "registers" } });
    const model = createGPT2(backend, config, options);
    initialise(model, seed);

    const began = performance.now();
    trainStep(model, [batchOf({ B, T }, 1)], 1, defaultOptimiser);
    const before = await readLoss(model);
    const seconds = (performance.now() - began) / 1000;
    const taken = backend.gpu.bytes;
    const after = await validationLoss(model, batchOf({ B, T }, 2));
    const { bytes } = backend.gpu;
    backend.destroy();

    const planned = planGPT2(config, options).bytes;
    console.log(
      `B=${B} T=${T}: losses ${before}, ${after}; PyTorch ${expected}; ${bytes} bytes, planned ${planned}; the step took ${seconds.toFixed(0)} s, its shaders' compilation included`,
    );
    expect(Math.abs(before - expected[0])).toBeLessThan(1e-3);
    expect(Math.abs(after - expected[1])).toBeLessThan(1e-3);
    // What was taken is what was planned, but for the kernels' own scratch and for rounding up to whole 256 bytes.
    expect(bytes).toBeGreaterThanOrEqual(planned);
    expect(bytes).toBeLessThan(planned * 1.02);
    expect(bytes).toBeLessThan(mostBytes);
    expect(bytes, "bytes taken after the first step").toBe(taken);
  });
});
