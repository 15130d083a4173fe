import { parameterNames, parameterShape } from "@llm.ts/kernels/gpt2/parameters.ts";
import type { Check, Tensor } from "../../../src/cells/check.ts";
import { kept } from "../tiny.ts";

const sizeNames = ["maxT", "V", "Vp", "L", "NH", "C", "B", "T"];
const settingNames = ["steps", "lr", "beta1", "beta2", "eps", "weightDecay", "maxNorm"];

export const check: Check = {
  function: "tenLosses",
  reference: "gpt2",
  args: ["losses", ...parameterNames, "inputs", "targets", ...sizeNames, ...settingNames],
  writes: ["losses"],
  adds: [],
  updates: Object.fromEntries(kept.map((name) => [name, `trained.${name}`])),
  shapes: { losses: "steps" },
  letters: { steps: "step" },
  cases: (one) => (one.name === "spread" ? [one] : []), // in which nothing is 0 or 1 that could hide a mistake
  draw(draw) {
    const [B, T, V] = draw.different(3, 2, 5);
    const config = { maxT: T + 1, V, Vp: 128, L: 1, NH: 2, C: 4 };
    const steps = 4;
    const settings = {
      lr: 0.02,
      beta1: 0.8,
      beta2: 0.9,
      eps: 1e-8,
      weightDecay: 0.5,
      maxNorm: 0.5,
    };
    const parameters = parameterNames.map((name) => {
      return [name, draw.normal(parameterShape(name, config), 0.5)] as const;
    });
    const ids = () => draw.ids([steps, B, T], V);
    const tensors = new Map<string, Tensor>([
      ...parameters,
      ...([
        ["losses", draw.empty([steps])],
        ["inputs", ids()],
        ["targets", ids()],
      ] as const),
    ]);
    return [{ name: "drawn", sizes: { ...config, B, T, steps, ...settings }, tensors }];
  },
};
