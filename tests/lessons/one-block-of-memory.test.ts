// Facts that the lesson about the one block of memory states in its prose and that none of its cells prints.

import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import {
  countParameters,
  initialValues,
  parameterLength,
  parameterNames,
  parameterOffsets,
  parameterTable,
} from "@llm.ts/kernels/gpt2/parameters.ts";
import { planGPT2 } from "@llm.ts/kernels/gpt2/plan.ts";
import { describe, expect, test } from "vitest";
import { plans } from "../../lessons/13-one-block-of-memory/cells/plan.ts";
import { loadReference } from "../reference.ts";
import { printedBy } from "./printed.ts";

const config = presets["gpt2-124M"];
const { L, C, V, Vp, NH, maxT } = config;
const total = countParameters(config);
const MiB = 2 ** 20;

describe("the table of parameters", () => {
  test("16 kinds, four of them once and twelve in every block, are 148 tensors", () => {
    const perLayer = parameterNames.filter((name) => parameterTable[name].perLayer);
    expect(parameterNames).toHaveLength(16);
    expect(perLayer).toHaveLength(12);
    expect(4 + 12 * L).toBe(148);
  });

  test("a block has 12 C^2 + 13 C, and the model 124,475,904 with padding, 124,439,808 without", () => {
    expect(Vp * C + maxT * C + L * (12 * C * C + 13 * C) + 2 * C).toBe(total);
    expect(total).toBe(124_475_904);
    expect(Vp - V).toBe(47);
    expect(total - (Vp - V) * C).toBe(124_439_808);
    expect(((V * C) / 1e6).toFixed(1)).toBe("38.6");
  });

  test("the MLPs have 45% of it, the table of tokens 31%, attention 23%, all vectors less than 0.1%", () => {
    const share = (numbers: number) => Math.round((100 * numbers) / total);
    expect(share(L * 8 * C * C)).toBe(45);
    expect(((L * 8 * C * C) / 1e6).toFixed(1)).toBe("56.6");
    expect(share(Vp * C)).toBe(31);
    expect(share(L * 4 * C * C)).toBe(23);
    expect(((L * 4 * C * C) / 1e6).toFixed(1)).toBe("28.3");
    expect((L * 13 * C + 2 * C) / total).toBeLessThan(0.001);
  });

  test("475 MiB of parameters, 1,899 MiB with gradients, m and v", () => {
    expect(Math.round((4 * total) / MiB)).toBe(475);
    expect(Math.round((16 * total) / MiB)).toBe(1899);
  });

  test("with Vp = 51200 everything after wte moves by 896 C", () => {
    const wider = parameterOffsets({ ...config, Vp: 51200 });
    const now = parameterOffsets(config);
    expect(51200 - Vp).toBe(896);
    const moved = parameterNames.filter((name) => wider[name] !== now[name]);
    expect(moved).toEqual(parameterNames.slice(1));
    for (const name of moved) expect(wider[name] - now[name]).toBe(896 * C);
  });
});

test("a sum of 768 products of numbers of size 1 with weights of size 0.02 is of size 0.55", () => {
  expect((0.02 * Math.sqrt(C)).toFixed(2)).toBe("0.55");
  const tiny = presets.tiny;
  expect((0.02 * Math.sqrt(tiny.C)).toFixed(2)).toBe("0.23");
  const spread = (name: "qkvw" | "fcprojw") => {
    const values = initialValues(name, tiny, 1337);
    return Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
  };
  expect(spread("qkvw")).toBeCloseTo(0.02, 3);
  expect(spread("fcprojw")).toBeCloseTo(0.02 / Math.sqrt(2 * tiny.L), 3);
});

test("the cells print what the text says, in MiB, and the two models of the check have one layer and three", async () => {
  const lines = await printedBy(async () => {
    await import("../../lessons/13-one-block-of-memory/cells/count.ts");
    await import("../../lessons/13-one-block-of-memory/cells/first.ts");
  });
  expect(lines.join("\n")).toMatch(/124,475,904, 474\.8 MiB in float32/);
  const [, loss, lnV] = /loss ([\d.]+), and ln V = ([\d.]+)/.exec(lines.join("\n")) ?? [];
  expect(lnV).toBe(Math.log(1024).toFixed(4));
  expect(Number(loss)).toBeCloseTo(6.93, 0);
  const layers = (await loadReference("block-forward")).map(({ sizes }) => sizes.L);
  expect(layers).toEqual([1, 3]);
});

describe("the plan", () => {
  test("att has 192 MiB in a layer at B = 4, T = 1024, and 2,304 MiB in all", () => {
    const bytes = 4 * 4 * NH * 1024 * 1024;
    expect(bytes / MiB).toBe(192);
    expect((L * bytes) / MiB).toBe(2304);
    const sizes = { B: 4, T: 1024, training: true } as const;
    const kept = planGPT2(config, { ...sizes, attention: "kept" });
    const att = kept.tensors.find(({ name }) => name === "att");
    expect(att?.shape.reduce((product, size) => product * size, 4 * (att?.copies ?? 0))).toBe(
      L * bytes,
    );
    expect(kept.groups.activations).toBeGreaterThan(16 * total);
  });

  test("every tensor of the figure names a lesson of the course, and none stands in for one that is missing", () => {
    const named = plans.flatMap(({ tensors }) => tensors);
    expect(named.filter(({ lesson }) => lesson === "One block of memory")).toEqual([]);
    expect(plans).toHaveLength(6);
  });
});

test("64 billion operations for 256 tokens; attention adds less than 1% at T = 64 and 11% at T = 1024", () => {
  expect(Math.round((2 * total * 256) / 1e9)).toBe(64);
  // 4 C operations for each token that is looked at, (T + 1) / 2 of them on average, beside a layer's matmuls.
  const share = (T: number) => (4 * C * ((T + 1) / 2)) / (24 * C * C);
  expect(share(64)).toBeLessThan(0.01);
  expect(Math.round(100 * share(1024))).toBe(11);
  // Lesson 6 counts all matmuls of the model, the classifier's among them.
  const whole = (4 * C * L * ((1024 + 1) / 2)) / (2 * (12 * L * C * C + V * C));
  expect(Math.round(100 * whole)).toBe(8);
});

test("wte has 147 MiB, more than a binding of 128 MiB and less than two; all of it exceeds a buffer", () => {
  const bytes = 4 * parameterLength("wte", config);
  expect(Math.round(bytes / MiB)).toBe(147);
  expect(bytes).toBeGreaterThan(128 * MiB);
  expect(bytes).toBeLessThan(2 * 128 * MiB);
  expect(4 * total).toBeGreaterThan(256 * MiB);
});
