import { createCpu } from "@llm.ts/kernels/cpu.ts";
import type { Config } from "@llm.ts/kernels/gpt2/config.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { initialise } from "@llm.ts/kernels/model/model.ts";
import { readLoss, trainStep } from "@llm.ts/kernels/model/train.ts";
import { expect, test } from "vitest";
import { openWasm } from "../wasm.ts";
import { type AnyBackend, optimiser, randomBatch } from "./models.ts";

// Sizes that fill no tile, no vector and no share of a thread.
const config: Config = { maxT: 37, V: 301, Vp: 384, L: 2, NH: 3, C: 42 };
const [B, T, steps] = [3, 37, 50];

/** The losses of a run that learns 4 batches by heart. */
async function losses(backend: AnyBackend, attention: "kept" | "recomputed" = "recomputed") {
  const model = createGPT2(backend, config, { B, T, training: true, attention });
  initialise(model, 1);
  const all: number[] = [];
  for (let step = 1; step <= steps; step++) {
    trainStep(model, [randomBatch(B, T, 1 + (step % 4), config.V)], step, optimiser);
    all.push(await readLoss(model));
  }
  return all;
}

const open = async (...options: Parameters<typeof openWasm>) =>
  (await openWasm(...options)) as unknown as AnyBackend;

test("50 steps have the losses of the TypeScript tier, within 2e-3 at every step, however many threads share the work", async () => {
  const expected = await losses(createCpu() as unknown as AnyBackend);
  expect(expected[0]).toBeCloseTo(Math.log(301), 1);
  expect(expected[steps - 1]).toBeLessThan(expected[0] - 2);
  for (const [build, ...threads] of [
    ["kernels", 2],
    ["kernels.relaxed", 2, 3],
  ] as const) {
    const one = await losses(await open(build, 1));
    expect(one).not.toEqual(expected); // it is another tier that computed them
    for (const [i, loss] of one.entries()) expect(Math.abs(loss - expected[i])).toBeLessThan(2e-3);
    for (const each of threads) {
      expect(await losses(await open(build, each)), `${each} threads`).toEqual(one);
    }
  }
}, 300_000); // 350 steps, and more threads than a busy machine has to give

test("with attention kept too, on one thread and on three, to the last bit", async () => {
  const one = await losses(await open("kernels.relaxed", 1), "kept");
  expect(await losses(await open("kernels.relaxed", 3), "kept")).toEqual(one);
  const expected = await losses(createCpu() as unknown as AnyBackend, "kept");
  for (const [i, loss] of one.entries()) expect(Math.abs(loss - expected[i])).toBeLessThan(2e-3);
}, 300_000);
