// How large the gradients of a backward pass are: how many are from 2^k to 2^(k+1), for each k.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { classifier } from "@llm.ts/kernels/model/classifier.ts";
import { initialise, trainingOf } from "@llm.ts/kernels/model/model.ts";
import { zeroGradients } from "@llm.ts/kernels/model/update.ts";
import { B, batchOf, batchTokens, config, T } from "./text.ts";

const model = createGPT2(createCpu(Float32Array), config, { B, T, training: true });
initialise(model, 1);
const { inputs, targets } = batchOf(1);
model.chunks[0][0].dlosses.fill(1 / batchTokens);
zeroGradients(model);
model.architecture.forward(model, inputs);
classifier(model, targets, 0, true);
model.architecture.backward(model);
const gradients = Object.values(trainingOf("the cell", model).gradients) as Float32Array[];

export const lowest = -70;
export const counts = new Array<number>(80).fill(0); // counts[k - lowest]
let [all, lost] = [0, 0];
for (const of of gradients) {
  for (const g of of) {
    if (g === 0) continue; // of rows of wte and wpe that no token had
    all++;
    counts[Math.max(0, Math.floor(Math.log2(Math.abs(g))) - lowest)]++;
    if (Math.abs(g) <= 2 ** -25) lost++;
  }
}
export const share = lost / all;
console.log(
  `${all} gradients other than 0, of which float16 makes ${(100 * share).toFixed(1)} % to 0`,
);
