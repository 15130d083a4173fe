// What the exercise about a whole step stands on: a small GPT-2 with PyTorch's parameters, and ten calls of the step.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import {
  type ByParameter,
  type ParameterName,
  parameterNames,
} from "@llm.ts/kernels/gpt2/parameters.ts";
import type { GPT2 } from "@llm.ts/kernels/gpt2/tables.ts";
import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";

/** A GPT-2 on the processor: every tensor is an array. */
export type Tiny = GPT2<Floats, Ints>;

/** What a step needs besides the model: for each of the 16 tensors its parameters, gradients, and AdamW's m and v. */
export interface Learned {
  parameters: ByParameter<Floats>;
  gradients: ByParameter<Floats>;
  m: ByParameter<Floats>;
  v: ByParameter<Floats>;
}

export interface Settings {
  lr: number;
  beta1: number;
  beta2: number;
  eps: number;
  weightDecay: number;
  maxNorm: number;
}

/** Names of the matrices. They decay; biases and the scales of LayerNorm do not. */
export const matrices: readonly ParameterName[] = [
  ...(["wte", "wpe", "qkvw", "attprojw", "fcw", "fcprojw"] as const),
];

/** Of these PyTorch's values after ten steps are kept: two that decay, two that do not. */
export const kept: readonly ParameterName[] = ["wte", "attprojw", "fcprojb", "lnfw"];

export type Step = (
  model: Tiny,
  learned: Learned,
  inputs: Int32Array,
  targets: Int32Array,
  t: number,
  settings: Settings,
) => number;

/**
 * Ten steps, each on a batch of its own.
 *
 * @param args losses, written; the 16 parameters, of which `kept` are updated; inputs, targets (steps, B, T); the sizes; the settings
 */
export function runSteps(step: Step, args: readonly unknown[]): void {
  const [losses, ...tensors] = args.slice(0, 17) as Float32Array[];
  const [inputs, targets] = args.slice(17, 19) as Int32Array[];
  const [maxT, V, Vp, L, NH, C, B, T] = args.slice(19, 27) as number[];
  const [steps, lr, beta1, beta2, eps, weightDecay, maxNorm] = args.slice(27) as number[];

  const config = { maxT, V, Vp, L, NH, C };
  const model: Tiny = createGPT2(createCpu(Float32Array), config, { B, T, training: true });
  const { parameters, training } = model;
  if (!training) throw new Error("the model has to be made with training: true");
  for (const [k, name] of parameterNames.entries()) parameters[name].set(tensors[k]);

  const learned = { parameters, ...training };
  const settings = { lr, beta1, beta2, eps, weightDecay, maxNorm };
  for (let t = 1; t <= steps; t++) {
    const batch = (ids: Int32Array) => ids.slice((t - 1) * B * T, t * B * T);
    losses[t - 1] = step(model, learned, batch(inputs), batch(targets), t, settings);
  }
  for (const name of kept) tensors[parameterNames.indexOf(name)].set(parameters[name]);
}
