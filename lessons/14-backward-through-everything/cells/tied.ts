// The gradient of wte is a sum of two: one from the classifier, one from the encoder.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { backward } from "@llm.ts/kernels/gpt2/backward.ts";
import { forward } from "@llm.ts/kernels/gpt2/forward.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { classifier } from "@llm.ts/kernels/model/classifier.ts";
import { initialise, readTensors } from "@llm.ts/kernels/model/model.ts";
import { zeroGradients } from "@llm.ts/kernels/model/update.ts";

const config = { maxT: 8, V: 128, Vp: 128, L: 2, NH: 2, C: 16 };
const [B, T] = [1, 8];
const model = createGPT2(createCpu(Float64Array), config, { B, T, training: true });
initialise(model, 1);

const inputs = Int32Array.of(5, 17, 5, 99, 3, 17, 5, 40);
const targets = Int32Array.of(17, 5, 99, 3, 17, 5, 40, 5);

zeroGradients(model);
forward(model, inputs);
classifier(model, targets, 0, true);
const byClassifier = (await readTensors(model, "gradients")).wte; // a copy, before backward adds its own
backward(model);
const both = (await readTensors(model, "gradients")).wte;

console.log("token   classifier   encoder      both     length of the row of dwte");
for (const [token, note] of [
  [5, "input and target"],
  [3, "input and target"],
  [100, "neither"],
] as const) {
  const row = (tensor: ArrayLike<number>) =>
    Array.from({ length: config.C }, (_, i) => tensor[token * config.C + i]);
  const [first, sum] = [row(byClassifier), row(both)];
  const second = sum.map((x, i) => x - first[i]);
  const lengths = [first, second, sum].map((x) =>
    Math.hypot(...x)
      .toFixed(5)
      .padStart(10),
  );
  console.log(`${String(token).padStart(5)} ${lengths.join(" ")}     ${note}`);
}
