import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { fitGPT2, planGPT2 } from "@llm.ts/kernels/gpt2/plan.ts";
import type { Options } from "@llm.ts/kernels/model/memory.ts";
import { initialise, shrinkModel } from "@llm.ts/kernels/model/model.ts";
import { generate } from "@llm.ts/kernels/model/sample.ts";
import { trainStep, validationLoss } from "@llm.ts/kernels/model/train.ts";
import { bytesOf, formatBytes } from "@llm.ts/kernels/runtime/plan.ts";
import { describe, expect, test } from "vitest";
import { optimiser, randomBatch, small } from "./models.ts";

/** The TypeScript tier, counting the bytes that it allocates. */
function createCounting() {
  const cpu = createCpu();
  const counting = {
    ...cpu,
    bytes: 0,
    alloc(lengths: readonly number[]) {
      const tensors = cpu.alloc(lengths);
      for (const tensor of tensors) counting.bytes += tensor.byteLength;
      return tensors;
    },
    allocIds(length: number) {
      const ids = cpu.allocIds(length);
      counting.bytes += ids.byteLength;
      return ids;
    },
  };
  return counting;
}

describe("the plan", () => {
  const options: Options[] = [
    { B: 2, T: 5, training: true },
    { B: 1, T: 1, training: true },
    { B: 3, T: 7, training: true, accumulation: 4, rowsPerChunk: 5 },
    { B: 2, T: 5, training: true, attention: "recomputed" },
    { B: 2, T: 5, training: true, recompute: true },
    { B: 2, T: 5, training: true, attention: "recomputed", recompute: true, accumulation: 2 },
    { B: 2, T: 5, training: true, activations: "bfloat16" },
    { B: 1, T: 3, training: true, activations: "float16", attention: "recomputed" }, // an odd number of values
    { B: 2, T: 5, training: true, activations: "bfloat16", recompute: true, accumulation: 2 },
    { B: 2, T: 5, training: false, activations: "bfloat16" },
    { B: 2, T: 5, training: true, weights: "bfloat16" },
    { B: 1, T: 3, training: true, weights: "float16", activations: "float16" },
    { B: 2, T: 5, training: false },
    { B: 2, T: 5, training: false, attention: "recomputed" },
    { B: 2, T: 5, training: false, recompute: true },
    { B: 2, T: 5, training: false, rowsPerChunk: 1 },
  ];
  test.each(options)("of %o is what is allocated, to the byte", (option) => {
    const backend = createCounting();
    createGPT2(backend, small, option);
    const plan = planGPT2(small, option);
    expect(backend.bytes).toBe(plan.bytes);
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    expect(sum(Object.values(plan.groups))).toBe(plan.bytes);
    expect(sum(plan.tensors.map(bytesOf))).toBe(plan.bytes);
  });

  test("is all: nothing is allocated by training, validating, shrinking or sampling", async () => {
    const backend = createCounting();
    const model = createGPT2(backend, small, { B: 2, T: 5, training: true });
    const { bytes } = backend;
    initialise(model, 1);
    trainStep(model, [randomBatch(2, 5, 1)], 1, optimiser);
    await validationLoss(model, randomBatch(2, 5, 2));
    shrinkModel(model, 1, 3);
    await generate(model, [1], { temperature: 1 }, { seed: 1, counter: 0 }).next();
    expect(backend.bytes).toBe(bytes);
  });

  test("of GPT-2 124M has llm.c's number of parameters, four times over", () => {
    const { groups } = planGPT2(presets["gpt2-124M"], { B: 4, T: 64, training: true });
    for (const group of ["parameters", "gradients", "m", "v"]) {
      expect(groups[group]).toBe(4 * 124_475_904);
    }
    expect(Object.keys(groups)).toEqual([
      "parameters",
      "gradients",
      "m",
      "v",
      "activations",
      "scratch",
    ]);
  });

  test("has one number for each row of attention's weights where they are computed again", () => {
    const options = { B: 1, T: 1024, training: true };
    const kept = planGPT2(presets["gpt2-124M"], options);
    const recomputed = planGPT2(presets["gpt2-124M"], { ...options, attention: "recomputed" });
    const names = recomputed.tensors.map(({ name }) => name);
    for (const name of ["preatt", "att", "dpreatt", "datt"]) expect(names).not.toContain(name);
    expect(kept.tensors.map(({ name }) => name)).not.toContain("lse");
    // 12 layers' att and one preatt, and the gradient of each, of 12 heads with 1024 x 1024 weights; against 12 lse.
    const weights = 12 * 1024 * 1024 * 4;
    expect(kept.bytes - recomputed.bytes).toBe((12 + 1 + 2) * weights - 12 * (12 * 1024 * 4));
  });

  test("has the outputs of layernorm and GELU once in place of once a layer where they are computed again", () => {
    const options = { B: 1, T: 1024, training: true };
    const kept = planGPT2(presets["gpt2-124M"], options);
    const again = planGPT2(presets["gpt2-124M"], { ...options, recompute: true });
    // ln1, ln2 and fchgelu of 11 of the 12 layers, 1024 tokens each: 768, 768 and 3072 channels of 4 bytes.
    expect(kept.bytes - again.bytes).toBe(11 * 1024 * (768 + 768 + 3072) * 4);
    expect({ ...again.groups, activations: 0 }).toEqual({ ...kept.groups, activations: 0 });
    const copies = again.tensors.flatMap(({ group, name, copies }) =>
      group === "activations" && copies === 1 ? [name] : [],
    );
    // biome-ignore format: a list of names
    expect(copies).toEqual(["encoded", "ln1", "preatt", "attproj", "ln2", "fchgelu", "fcproj", "lnf", "lnfmean", "lnfrstd"]);
    // A model that is not trained keeps nothing, with it or without.
    const reader = { ...options, training: false };
    expect(planGPT2(presets["gpt2-124M"], { ...reader, recompute: true })).toEqual(
      planGPT2(presets["gpt2-124M"], reader),
    );
  });

  test.each(["bfloat16", "float16"] as const)(
    "has large activations once in float32, and 11 times in half of that, where they wait in %s",
    (activations) => {
      const options = { B: 4, T: 1024, training: true, attention: "recomputed" } as const;
      const rows = 4 * 1024;
      // Channels of ln1, qkv, atty, residual2, ln2, fch, fchgelu and residual3, in 4 bytes or in 2.
      const channels = 768 * (1 + 3 + 1 + 1 + 1 + 4 + 4 + 1);
      const whole = planGPT2(presets["gpt2-124M"], options);
      const packed = planGPT2(presets["gpt2-124M"], { ...options, activations });
      expect(whole.bytes - packed.bytes).toBe(11 * rows * channels * (4 - 2));
      expect({ ...packed.groups, activations: 0 }).toEqual({ ...whole.groups, activations: 0 });
      const lines = packed.tensors.filter(({ name }) => /^qkv( |$)/.test(name));
      expect(lines.map((line) => [line.name, line.copies, line.type])).toEqual([
        ["qkv", 1, "floats"],
        [`qkv in ${activations}`, 11, "halves"],
      ]);
      // What is computed again needs no copy, and a model that is not trained none at all.
      const again = planGPT2(presets["gpt2-124M"], { ...options, activations, recompute: true });
      const names = again.tensors.flatMap(({ name, type }) => (type === "halves" ? [name] : []));
      expect(names).toEqual(
        ["qkv", "atty", "residual2", "fch", "residual3"].map((name) => `${name} in ${activations}`),
      );
      const reader = { ...options, training: false };
      expect(planGPT2(presets["gpt2-124M"], { ...reader, activations })).toEqual(
        planGPT2(presets["gpt2-124M"], reader),
      );
    },
  );

  test.each(["bfloat16", "float16"] as const)(
    "has 2 bytes more for each number of a matrix that matmul reads in %s, and nothing else",
    (weights) => {
      const options = { B: 1, T: 64, training: true };
      const whole = planGPT2(presets["gpt2-124M"], options);
      const copied = planGPT2(presets["gpt2-124M"], { ...options, weights });
      // 12 layers' qkvw, attprojw, fcw and fcprojw, and wte as the classifier's weight. Not wpe, which is added.
      const numbers = 12 * (3 + 1 + 4 + 4) * 768 * 768 + 50304 * 768;
      const { copies, ...others } = copied.groups;
      expect(others).toEqual(whole.groups);
      expect(copies).toBe(2 * numbers);
      const lines = copied.tensors.filter(({ group }) => group === "copies");
      expect(lines.map(({ name, copies }) => [name, copies])).toEqual(
        ["wte", "qkvw", "attprojw", "fcw", "fcprojw"].map((name) => [
          `${name} in ${weights}`,
          name === "wte" ? 1 : 12,
        ]),
      );
    },
  );

  test("of GPT-2 124M at B = 4, T = 1024 is under 3.5 GB in the smallest of its forms", () => {
    const GB = (options: Partial<Options>) => {
      const all = { B: 4, T: 1024, training: true, ...options };
      return (planGPT2(presets["gpt2-124M"], all).bytes / 1e9).toFixed(2);
    };
    const recomputed = { attention: "recomputed" } as const;
    const packed = { activations: "bfloat16" } as const;
    expect([GB({}), GB(packed)]).toEqual(["7.73", "5.52"]);
    expect([GB(recomputed), GB({ ...recomputed, ...packed })]).toEqual(["4.71", "3.61"]);
    const recompute = { ...recomputed, recompute: true };
    expect([GB(recompute), GB({ ...recompute, ...packed })]).toEqual(["3.88", "3.19"]);
  });

  test("never has room for the logits of all rows of a large vocabulary", () => {
    const { tensors } = planGPT2(presets["gpt2-124M"], { B: 4, T: 1024, training: true });
    const logits = tensors.find(({ name }) => name === "logits");
    expect(logits?.shape).toEqual([64, 50304]);
    const chosen = planGPT2(presets["gpt2-124M"], { B: 1, T: 8, training: true });
    expect(chosen.tensors.find(({ name }) => name === "logits")?.shape).toEqual([8, 50304]);
  });
});

describe("a plan against limits", () => {
  const plan = (B: number, T: number) => planGPT2(small, { B, T, training: true });
  const against = (maxBytes: number) =>
    fitGPT2(small, { B: 6, T: 7, training: true }, { maxBytes });

  test("fits where there is just enough", () => {
    const { bytes } = plan(6, 7);
    expect(against(bytes)).toEqual({ fits: true, plan: plan(6, 7) });
    expect(against(bytes - 1).fits).toBe(false);
  });

  test("is refused with the numbers, and with the nearest that fits: first a smaller B, then a smaller T", () => {
    const nearest = (maxBytes: number) => {
      const result = against(maxBytes);
      if (result.fits) throw new Error("it fits");
      expect(result.plan).toEqual(plan(6, 7));
      return result;
    };
    const sizes = [
      [3, 7],
      [1, 7],
      [1, 3],
      [1, 1],
    ];
    for (const [B, T] of sizes) {
      const { bytes } = plan(B, T);
      const { reason, nearest: found } = nearest(bytes);
      expect(found).toEqual({ size: { B, T }, plan: plan(B, T) });
      expect(reason).toBe(
        `B = 6, T = 7 needs ${formatBytes(plan(6, 7).bytes)}, and there are ${formatBytes(bytes)}. ` +
          `What fits is B = ${B}, T = ${T}, which needs ${formatBytes(bytes)}.`,
      );
    }
    const { reason, nearest: none } = nearest(plan(1, 1).bytes - 1);
    expect(none).toBe(null);
    expect(reason).toContain("Not even one text of one token fits: choose a smaller model.");
  });

  test("GPT-2 124M fits into WebGPU's default limits; more tokens than one binding holds do not, with the tensor's name", () => {
    const MiB = 2 ** 20;
    const limits = { maxBytes: Infinity, maxBuffer: 256 * MiB, maxBinding: 128 * MiB };
    const within = (B: number, T: number) =>
      fitGPT2(presets["gpt2-124M"], { B, T, training: true, attention: "recomputed" }, limits);
    expect(within(4, 64).fits).toBe(true); // wte, of 147 MiB, is taken in parts
    expect(within(1, 1024).fits).toBe(true);
    expect(within(8, 1024).fits).toBe(true);
    const result = within(16, 1024); // qkv: 16 * 1024 * 2304 values of 4 bytes
    if (result.fits) throw new Error("it fits");
    expect(result.reason).toMatch(
      /^B = 16, T = 1024 needs 144 MiB in one piece \(activations: qkv\), and this GPU takes at most 128 MiB\. What fits is B = 8, T = 1024/,
    );
    const tight = { ...limits, maxBuffer: 100 * MiB };
    const wte = fitGPT2(presets["gpt2-124M"], { B: 1, T: 64, training: true }, tight);
    expect(wte.fits ? "" : wte.reason).toContain("147.4 MiB in one piece (parameters: wte)");
  });

  test("a size that cannot be is refused before any plan is made", () => {
    expect(() => fitGPT2(small, { B: 1, T: 8, training: true }, { maxBytes: 1e9 })).toThrow(
      "createGPT2: T is 8, expected at most maxT = 7",
    );
  });
});

test("bytes are said in the unit that suits them", () => {
  const said = [0, 1023, 1024, 1536, 128 * 2 ** 20, 1000 * 2 ** 20, 2.25 * 2 ** 30].map(
    formatBytes,
  );
  expect(said).toEqual([
    "0 bytes",
    "1023 bytes",
    "1 KiB",
    "1.5 KiB",
    "128 MiB",
    "1000 MiB",
    "2.25 GiB",
  ]);
});
