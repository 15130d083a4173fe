import { tensorsAt } from "@llm.ts/kernels/runtime/wasm/thread.ts";
import { afterEach, expect, test, vi } from "vitest";
import { mostThreads } from "../../src/commands/wasm.ts";
import { deviceLimits } from "../../src/trainer/limits.ts";
import { fitRun, planRun, savingFor } from "../../src/training/plan.ts";
import { defaults } from "../../src/training/settings.ts";
import { bestTier, isTier, tierNames, tiers } from "../../src/training/tiers.ts";

test("on a GPU attention's weights are computed again, elsewhere they are kept: L*B*NH*T*T numbers, twice in scratch", () => {
  const { B, T } = defaults.tiny;
  const [gpu, cpu] = (["WebGPU", "TypeScript"] as const).map((tier) =>
    planRun(defaults.tiny, tier),
  );
  expect([gpu.options.attention, cpu.options.attention]).toEqual(["recomputed", "kept"]);
  const { L, NH } = cpu.config;
  const table = 4 * B * NH * T * T; // bytes of att of one layer
  const lse = 4 * B * NH * T;
  // att in each layer, preatt once; datt and dpreatt; and on the GPU a number for each row instead.
  expect(cpu.memory.bytes - gpu.memory.bytes).toBe((L + 1 + 2) * table - L * lse);
});

test("a plan that is too large says so, with its tier's own sizes", () => {
  const plan = planRun(defaults.tiny, "TypeScript");
  expect(fitRun(plan, { maxBytes: plan.memory.bytes }).fits).toBe(true);
  expect(fitRun(plan, { maxBytes: plan.memory.bytes - 1 }).fits).toBe(false);
});

/** A machine that says how many GiB of memory it has. */
const machineWith = (deviceMemory: number) => vi.stubGlobal("navigator", { deviceMemory });
afterEach(() => vi.unstubAllGlobals());

test("a run may take half of the machine's memory, and on WebAssembly what its addresses reach", () => {
  const GiB = 2 ** 30;
  const most = (...args: Parameters<typeof deviceLimits>) => deviceLimits(...args).maxBytes;
  machineWith(4);
  expect([most("WebAssembly", null), most("TypeScript", null)]).toEqual([2 * GiB, 2 * GiB]);
  machineWith(32);
  const reached = 4 * GiB - 64 * 2 ** 20;
  expect([most("WebAssembly", null), most("TypeScript", null)]).toEqual([reached, 16 * GiB]);
  // A real GPU's memory is its own, and has nothing to do with what the processor computes.
  const gpu = { name: "", software: false, maxBuffer: 1, maxBinding: 1 };
  expect(most("WebGPU", gpu)).toBe(Infinity);
  expect(deviceLimits("WebAssembly", gpu)).toEqual({ maxBytes: reached });
});

test("beside as many tensors the WebAssembly tier has room for the most threads, and not for many more", () => {
  const addresses = 2 ** 32;
  const { mostBytes } = tiers.WebAssembly;
  const gaps = 64 * 1000; // each of so many tensors begins at a multiple of 64
  expect(tensorsAt(mostThreads) + mostBytes + gaps).toBeLessThanOrEqual(addresses);
  expect(tensorsAt(mostThreads + 2) + mostBytes).toBeGreaterThan(addresses);
});

test("GPT-2 124M trains on WebAssembly with B = 4, T = 64; what its addresses do not reach is refused, with the numbers", () => {
  machineWith(64);
  const tried = (B: number, T: number) =>
    fitRun(
      planRun({ ...defaults["gpt2-124M"], B, T }, "WebAssembly"),
      deviceLimits("WebAssembly", null),
    );
  expect(tried(4, 64).fits).toBe(true);
  const refused = tried(4, 1024);
  if (refused.fits) throw new Error("it fits");
  // Weights, their gradients, m and v are 1.85 GiB; what else there is grows with B*T, and is 2.54 GiB here.
  expect(refused.reason).toBe(
    "B = 4, T = 1024 needs 4.39 GiB, and there are 3.94 GiB. What fits is B = 2, T = 1024, which needs 3.13 GiB.",
  );
  expect(refused.nearest?.size).toEqual({ B: 2, T: 1024 });
  expect(refused.nearest?.plan.bytes).toBeLessThan(tiers.WebAssembly.mostBytes);
});

test("what is too large as it is fits where less is kept: first what changes no number, then in 16 bits, then both", () => {
  const { config, options, memory } = planRun(
    { ...defaults["gpt2-124M"], B: 4, T: 1024 },
    "WebGPU",
  );
  const found = (maxBytes: number) => savingFor(config, options, { maxBytes });
  const recompute = found(memory.bytes - 1);
  expect(recompute).toEqual({ recompute: true, bytes: expect.any(Number) });
  const narrow = found((recompute?.bytes ?? 0) - 1);
  expect(narrow).toEqual({ activations: "bfloat16", bytes: expect.any(Number) });
  const both = found((narrow?.bytes ?? 0) - 1);
  expect(both).toEqual({ recompute: true, activations: "bfloat16", bytes: expect.any(Number) });
  const settings = { ...defaults["gpt2-124M"], B: 4, T: 1024, recompute: true };
  const plan = planRun({ ...settings, activations: "bfloat16" }, "WebGPU");
  expect(both?.bytes).toBe(plan.memory.bytes);
  expect(found((both?.bytes ?? 0) - 1)).toBe(null);
  // Where one of the two is chosen already, the other is what helps.
  const already = { ...options, recompute: true };
  expect(savingFor(config, already, { maxBytes: 3.5e9 })).toEqual({
    ...{ activations: "bfloat16", bytes: both?.bytes },
  });
});

test("the best tier is the first that can be had", () => {
  expect(bestTier(true)).toBe("WebGPU");
  expect(bestTier(false)).toBe("WebAssembly");
  expect(tierNames.every(isTier)).toBe(true);
  expect(["toString", "webgpu", "", null].some(isTier)).toBe(false);
});
