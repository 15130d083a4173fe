import { expect, test } from "vitest";
import { fitRun, planRun } from "../../src/training/plan.ts";
import { defaults } from "../../src/training/settings.ts";
import { bestTier, isTier, tierNames } from "../../src/training/tiers.ts";

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

test("the best tier is the first that can be had", () => {
  expect(bestTier(true)).toBe("WebGPU");
  expect(bestTier(false)).toBe("WebAssembly");
  expect(tierNames.every(isTier)).toBe(true);
  expect(["toString", "webgpu", "", null].some(isTier)).toBe(false);
});
