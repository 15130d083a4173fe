// What the benchmark says that a kernel must do at the least.

import { costOf, watchKernels } from "@llm.ts/kernels/cost.ts";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { type KernelName, kernelNames, signatures } from "@llm.ts/kernels/layers.ts";
import { initialise } from "@llm.ts/kernels/model/model.ts";
import { trainStep } from "@llm.ts/kernels/model/train.ts";
import { defaultOptimiser } from "@llm.ts/kernels/model/update.ts";
import { evaluate, type Signature } from "@llm.ts/kernels/runtime/signature.ts";
import { expect, test } from "vitest";
import { roofline } from "../../src/benchmark/peak.ts";
import { asText } from "../../src/benchmark/text.ts";
import { scaled, time } from "../../src/page/numbers.ts";

const floats = (length: number) => new Float32Array(length);

test("a matmul multiplies and adds for each of rows, C and OC, and moves each value once", () => {
  const [out, inp, weight, bias] = [6 * 5, 6 * 4, 5 * 4, 5].map(floats);
  expect(costOf("matmulForward", [out, inp, weight, bias, 2, 3, 4, 5])).toEqual({
    flops: 2 * 6 * 4 * 5,
    bytes: 4 * (30 + 24 + 20 + 5),
  });
  expect(costOf("matmulForward", [out, inp, weight, null, 2, 3, 4, 5]).bytes).toBe(4 * 74);
});

test("what is added to is read and written", () => {
  const [dinp, dout, inp] = [7, 7, 7].map(floats);
  expect(costOf("geluBackward", [dinp, dout, inp, 7]).bytes).toBe(4 * (2 * 7 + 7 + 7));
});

test("of the encoder's tables only the rows that are looked up are moved", () => {
  const [out, wte, wpe] = [6 * 4, 50 * 4, 10 * 4].map(floats);
  const inp = new Int32Array(6);
  expect(costOf("encoderForward", [out, inp, wte, wpe, 2, 3, 4])).toEqual({
    flops: 6 * 4,
    bytes: 4 * (24 + 24 + 3 * 4 + 6), // out, rows of wte, of wpe, ids
  });
  expect(costOf("encoderBackward", [wte, wpe, out, inp, 2, 3, 4]).bytes).toBe(
    4 * (24 + 2 * 24 + 2 * 12 + 6),
  );
});

test("settings are no sizes", () => {
  const [params, grads, m, v] = [7, 7, 7, 7].map(floats);
  const cost = costOf("adamwUpdate", [params, grads, m, v, 3, 0.1, 0.9, 0.95, 1e-8, 0.1, 7]);
  expect(cost).toEqual({ flops: 15 * 7, bytes: 4 * (3 * 2 * 7 + 7) });
});

test.each(kernelNames)("the operations of %s are a formula of its sizes", (kernel) => {
  const { flops, moved = "1", sizes }: Signature = signatures[kernel];
  const ones = Object.fromEntries(sizes.map((name) => [name, 1]));
  expect(evaluate(flops, ones)).toBeGreaterThan(0);
  expect(evaluate(moved, ones)).toBeGreaterThan(0);
});

test("attention counts the keys up to each query only: two products forward, four backward", () => {
  const [out, lse, inp] = [2 * 3 * 4, 2 * 2 * 3, 2 * 3 * 12].map(floats);
  const pairs = 2 * 2 * (1 + 2 + 3); // texts, heads, keys of queries 0, 1 and 2
  const hs = 2;
  const forward = costOf("attentionFlashForward", [out, lse, inp, 2, 3, 4, 2]);
  expect(forward.flops).toBe(2 * pairs * 2 * hs);
  const backward = costOf("attentionFlashBackward", [inp, out, out, inp, lse, 2, 3, 4, 2]);
  expect(backward.flops).toBe(4 * pairs * 2 * hs);
});

test("a step of training is 6 operations for each parameter of a matrix and token, and a little", () => {
  const config = presets.tiny;
  const [B, T] = [1, 8];
  let flops = 0;
  const kernels = new Set<KernelName>();
  const backend = watchKernels(createCpu(Float32Array), (kernel, args) => {
    kernels.add(kernel);
    flops += costOf(kernel, args).flops;
  });
  const model = createGPT2(backend, config, { B, T, training: true, attention: "recomputed" });
  initialise(model, 1);
  const ids = Int32Array.from({ length: B * T }, (_, i) => i);
  flops = 0;
  trainStep(model, [{ inputs: ids, targets: ids }], 1, defaultOptimiser);
  const { L, C, Vp } = config;
  const matmuls = 6 * B * T * (L * 12 * C * C + Vp * C);
  const others = 18 * (Vp * C + config.maxT * C + L * (12 * C * C + 13 * C) + 2 * C); // clipping and AdamW
  expect(flops).toBeGreaterThan(matmuls + others);
  expect(flops).toBeLessThan(1.1 * (matmuls + others));
  expect(kernels.size).toBe(17); // all but attention that keeps its weights
});

test("the limit is whichever of arithmetic and memory takes longer", () => {
  const peak = { flopsPerSecond: 100, bytesPerSecond: 10 };
  expect(roofline({ flops: 1000, bytes: 20 }, peak)).toEqual({ seconds: 10, bound: "arithmetic" });
  expect(roofline({ flops: 100, bytes: 20 }, peak)).toEqual({ seconds: 2, bound: "memory" });
});

test("numbers are shown with three digits and a unit that suits them", () => {
  expect(scaled(1.234e12, "FLOP/s")).toBe("1.23 TFLOP/s");
  expect(scaled(45.6e9, "B/s")).toBe("45.6 GB/s");
  expect(scaled(789e6, "B/s")).toBe("789 MB/s");
  expect([1.5, 0.0456, 12.3e-6].map(time)).toEqual(["1.50 s", "45.6 ms", "12.3 µs"]);
});

test("the text has a line for each row, and says of one that was not measured why", () => {
  const measured = {
    seconds: 0.5,
    flops: 1e9,
    bytes: 1e6,
    bound: "arithmetic",
    share: 0.4,
  } as const;
  const text = asText(
    {
      adapter: "a card",
      peak: { flopsPerSecond: 5e9, bytesPerSecond: 1e9 },
      forms: { matmul: "naive" },
      rows: [
        { kernel: "matmul", size: "2×3×4", measured, why: "" },
        { kernel: "AdamW", size: "N=7", measured: null, why: "not measured: out of memory" },
      ],
    },
    "a browser",
  );
  expect(text.split("\n")).toEqual([
    "llm.ts benchmark: a card",
    "browser: a browser",
    "peak: 5.00 GFLOP/s multiply-add, 1.00 GB/s copy",
    "forms: matmul naive",
    "",
    "Kernel  Size   Time    Arithmetic    Memory     Limit       Share of it",
    "matmul  2×3×4  500 ms  2.00 GFLOP/s  2.00 MB/s  arithmetic  40 %",
    "AdamW   N=7    not measured: out of memory",
    "",
  ]);
});
