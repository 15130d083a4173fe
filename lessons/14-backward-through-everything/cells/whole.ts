// Forward pass, classifier and backward pass of a whole GPT-2, from PyTorch's parameters and tokens: all 16 gradients.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { backward } from "@llm.ts/kernels/gpt2/backward.ts";
import { forward } from "@llm.ts/kernels/gpt2/forward.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import {
  byParameter,
  type ParameterName,
  parameterNames,
} from "@llm.ts/kernels/gpt2/parameters.ts";
import { classifier } from "@llm.ts/kernels/model/classifier.ts";
import { readTensors, writeTensors } from "@llm.ts/kernels/model/model.ts";
import { zeroGradients } from "@llm.ts/kernels/model/update.ts";

/** args: the 16 gradients, added to; the 16 parameters; inputs, targets (B, T); maxT, V, Vp, L, NH, C, B, T */
export async function wholeBackward(...args: unknown[]): Promise<void> {
  const tensors = args.slice(0, 32) as Float32Array[];
  const [inputs, targets] = args.slice(32, 34) as Int32Array[];
  const [maxT, V, Vp, L, NH, C, B, T] = args.slice(34) as number[];

  const config = { maxT, V, Vp, L, NH, C };
  const model = createGPT2(createCpu(Float32Array), config, { B, T, training: true });
  const place = (name: ParameterName) => parameterNames.indexOf(name);
  writeTensors(
    model,
    "parameters",
    byParameter((name) => tensors[16 + place(name)]),
  );

  zeroGradients(model);
  forward(model, inputs);
  classifier(model, targets, 0, true);
  backward(model);

  const gradients = await readTensors(model, "gradients");
  for (const name of parameterNames) {
    const out = tensors[place(name)];
    for (let i = 0; i < out.length; i++) out[i] += gradients[name][i];
  }
}
