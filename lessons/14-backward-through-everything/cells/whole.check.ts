import type { Case, Check, Tensor } from "../../../src/cells/check.ts";

// The whole of GPT-2, as kernels/gpt2/gpt2.py writes it.
const parameterNames = [
  ...["wte", "wpe", "ln1w", "ln1b", "qkvw", "qkvb", "attprojw", "attprojb"],
  ...["ln2w", "ln2b", "fcw", "fcb", "fcprojw", "fcprojb", "lnfw", "lnfb"],
];
const gradientNames = parameterNames.map((name) => `d${name}`);
const batchNames = ["inputs", "targets"];
const sizeNames = ["maxT", "V", "Vp", "L", "NH", "C", "B", "T"];

/** Only the first of the batches, (B, T) instead of (steps, B, T): its gradients are the ones in the file. */
function firstStep({ name, sizes, tensors }: Case): Case[] {
  const { B, T } = sizes;
  const first = (tensor: string): [string, Tensor] => {
    const data = tensors.get(tensor)?.data.slice(0, B * T) ?? new Int32Array();
    return [tensor, { shape: [B, T], data }];
  };
  return [{ name, sizes, tensors: new Map([...tensors, ...batchNames.map(first)]) }];
}

export const check: Check = {
  function: "wholeBackward",
  reference: "gpt2",
  args: [...gradientNames, ...parameterNames, ...batchNames, ...sizeNames],
  writes: [],
  adds: gradientNames,
  cases: firstStep,
};
