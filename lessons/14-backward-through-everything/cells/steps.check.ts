import type { Check } from "../../../src/cells/check.ts";

// The whole of GPT-2, as kernels/gpt2/gpt2.py writes it.
const parameterNames = [
  ...["wte", "wpe", "ln1w", "ln1b", "qkvw", "qkvb", "attprojw", "attprojb"],
  ...["ln2w", "ln2b", "fcw", "fcb", "fcprojw", "fcprojb", "lnfw", "lnfb"],
];
const batchNames = ["inputs", "targets"];
const sizeNames = ["maxT", "V", "Vp", "L", "NH", "C", "B", "T"];
const settingNames = ["steps", "lr", "beta1", "beta2", "eps", "weightDecay", "maxNorm"];

export const check: Check = {
  function: "tenSteps",
  reference: "gpt2",
  args: ["losses", ...parameterNames, ...batchNames, ...sizeNames, ...settingNames],
  writes: ["losses"],
  adds: [],
};
