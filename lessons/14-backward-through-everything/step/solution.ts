import { adamwUpdate } from "@llm.ts/kernels/adamw/adamw.ts";
import { clipGradients, gradientSquares } from "@llm.ts/kernels/clip/clip.ts";
import { backward } from "@llm.ts/kernels/gpt2/backward.ts";
import { forward } from "@llm.ts/kernels/gpt2/forward.ts";
import { parameterNames } from "@llm.ts/kernels/gpt2/parameters.ts";
import { classifier } from "@llm.ts/kernels/model/classifier.ts";
import { type Learned, matrices, runSteps, type Settings, type Tiny } from "../tiny.ts";

/** One step of training on one batch. Returns its mean loss, as it was before the update. */
function trainStep(
  model: Tiny,
  { parameters, gradients, m, v }: Learned,
  inputs: Int32Array, // (B, T)
  targets: Int32Array, // (B, T)
  t: number, // number of this step, from 1
  { lr, beta1, beta2, eps, weightDecay, maxNorm }: Settings,
): number {
  for (const name of parameterNames) gradients[name].fill(0);

  forward(model, inputs);
  classifier(model, targets, 0, true);
  backward(model);

  let loss = 0;
  for (const one of model.losses) loss += one / model.losses.length;

  const squares = new Float32Array(1);
  for (const name of parameterNames) {
    gradientSquares(squares, gradients[name], gradients[name].length);
  }
  for (const name of parameterNames) {
    const [params, grads] = [parameters[name], gradients[name]];
    const N = params.length;
    const decay = matrices.includes(name) ? weightDecay : 0;
    clipGradients(grads, squares, maxNorm, N);
    adamwUpdate(params, grads, m[name], v[name], t, lr, beta1, beta2, eps, decay, N);
  }
  return loss;
}

/** Ten steps from PyTorch's parameters, on PyTorch's batches: this is what Check calls. */
export function tenLosses(...args: unknown[]): void {
  runSteps(trainStep, args);
}
