// The same small GPT-2, trained three times with weights in bfloat16: with a float32 copy that is updated, and without one.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { classifier } from "@llm.ts/kernels/model/classifier.ts";
import { initialise } from "@llm.ts/kernels/model/model.ts";
import { readLoss } from "@llm.ts/kernels/model/train.ts";
import { defaultOptimiser, update, zeroGradients } from "@llm.ts/kernels/model/update.ts";
import { openStream } from "@llm.ts/kernels/runtime/random.ts";
import { atRandom, toNearest } from "./rounding.ts";
import { B, batchOf, config, T } from "./text.ts";

export const steps = 400;
const optimiser = { ...defaultOptimiser, lr: 2e-4 };

type How = "float32 master weights" | "at random, in place" | "to the nearest, in place";
export const names: How[] = [
  "float32 master weights",
  "at random, in place",
  "to the nearest, in place",
];
let [moved, lost] = [0, 0]; // steps of single weights, in the third run
export const losses: number[] = []; // of all steps of the first run, then of the next
for (const how of names) losses.push(...(await train(how)));

console.log(`mean loss of 20 steps, up to step   100     200     ${steps}`);
for (const [k, how] of names.entries()) {
  const upTo = (step: number) =>
    losses.slice(k * steps + step - 20, k * steps + step).reduce((a, b) => a + b) / 20;
  console.log(
    how.padEnd(32) + [100, 200, steps].map((s) => upTo(s).toFixed(3).padStart(8)).join(""),
  );
}

export const lostShare = lost / (moved + lost);
console.log(`to the nearest, ${(100 * lostShare).toFixed(0)} % of all steps are rounded away`);

/** Counts weights that a step has moved, and those that are where they were once they are rounded. */
function count(before: readonly Float32Array[], after: readonly Float32Array[]): void {
  for (const [k, of] of after.entries()) {
    const rounded = toNearest(of);
    for (let i = 0; i < of.length; i++) {
      if (of[i] === before[k][i]) continue;
      if (rounded[i] === before[k][i]) lost++;
      else moved++;
    }
  }
}

async function train(how: How): Promise<number[]> {
  const backend = createCpu(Float32Array);
  const model = createGPT2(backend, config, { B, T, training: true });
  initialise(model, 1);
  const weights = Object.values(model.parameters) as Float32Array[];
  const before: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const { inputs, targets } = batchOf(step);
    const masters = how === "float32 master weights" ? weights.map((of) => of.slice()) : [];
    // What the passes read. Those that were rounded at random are rounded already.
    if (step === 1 || how !== "at random, in place") {
      for (const of of weights) of.set(toNearest(of));
    }
    zeroGradients(model);
    model.architecture.forward(model, inputs);
    classifier(model, targets, 0, true);
    model.architecture.backward(model);
    for (const [k, master] of masters.entries()) weights[k].set(master);
    const old = how === "to the nearest, in place" ? weights.map((of) => of.slice()) : [];
    update(model, step, optimiser);
    if (how === "to the nearest, in place") count(old, weights);
    if (how === "at random, in place") {
      for (const [k, of] of weights.entries()) of.set(atRandom(of, openStream(step, k)));
    }
    backend.crossentropyMean(model.loss, model.losses, B * T);
    before.push(await readLoss(model));
  }
  return before;
}
