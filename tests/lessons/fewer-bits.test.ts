// What the lesson about fewer bits says of formats, of memory, and of the runs that fail: against PyTorch's roundings, or
// against numbers worked out here.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { openStream } from "@llm.ts/kernels/runtime/random.ts";
import { expect, test } from "vitest";
import { ends } from "../../lessons/29-fewer-bits/cells/ends.ts";
import { createFloat16, roundToFloat16 } from "../../lessons/29-fewer-bits/cells/float16.ts";
import { counts, lowest, share } from "../../lessons/29-fewer-bits/cells/gradients.ts";
import { training, writing } from "../../lessons/29-fewer-bits/cells/memory.ts";
import { atRandom, toNearest } from "../../lessons/29-fewer-bits/cells/rounding.ts";
import * as scaling from "../../lessons/29-fewer-bits/cells/scaling.ts";
import * as weights from "../../lessons/29-fewer-bits/cells/weights.ts";
import { rowsOf, sketch } from "../../lessons/29-fewer-bits/sketch.ts";
import { loadReference } from "../reference.ts";
import { textOf } from "./text.ts";

const text = await textOf("29-fewer-bits");
const mean = (of: readonly number[]) => of.reduce((a, b) => a + b) / of.length;

test("the formats end where IEEE says", () => {
  expect(ends).toEqual([
    {
      name: "float32",
      largest: (2 - 2 ** -23) * 2 ** 127,
      normal: 2 ** -126,
      smallest: 2 ** -149,
      after1: 2 ** -23,
    },
    {
      name: "bfloat16",
      largest: (2 - 2 ** -7) * 2 ** 127,
      normal: 2 ** -126,
      smallest: 2 ** -133,
      after1: 2 ** -7,
    },
    { name: "float16", largest: 65504, normal: 2 ** -14, smallest: 2 ** -24, after1: 2 ** -10 },
  ]);
});

test("the sketch's rows and the cells' roundings are PyTorch's", async () => {
  for (const { floats } of await loadReference("pack")) {
    const inp = floats("inp");
    const halves = { bfloat16: floats("out_bfloat16"), float16: floats("out_float16") };
    expect(toNearest(inp)).toEqual(halves.bfloat16);
    const rounded = inp.slice();
    roundToFloat16(rounded);
    expect(rounded).toEqual(halves.float16);
    for (const [i, value] of inp.slice(0, 300).entries()) {
      const [bfloat16, float16] = rowsOf(value);
      expect(Object.is(bfloat16.nearest, halves.bfloat16[i])).toBe(true);
      expect(Object.is(float16.nearest, halves.float16[i])).toBe(true);
    }
  }
});

test("the sketch's spacings: half of one is the most that a rounding is off, and 8 bits are exact at the end of a block", () => {
  for (const value of [0.1, 1, 1.999, 3e-6, 5e4, 2 ** -20]) {
    for (const { nearest, spacing } of rowsOf(value)) {
      expect(Math.abs(nearest - value)).toBeLessThanOrEqual(spacing / 2 + 1e-12 * value);
    }
  }
  expect(rowsOf(4)[2].nearest).toBeCloseTo(4, 12);
  // "for which numbers are 8 bits as good as 16?": those near the largest, as bfloat16 has spacing 2^-6 there.
  expect(rowsOf(3.9)[2].spacing).toBeLessThan(2.1 * rowsOf(3.9)[0].spacing);
  expect(rowsOf(0.1)[2].spacing).toBeGreaterThan(60 * rowsOf(0.1)[0].spacing);
  // "When has float16 fewer digits than bfloat16?": below 2^-17, where its subnormals have fewer than 7 bits left.
  expect(rowsOf(2 ** -18)[1].spacing).toBeGreaterThan(rowsOf(2 ** -18)[0].spacing);
  expect(rowsOf(2 ** -17)[1].spacing).toBe(rowsOf(2 ** -17)[0].spacing);
});

test("the sketch's switches put together what they say", () => {
  expect(sketch.says(sketch.start)).toBe("0.1 in bfloat16 is (1 + 77/128) · 2⁻⁴.");
  const [, sign] = sketch.handles(sketch.start);
  const flipped = sign.y?.set(1) ?? sketch.start;
  expect(sketch.says(flipped)).toBe("−0.100098 in bfloat16 is −(1 + 77/128) · 2⁻⁴.");
  const float16 = sketch.choices?.(sketch.start)[0].set(1) ?? sketch.start;
  expect(sketch.says(float16)).toBe("0.1 in float16 is (1 + 614/1024) · 2⁻⁴.");
  let ones = float16;
  for (let at = 2; at <= 6; at++) ones = sketch.handles(ones)[at].y?.set(1) ?? ones;
  expect(sketch.says(ones)).toContain("no number");
});

test("rounded at random the mean is right, and each is one of the two neighbours", () => {
  const x = 1.001; // neighbours in bfloat16: 1 and 1.0078125
  const values = new Float32Array(100_000).fill(x);
  const rounded = atRandom(values, openStream(3, 0));
  expect(new Set(rounded)).toEqual(new Set([1, 1.0078125]));
  const p = (x - 1) / 2 ** -7;
  const spread = (2 ** -7 * Math.sqrt(p * (1 - p))) / Math.sqrt(values.length);
  expect(Math.abs(mean(Array.from(rounded)) - x)).toBeLessThan(4 * spread);
  expect(toNearest(Float32Array.of(x))[0]).toBe(1);
});

test("weights in place stop short; master weights and rounding at random go on alike", () => {
  const last = weights.names.map((_, k) =>
    mean(weights.losses.slice((k + 1) * weights.steps - 20, (k + 1) * weights.steps)),
  );
  const [master, random, nearest] = last;
  expect(weights.losses).toHaveLength(3 * weights.steps);
  expect(Math.abs(master - random)).toBeLessThan(0.05);
  expect(nearest).toBeGreaterThan(master + 0.1);
  expect(text).toContain(`${(100 * weights.lostShare).toFixed(0)} % of all steps are lost`);
});

test("in float16 nothing is learned without a scale, and as much as in float32 with one", () => {
  const last = scaling.names.map((_, k) =>
    mean(scaling.losses.slice((k + 1) * scaling.steps - 20, (k + 1) * scaling.steps)),
  );
  const [float32, scaled, plain] = last;
  expect(Math.abs(scaled - float32)).toBeLessThan(0.1);
  expect(plain).toBeGreaterThan(2.1);
  expect(float32).toBeLessThan(1);
  // Halved at each skipped step, and doubled after 20 good ones.
  expect(scaling.skipped).toBeGreaterThan(3);
  const halved = scaling.scales.slice(1).filter((S, i) => S < scaling.scales[i]);
  // What the last step does to S shows in no scale.
  expect([scaling.skipped - 1, scaling.skipped]).toContain(halved.length);
  expect(scaling.scales.slice(1).some((S, i) => S === 2 * scaling.scales[i])).toBe(true);
  for (const [i, S] of scaling.scales.slice(1).entries()) {
    expect([0.5, 1, 2]).toContain(S / scaling.scales[i]);
  }
});

test("the backend that keeps gradients in float16 rounds gradients and nothing else", () => {
  const backend = createFloat16();
  const [out, weight] = [new Float32Array(1), Float32Array.of(0.1)];
  const inp = Float32Array.of(0.1);
  backend.matmulForward(out, inp, weight, null, 1, 1, 1, 1);
  expect(out[0]).toBe(Math.fround(weight[0] * inp[0])); // not rounded to 11 bits
  const [dinp, dweight] = [new Float32Array(1), new Float32Array(1)];
  backend.matmulBackward(dinp, dweight, null, Float32Array.of(2 ** -22), inp, weight, 1, 1, 1, 1);
  expect([dinp[0], dweight[0]]).toEqual([0, 0]); // 0.1 · 2^-22 is under half of 2^-24
  backend.matmulBackward(dinp, dweight, null, Float32Array.of(1), inp, weight, 1, 1, 1, 1);
  const tenth = 0.0999755859375; // 1638 · 2^-14
  expect([dinp[0], dweight[0]]).toEqual([tenth, tenth]);
  expect([inp[0], weight[0]]).toEqual([Math.fround(0.1), Math.fround(0.1)]);
});

test("of the fused cross-entropy it rounds the gradients that are written over the logits, and no loss", () => {
  const run = (backend: ReturnType<typeof createFloat16>) => {
    const [logits, losses] = [Float32Array.of(0.5, 0.2, -0.1), new Float32Array(1)];
    const [ones, targets] = [Float32Array.of(1), Int32Array.of(1)];
    backend.crossentropySoftmaxFused(logits, losses, ones, targets, 1, 1, 3, 3);
    return { dlogits: logits, losses };
  };
  const [plain, kept] = [run(createCpu(Float32Array)), run(createFloat16())];
  const rounded = plain.dlogits.slice();
  roundToFloat16(rounded);
  expect(rounded).not.toEqual(plain.dlogits);
  expect(kept.dlogits).toEqual(rounded);
  const lossInFloat16 = plain.losses.slice();
  roundToFloat16(lossInFloat16);
  expect(lossInFloat16).not.toEqual(plain.losses);
  expect(kept.losses).toEqual(plain.losses);
});

test("most of the gradients are under float16's end", () => {
  const all = counts.reduce((a, b) => a + b);
  const under = counts.slice(0, -25 - lowest).reduce((a, b) => a + b);
  expect(share).toBeCloseTo(under / all, 2);
  expect(share).toBeGreaterThan(0.5);
  expect(share).toBeLessThan(0.85);
});

test("what the text says of memory is what the plan says", () => {
  const sizes = training.map(({ bytes }) => (bytes / 1e9).toFixed(2));
  expect(sizes).toEqual(["7.73", "5.52", "4.71", "3.61"]);
  for (const size of sizes) expect(text).toContain(size);
  expect(writing.map((bytes) => Math.round(bytes / 1e6))).toEqual([498, 143]);
  expect(text).toContain("weights take 498 MB, and in blocks of 8 bits 143");
  const [C, L, T, V] = [768, 12, 1024, 50257]; // of GPT-2 124M; 12 C² in the matrices of a block
  const matrices = V * C + L * 12 * C * C;
  const rest = T * C + L * (4 + 9) * C + 2 * C;
  expect([matrices + rest, (matrices / 1e6).toFixed(1)]).toEqual([124_439_808, "123.5"]);
  const megabytes = [(matrices * 9) / 8e6, (rest * 4) / 1e6].map(Math.round);
  expect(megabytes).toEqual([139, 4]);
  expect(text).toMatch(/That is\s139 for the 123\.5 million weights of matrices, 9 bits each/);
  expect([(32 * 8 + 16) / 32, (32 * 8 + 32) / 32]).toEqual([8.5, 9]);
});

test("0.001 is less than half of the spacing after 1, and a scale's rounding adds 0.062 of it", () => {
  expect(0.001).toBeLessThan(2 ** -7 / 2);
  expect((127 * 2 ** -11).toFixed(3)).toBe("0.062");
});

test("the loop arrives near the largest scale with which no gradient of the figure is infinite", () => {
  const top = lowest + counts.findLastIndex((count) => count > 0); // below 2^(top + 1)
  const most = 15 - top; // so that it is below 2^16
  expect(Math.abs(Math.log2(scaling.scales.at(-1) ?? 0) - most)).toBeLessThanOrEqual(1);
  expect(text).toContain("over 65504 and became infinite");
});
