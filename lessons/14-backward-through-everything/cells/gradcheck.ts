// The gradient check, through all of GPT-2: one number of every kind of tensor, in float64.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { backward } from "@llm.ts/kernels/gpt2/backward.ts";
import { forward } from "@llm.ts/kernels/gpt2/forward.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { byParameter, parameterNames } from "@llm.ts/kernels/gpt2/parameters.ts";
import { classifier } from "@llm.ts/kernels/model/classifier.ts";
import { initialise, readTensors, writeTensors } from "@llm.ts/kernels/model/model.ts";
import { validationLoss } from "@llm.ts/kernels/model/train.ts";
import { zeroGradients } from "@llm.ts/kernels/model/update.ts";

const config = { maxT: 6, V: 20, Vp: 128, L: 2, NH: 2, C: 8 };
const [B, T] = [2, 6];
const model = createGPT2(createCpu(Float64Array), config, { B, T, training: true });
initialise(model, 7);

// Away from the starting values, at which biases are 0 and attention is nearly even.
const start = await readTensors(model, "parameters");
const values = byParameter((name) =>
  Float64Array.from(start[name], (x, i) => 3 * x + 0.2 * Math.sin(12.9898 * (i + 1))),
);
writeTensors(model, "parameters", values);

const inputs = Int32Array.from({ length: B * T }, (_, i) => (7 * i + 3) % config.V);
const targets = Int32Array.from({ length: B * T }, (_, i) => (7 * i + 10) % config.V);

zeroGradients(model);
forward(model, inputs);
classifier(model, targets, 0, true);
backward(model);
const gradients = await readTensors(model, "gradients");

const h = 1e-5;
let worst = 0;
for (const name of parameterNames) {
  const index = name === "wte" ? 3 * config.C + 1 : values[name].length - 2; // token 3 is among the inputs
  const slope = (await lossAt(name, index, h)) - (await lossAt(name, index, -h));
  const numerical = slope / (2 * h);
  const error = Math.abs(gradients[name][index] - numerical);
  worst = Math.max(worst, error);
  const [a, b] = [gradients[name][index], numerical].map((x) => x.toFixed(9).padStart(13));
  console.log(`${name.padEnd(9)}${a}${b}`);
}
console.log(`largest difference ${worst.toExponential(1)}`);

/** The loss with one number moved by `by`. */
async function lossAt(name: keyof typeof values, index: number, by: number): Promise<number> {
  const before = values[name][index];
  values[name][index] = before + by;
  writeTensors(model, "parameters", values);
  const loss = await validationLoss(model, { inputs, targets });
  values[name][index] = before;
  return loss;
}
