// A small GPT-2 whose gradients are in float16: as they are, and of a loss that is multiplied by S.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { classifier } from "@llm.ts/kernels/model/classifier.ts";
import { initialise, trainingOf } from "@llm.ts/kernels/model/model.ts";
import { readLoss } from "@llm.ts/kernels/model/train.ts";
import { defaultOptimiser, update, zeroGradients } from "@llm.ts/kernels/model/update.ts";
import { createFloat16 } from "./float16.ts";
import { B, batchOf, batchTokens, config, T } from "./text.ts";

export const steps = 120;
const growAfter = 20; // good steps in a row
const optimiser = { ...defaultOptimiser, lr: 0.01 };

export const names = ["float32", "float16, loss scaled", "float16, not scaled"];
const runs = [
  await train(createCpu(Float32Array), 1, false),
  await train(createFloat16(), 2 ** 40, true),
  await train(createFloat16(), 1, false),
];
export const losses = runs.flatMap((run) => run.losses);
export const scales = runs[1].scales; // of the second run, at each step
export const skipped = runs[1].skipped;

console.log(`loss at step              1      60     ${steps}   skipped`);
for (const [k, { losses, skipped }] of runs.entries()) {
  const at = [1, 60, steps].map((step) => losses[step - 1].toFixed(3).padStart(8));
  console.log(names[k].padEnd(20) + at.join("") + String(skipped).padStart(9));
}
console.log(
  `log2 of S: ${scales
    .filter((_, i) => i % 6 === 0)
    .map(Math.log2)
    .join(" ")}`,
);

/** @param S what the loss is multiplied by at first; `changes`: whether S is changed on the way */
async function train(backend: ReturnType<typeof createCpu>, S: number, changes: boolean) {
  const model = createGPT2(backend, config, { B, T, training: true });
  initialise(model, 1);
  const gradients = Object.values(trainingOf("train", model).gradients) as Float32Array[];
  const [losses, scales]: number[][] = [[], []];
  let [updates, good] = [0, 0];
  for (let step = 1; step <= steps; step++) {
    const { inputs, targets } = batchOf(step);
    model.chunks[0][0].dlosses.fill(S / batchTokens); // the gradient of S times the mean
    zeroGradients(model);
    model.architecture.forward(model, inputs);
    classifier(model, targets, 0, true);
    model.architecture.backward(model);
    backend.crossentropyMean(model.loss, model.losses, B * T);
    losses.push(await readLoss(model));
    scales.push(S);

    if (!gradients.every((of) => of.every(Number.isFinite))) {
      S /= 2; // something went over 65504: nothing of this step is used
      good = 0;
      continue;
    }
    for (const of of gradients) for (let i = 0; i < of.length; i++) of[i] /= S; // in float32
    update(model, ++updates, optimiser);
    if (changes && ++good % growAfter === 0) S *= 2;
  }
  return { losses, scales, skipped: steps - updates };
}
