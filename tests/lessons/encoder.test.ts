// Facts that the Encoder lesson states in its prose and that none of its cells prints.

import { costOf, watchKernels } from "@llm.ts/kernels/cost.ts";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { encoderBackward, encoderForward } from "@llm.ts/kernels/encoder/encoder.ts";
import { backward } from "@llm.ts/kernels/gpt2/backward.ts";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { forward } from "@llm.ts/kernels/gpt2/forward.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { initialise } from "@llm.ts/kernels/model/model.ts";
import { decode, encode } from "gpt-tokenizer/encoding/r50k_base";
import { expect, test } from "vitest";
import { encoderBackward as broken } from "../../lessons/04-encoder/mend/start.ts";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { english, textOf } from "./text.ts";

const text = await textOf("04-encoder");

const [B, T, C] = [2, 3, 2];
const toBeOr = [0, 1, 2];
const notToBe = [3, 0, 1];
const wte = Float32Array.of(1, 0, 0, 2, 3, 1, -1, 1, 2, 2);
const wpe = Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8);
const dout = Float32Array.of(1, 1, 2, 1, 4, 1, 8, 1, 16, 1, 32, 1);

function run(ids: number[], sizes = [B, T]): Float32Array {
  const out = new Float32Array(ids.length * C);
  encoderForward(out, Int32Array.from(ids), wte, wpe, sizes[0], sizes[1], C);
  return out;
}

test("wte has 31.0% of the parameters of GPT-2 124M and wpe 0.6%", () => {
  const [V, maxT, width, all] = [50257, 1024, 768, 124_439_808];
  for (const [name, rows] of [
    ["wte", V],
    ["wpe", maxT],
  ] as const) {
    const share = ((100 * rows * width) / all).toFixed(1);
    const cells = [english(rows), width, english(rows * width), `${share}%`];
    expect(text).toContain(`| \`${name}\` | ${cells.join(" | ")} |`);
  }
  const size = `${Math.round((V * width * 4) / 2 ** 20)} MiB`;
  expect(text).toContain(`\`wte\` takes ${size} in float32 and \`dwte\` another ${size}.`);
  expect(V * width * 4).toBeGreaterThan(128 * 2 ** 20); // what WebGPU promises at a time
  expect(Math.round(V / 4096)).toBe(12);
});

test("token 307 is be after a space; in GPT-2 the two to are the tokens 1462 and 284", () => {
  const ids = encode("to be or not to be");
  expect(ids).toEqual([1462, 307, 393, 407, 284, 307]);
  expect(ids.map((id) => decode([id]))).toEqual(["to", " be", " or", " not", " to", " be"]);
});

test("the dog and the man bite each other in the same tokens", () => {
  const [one, other] = ["the dog bites the man", "the man bites the dog"].map((text) =>
    encode(text),
  );
  expect(one).not.toEqual(other);
  expect(one.toSorted()).toEqual(other.toSorted());
});

test("to has the vectors (1.1, 0.2) and (1.3, 0.4), and the same one at the same position", () => {
  const out = run([...toBeOr, ...notToBe]);
  const close = { atol: 1e-6, rtol: 0 };
  expectClose("first", out.subarray(0, 2), Float32Array.of(1.1, 0.2), close);
  expectClose("second", out.subarray(8, 10), Float32Array.of(1.3, 0.4), close);
  const twice = run([...toBeOr, ...toBeOr]);
  expect(twice.subarray(0, 2)).toEqual(twice.subarray(6, 8));
});

test("swapped sequences swap the halves of the output", () => {
  const out = run([...toBeOr, ...notToBe]);
  const swapped = run([...notToBe, ...toBeOr]);
  expect(swapped).toEqual(Float32Array.of(...out.subarray(6), ...out.subarray(0, 6)));
});

test("six positions are too many for four rows, and an id out of range is named", () => {
  expect(() => run([...toBeOr, ...notToBe], [1, 6])).toThrow(/T is 6, but wpe has only 4/);
  expect(() => run([0, 1, 9, 3, 0, 1])).toThrow(/inp\[2\] is 9/);
});

test("the example by hand", () => {
  const [dwte, dwpe] = [new Float32Array(5 * C), new Float32Array(4 * C)];
  encoderBackward(dwte, dwpe, dout, Int32Array.of(...toBeOr, ...notToBe), B, T, C);
  expect([...dwte]).toEqual([17, 2, 34, 2, 4, 1, 8, 1, 0, 0]);
  expect([...dwpe]).toEqual([9, 2, 18, 2, 36, 2, 0, 0]);
  for (const table of [dwte, dwpe]) {
    const sum = (i: number) => table.reduce((s, x, k) => s + (k % C === i ? x : 0), 0);
    expect([sum(0), sum(1)]).toEqual([63, 6]);
  }
});

test("the slope of the figure is the sum of the two dout, and 0 where the loss is least", async () => {
  const { w, loss, slope, first, second } = await import("../../lessons/04-encoder/cells/nudge.ts");
  for (const [k, value] of slope.entries()) expect(value).toBeCloseTo(first[k] + second[k], 12);
  const least = loss.indexOf(Math.min(...loss));
  expect(w[least]).toBeCloseTo(0.8, 12);
  expect(slope[least]).toBeCloseTo(0, 12);
  const tangent = (loss[least + 20] - loss[least + 18]) / (w[least + 20] - w[least + 18]);
  expect(slope[least + 19]).toBeCloseTo(tangent, 10);
});

test("measured slopes agree, and agree better with h = 1, because the output is a straight line", async () => {
  const { errors } = await import("../../lessons/04-encoder/cells/gradcheck.ts");
  for (const error of Object.values(errors)) expect(error).toBeLessThan(1e-9);

  const table = Float64Array.from(wte);
  const inp = Int32Array.of(...toBeOr, ...notToBe);
  const loss = () => {
    const out = new Float64Array(B * T * C);
    encoderForward(out, inp, table, Float64Array.from(wpe), B, T, C);
    return out.reduce((sum, y, k) => sum + Math.sin(k) * y, 0);
  };
  const quotient = (h: number) => {
    table[0] = 1 + h;
    const above = loss();
    table[0] = 1 - h;
    return (above - loss()) / (2 * h);
  };
  const exact = Math.sin(0) + Math.sin(8);
  expect(Math.abs(quotient(1) - exact)).toBeLessThan(1e-15);
  expect(Math.abs(quotient(1e-5) - exact)).toBeGreaterThan(1e-13);
});

test("what the cases of the reference file leave to chance, and what not", async () => {
  const cases = await loadReference("encoder");
  const spare = cases.filter(({ sizes }) => sizes.maxT > sizes.T);
  expect(spare.map(({ name }) => name)).toEqual(["lesson", "wide"]);
  const absent = cases.filter((one) => new Set(one.ints("inp")).size < one.sizes.V);
  expect(absent.map(({ name }) => name)).toEqual(["lesson", "odd", "wide"]);
  const [lesson, , repeated] = cases;
  expect([...lesson.ints("inp")]).toEqual([0, 4, 4, 3, 3, 3]);
  expect([repeated.sizes.V, repeated.sizes.B * repeated.sizes.T]).toEqual([2, 64]);
  for (const { sizes } of cases) expect(new Set([sizes.B, sizes.T, sizes.C]).size).toBe(3);
});

test("row bt of wpe for row t: the first sequence is right, the others are not", async () => {
  const [{ sizes, ints, floats }] = await loadReference("encoder");
  const [ids, tokens, positions, out] = [ints("inp"), floats("wte"), floats("wpe"), floats("out")];
  for (let k = 0; k < out.length; k++) {
    const bt = Math.floor(k / sizes.C);
    const i = k % sizes.C;
    const mistaken = tokens[ids[bt] * sizes.C + i] + positions[bt * sizes.C + i];
    expect(Math.abs(mistaken - out[k]) < 1e-5).toBe(bt < sizes.T);
  }
});

test("the bug to find is right where no token stands twice in a sequence, and wrong where one does", () => {
  const compare = (ids: number[], [b, t]: number[]) => {
    const tables = [encoderBackward, broken].map((kernel) => {
      const [dwte, dwpe] = [random(5 * C, 1, 0.5, 1), random(6 * C, 2, 0.5, 1)];
      kernel(dwte, dwpe, dout, Int32Array.from(ids), b, t, C);
      return { dwte, dwpe };
    });
    const close = { atol: 1e-5, rtol: 0 };
    expectClose("dwpe", tables[1].dwpe, tables[0].dwpe, close);
    const off = tables[1].dwte.map((x, k) => Math.abs(x - tables[0].dwte[k]));
    return Array.from(off.keys()).filter((k) => off[k] > 0.1);
  };
  expect(compare([...toBeOr, ...notToBe], [2, 3])).toEqual([]);
  expect(compare([...toBeOr, ...notToBe], [1, 6])).toEqual([0, 1, 2, 3]); // "to" and "be"
});

test("the backward pass of GPT-2 takes about twice the arithmetic of the forward pass", () => {
  let flops = 0;
  const backend = watchKernels(createCpu(Float32Array), (kernel, args) => {
    flops += costOf(kernel, args).flops;
  });
  const sizes = { B: 1, T: 8, training: true, attention: "recomputed" } as const;
  const model = createGPT2(backend, presets.tiny, sizes);
  initialise(model, 1);
  const ids = Int32Array.from({ length: 8 }, (_, k) => k);
  flops = 0;
  forward(model, ids);
  const once = flops;
  flops = 0;
  backward(model);
  expect(flops / once).toBeGreaterThan(1.8);
  expect(flops / once).toBeLessThan(2.3);
});
