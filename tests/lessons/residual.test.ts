// Facts that the Residual lesson states in its prose and that none of its cells prints.

import { watchKernels } from "@llm.ts/kernels/cost.ts";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { geluBackward } from "@llm.ts/kernels/gelu/gelu.ts";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { forward } from "@llm.ts/kernels/gpt2/forward.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { parameterTable } from "@llm.ts/kernels/gpt2/parameters.ts";
import { initialise } from "@llm.ts/kernels/model/model.ts";
import { residualBackward, residualForward } from "@llm.ts/kernels/residual/residual.ts";
import { normal, openStream } from "@llm.ts/kernels/runtime/random.ts";
import { expect, test } from "vitest";
import { added, blocks, normed, plain, strengths } from "../../lessons/09-residual/cells/fade.ts";
import { largest } from "../../lessons/09-residual/cells/gradcheck.ts";
import { asis, layers, scaled } from "../../lessons/09-residual/cells/growth.ts";
import { stackBackward as solution } from "../../lessons/09-residual/mend/solution.ts";
import { stackBackward as broken } from "../../lessons/09-residual/mend/start.ts";
import { prepareCalls } from "../../src/cells/calls.ts";
import { checks } from "../../src/cells/checks.ts";
import { readCases } from "../../src/cells/reference.ts";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { load, loadReference } from "../reference.ts";
import { textOf } from "./text.ts";

const text = await textOf("09-residual");

const sizeOf = (row: Float32Array) =>
  Math.sqrt(row.reduce((sum, x) => sum + x * x, 0) / row.length);

test("12 layers add 24 times, which makes 2^24 = 16,777,216 paths, and 0.5^24 is 6e-8", () => {
  expect(2 ** (2 * 12)).toBe(16_777_216);
  expect((0.5 ** 24).toExponential(0)).toBe("6e-8");
});

test("two vectors of size 1 add up to one of size 1.41, and after 24 additions it is 5", () => {
  const C = 768;
  const vector = (k: number) =>
    Float32Array.from({ length: C }, (_, i) => normal(openStream(5, k), i));
  let stream = vector(0);
  const sizes: number[] = [];
  for (let n = 1; n <= 24; n++) {
    const out = new Float32Array(C);
    residualForward(out, stream, vector(n), C);
    stream = out;
    sizes.push(sizeOf(stream));
  }
  expect(sizes[0]).toBeCloseTo(Math.SQRT2, 1);
  expect(Math.abs(sizes[23] - 5)).toBeLessThan(0.25);
});

test("the stream grows with the root of the additions; scaled, it ends near the root of 2 at every depth", () => {
  let start = 0;
  for (const L of layers) {
    const end = start + 2 * L;
    expect(asis[end] / Math.sqrt(1 + 2 * L)).toBeGreaterThan(0.85);
    expect(asis[end] / Math.sqrt(1 + 2 * L)).toBeLessThan(1.15);
    expect(Math.abs(scaled[end] - Math.SQRT2)).toBeLessThan(0.15);
    start = end + 1;
  }
  expect([layers[0], layers.at(-1)]).toEqual([3, 48]);
});

test("before training the stream of tiny grows from 0.028 to 0.050, and to 0.049 with 12 layers", () => {
  const streamOf = (L: number) => {
    const sizes: string[] = [];
    const backend = watchKernels(createCpu(Float32Array), (kernel, args) => {
      if (kernel === "layernormForward") sizes.push(sizeOf(args[3] as Float32Array).toFixed(3));
    });
    const { maxT: T, V } = presets.tiny;
    const model = createGPT2(backend, { ...presets.tiny, L }, { B: 1, T, training: false });
    initialise(model, 1);
    forward(
      model,
      Int32Array.from({ length: T }, (_, t) => (37 * t + 11) % V),
    );
    return [sizes[0], sizes[2 * L]];
  };
  const [four, twelve] = [presets.tiny.L, 12].map(streamOf);
  expect(twelve[0]).toBe(four[0]);
  expect(text).toContain(
    `that of \`tiny\`, the trainer's smallest model, from ${four[0]} to ${four[1]}`,
  );
  expect(text).toContain(`with 12 layers instead of 4, \`tiny\` would end at ${twelve[1]}`);
});

test("the scaled initial weights are those of the two matrices that write to the stream", () => {
  const names = Object.entries(parameterTable).filter(([, { init }]) => init === "residual");
  expect(names.map(([name]) => name)).toEqual(["attprojw", "fcprojw"]);
});

test("not added, a gradient fades or explodes; added it never fades; with LayerNorm it stays between 1 and 10", () => {
  const last = (sizes: number[], k: number) => sizes[k * (blocks + 1) + blocks];
  const [weak, strong] = [0, strengths.length - 1];
  expect(blocks).toBe(24);
  expect(last(plain, weak)).toBeLessThan(1e-12);
  expect(last(plain, strong)).toBeGreaterThan(1e6);
  expect(last(added, weak)).toBeCloseTo(1, 1);
  expect(last(added, strong)).toBeGreaterThan(1e6);
  for (const k of strengths.keys()) {
    expect(last(added, k)).toBeGreaterThan(0.9);
    expect(last(normed, k)).toBeGreaterThan(1);
    expect(last(normed, k)).toBeLessThan(10);
  }
  // The strip in which a gradient keeps its size, to a factor of ten, without the addition:
  const inside = strengths.filter((_, k) => last(plain, k) > 0.1 && last(plain, k) < 10);
  expect(inside.length).toBeLessThanOrEqual(3);
});

test("measured slopes of two blocks agree with the backward pass", () => {
  expect(largest).toBeLessThan(1e-8);
});

test("the reference has 24, 37, 1 and 1,536 elements", async () => {
  const cases = await loadReference("residual");
  expect(cases.map(({ sizes }) => sizes.N)).toEqual([24, 37, 1, 1536]);
});

test("what dinp1 and dinp2 hold before the check is not the same", async () => {
  const cases = readCases(await load("reference/residual.safetensors"));
  for (const { expected } of prepareCalls(checks.residualBackward, cases)) {
    const [first, second] = expected;
    expect(first.before.length).toBe(second.before.length);
    expect(first.before.some((value, i) => Math.abs(value - second.before[i]) > 0.05)).toBe(true);
  }
});

test("one array for dinp1 and dinp2 gets twice dout, as x + x has the slope 2", () => {
  const dinp = new Float32Array(3);
  residualBackward(dinp, dinp, Float32Array.of(1, 10, 100), 3);
  expect([...dinp]).toEqual([2, 20, 200]);
});

test("one array for dinp1 and dout leaves twice the gradient in both", () => {
  const dout = Float32Array.of(1, 10, 100);
  const dinp2 = new Float32Array(3);
  residualBackward(dout, dinp2, dout, 3);
  expect([...dout, ...dinp2]).toEqual([2, 20, 200, 2, 20, 200]);
});

test("the bug to find is a factor of 2 for each block, and the thriftier way is right", async () => {
  for (const { sizes, floats } of await loadReference("stack")) {
    const { N } = sizes;
    const [dout, inp, mid, torch] = ["dout", "inp", "mid", "dinp"].map(floats);
    const close = { atol: 1e-5, rtol: 1e-5 };
    const run = (kernel: typeof solution) => {
      const dinp = new Float32Array(N);
      kernel(dinp, dout, inp, mid, N);
      return dinp;
    };
    expectClose("solution", run(solution), torch, close);
    const fourfold = torch.map((value) => 4 * value);
    expectClose("start", run(broken), fourfold, { atol: 4e-5, rtol: 1e-5 });

    const dstream = dout.slice();
    const dbranch = dstream.slice();
    geluBackward(dstream, dbranch, mid, N);
    dbranch.set(dstream);
    geluBackward(dstream, dbranch, inp, N);
    expectClose("thrifty", dstream, torch, close);
  }
});

test("with three blocks the factor would be 8", () => {
  const [dout, x] = [random(8, 1), random(8, 2)];
  const down = (aliased: boolean) => {
    let dstream = dout.slice();
    for (let block = 0; block < 3; block++) {
      const next = aliased ? dstream : new Float32Array(8);
      const dbranch = new Float32Array(8);
      residualBackward(next, dbranch, dstream, 8);
      geluBackward(next, dbranch, x, 8);
      dstream = next;
    }
    return dstream;
  };
  const eightfold = down(false).map((value) => 8 * value);
  expectClose("three blocks", down(true), eightfold, { atol: 1e-5, rtol: 1e-5 });
});
