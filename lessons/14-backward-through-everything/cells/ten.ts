// Ten steps of training, on the batches that PyTorch was given, and the loss before each.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import {
  byParameter,
  type ParameterName,
  parameterNames,
} from "@llm.ts/kernels/gpt2/parameters.ts";
import { writeTensors } from "@llm.ts/kernels/model/model.ts";
import { readLoss, trainStep } from "@llm.ts/kernels/model/train.ts";

/** args: losses (steps), written; the 16 parameters; inputs, targets (steps, B, T); the sizes; the optimiser's settings */
export async function tenSteps(...args: unknown[]): Promise<void> {
  const [losses, ...parameters] = args.slice(0, 17) as Float32Array[];
  const [inputs, targets] = args.slice(17, 19) as Int32Array[];
  const [maxT, V, Vp, L, NH, C, B, T] = args.slice(19, 27) as number[];
  const [steps, lr, beta1, beta2, eps, weightDecay, maxNorm] = args.slice(27) as number[];

  const config = { maxT, V, Vp, L, NH, C };
  const model = createGPT2(createCpu(Float32Array), config, { B, T, training: true });
  const place = (name: ParameterName) => parameterNames.indexOf(name);
  writeTensors(
    model,
    "parameters",
    byParameter((name) => parameters[place(name)]),
  );

  const optimiser = { lr, beta1, beta2, eps, weightDecay, maxNorm };
  for (let step = 1; step <= steps; step++) {
    const batch = (ids: Int32Array) => ids.slice((step - 1) * B * T, step * B * T);
    trainStep(model, [{ inputs: batch(inputs), targets: batch(targets) }], step, optimiser);
    losses[step - 1] = await readLoss(model);
  }
  console.log(`L = ${L}: ${Array.from(losses, (loss) => loss.toFixed(4)).join("  ")}`);
}
