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
  // TODO: 1. set all gradients to 0
  //       2. the way forward, the classifier, the way back
  //       3. the mean of model.losses
  //       4. clip the gradients, all of them together
  //       5. AdamW on each of the 16 tensors
  return 0;
}

/** Ten steps from PyTorch's parameters, on PyTorch's batches: this is what Check calls. */
export function tenLosses(...args: unknown[]): void {
  runSteps(trainStep, args);
}
