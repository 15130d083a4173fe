// GPT-2 as one drawing: its parts in the order in which a batch goes through them, each with the lesson that builds it. What
// a part holds and costs is computed from the tables that the model itself is made from. After them come the parts that later
// models have instead.

import type { Config } from "@llm.ts/kernels/gpt2/config.ts";
import {
  countParameters,
  type ParameterName,
  parameterLength,
} from "@llm.ts/kernels/gpt2/parameters.ts";
import { type KernelName, signatures } from "@llm.ts/kernels/layers.ts";
import { evaluate } from "@llm.ts/kernels/runtime/signature.ts";

export interface Part {
  name: string;
  lesson: string; // its slug
  shape?: string; // of what it hands on
  parameters?: readonly ParameterName[];
  kernel?: KernelName; // of its forward pass
  sizes?: (config: Config) => Record<string, number>; // that the kernel is called with, besides B, T and C
  /** Of a part that GPT-2 does not have: what it has there. */
  insteadOf?: string;
}

export interface Group {
  name: string;
  perLayer?: boolean; // whether there are L of it
  line?: boolean; // whether its name is beside its parts, so that the map is less high
  rows: readonly (readonly Part[])[];
}

const norm = (...parameters: ParameterName[]): Part => ({
  name: "LayerNorm",
  lesson: "layernorm",
  shape: "B, T, C",
  parameters,
  kernel: "layernormForward",
});

const matmul = (
  OC: string,
  columns: (config: Config) => number,
  ...names: ParameterName[]
): Part => ({
  name: "Matmul",
  lesson: "matmul",
  shape: `B, T, ${OC}`,
  parameters: names,
  kernel: "matmulForward",
  sizes: (config) => ({ OC: columns(config) }),
});

const residual: Part = {
  name: "Residual",
  lesson: "residual",
  shape: "B, T, C",
  kernel: "residualForward",
  sizes: ({ C }) => ({ N: B * T * C }),
};

/** The batch whose cost is told: that of llm.c's own run. */
export const [B, T] = [4, 64];

export const groups: readonly Group[] = [
  {
    name: "In",
    rows: [
      [{ name: "Tokens", lesson: "tokens", shape: "B, T" }],
      [
        {
          name: "Encoder",
          lesson: "encoder",
          shape: "B, T, C",
          parameters: ["wte", "wpe"],
          kernel: "encoderForward",
        },
      ],
    ],
  },
  {
    name: "Block",
    perLayer: true,
    rows: [
      [
        norm("ln1w", "ln1b"),
        matmul("3C", ({ C }) => 3 * C, "qkvw", "qkvb"),
        {
          name: "Attention",
          lesson: "attention",
          shape: "B, T, C",
          kernel: "attentionForward",
          sizes: ({ NH }) => ({ NH }),
        },
        matmul("C", ({ C }) => C, "attprojw", "attprojb"),
        residual,
      ],
      [
        norm("ln2w", "ln2b"),
        matmul("4C", ({ C }) => 4 * C, "fcw", "fcb"),
        {
          name: "GELU",
          lesson: "gelu",
          shape: "B, T, 4C",
          kernel: "geluForward",
          sizes: ({ C }) => ({ N: B * T * 4 * C }),
        },
        {
          ...matmul("C", ({ C }) => C, "fcprojw", "fcprojb"),
          sizes: ({ C }) => ({ C: 4 * C, OC: C }),
        },
        residual,
      ],
    ],
  },
  {
    name: "Out",
    rows: [
      [
        norm("lnfw", "lnfb"),
        // wte once more, so no parameters of its own.
        matmul("V", ({ Vp }) => Vp),
      ],
      [
        {
          name: "Softmax",
          lesson: "softmax",
          shape: "B, T, V",
          kernel: "softmaxForward",
          sizes: ({ V, Vp }) => ({ V, Vp }),
        },
        {
          name: "Loss",
          lesson: "crossentropy",
          shape: "B, T",
          kernel: "crossentropyForward",
          sizes: ({ Vp }) => ({ Vp }),
        },
      ],
    ],
  },
  {
    name: "Training",
    rows: [
      [
        { name: "Numbers", lesson: "numbers-in-a-row" },
        { name: "Memory", lesson: "one-block-of-memory" },
        { name: "Backward", lesson: "backward-through-everything" },
        { name: "AdamW", lesson: "adamw" },
      ],
      [
        { name: "Vectors", lesson: "onto-the-vectors" },
        { name: "GPU", lesson: "onto-the-gpu" },
        { name: "Sampling", lesson: "sampling" },
        { name: "Run", lesson: "training" },
      ],
    ],
  },
  {
    name: "Around GPT-2", // lessons of two parts of the course: those that build none of the model
    line: true,
    rows: [
      [
        { name: "Counting", lesson: "counting-and-a-bigram" },
        { name: "Autograd", lesson: "a-small-autograd-engine" },
        { name: "Accumulation", lesson: "accumulation-and-data-parallel" },
        { name: "Scaling", lesson: "scaling-laws-and-batch-size" },
        { name: "Evaluation", lesson: "evaluation" },
        { name: "Dropout", lesson: "dropout" },
      ],
    ],
  },
  {
    // Llama's, in the order in which its block has them.
    name: "Beyond GPT-2",
    line: true,
    rows: [
      [
        { name: "RMSNorm", lesson: "rmsnorm", shape: "B, T, C", insteadOf: "LayerNorm" },
        { name: "RoPE", lesson: "rope", insteadOf: "a table of places" },
        { name: "SwiGLU", lesson: "swiglu", shape: "B, T, F", insteadOf: "GELU" },
        {
          name: "Grouped attention",
          lesson: "grouped-query-attention",
          insteadOf: "Attention",
        },
      ],
      [
        { name: "The whole block", lesson: "what-changed-since-gpt-2" },
        { name: "Fewer bits", lesson: "fewer-bits" },
      ],
    ],
  },
];

/** What a lesson's part has the place of in GPT-2; undefined if it is GPT-2's own, or none. */
export const insteadOf = (lesson: string): string | undefined =>
  groups.flatMap(({ rows }) => rows.flat()).find((part) => part.lesson === lesson)?.insteadOf;

export interface Share {
  times: number; // that the part is in GPT-2; 0 for a lesson that builds none of it
  parameters: number;
  parametersShare: number; // of all, 0 to 1
  flopsShare: number; // of a forward pass of B by T tokens, 0 to 1
}

/** What the parts of a lesson come to in a model, all together. */
export function shareOf(lesson: string, config: Config): Share {
  const all = groups.flatMap(({ perLayer, rows }) =>
    rows.flat().map((part) => ({
      part,
      times: !part.shape || part.insteadOf ? 0 : perLayer ? config.L : 1,
    })),
  );
  const own = all.filter(({ part }) => part.lesson === lesson);
  const flops = (parts: typeof all) =>
    parts.reduce((sum, { part, times }) => sum + times * flopsOf(part, config), 0);
  const parameters = own
    .flatMap(({ part }) => part.parameters ?? [])
    .reduce((sum, name) => sum + parameterLength(name, config) - padding(name, config), 0);
  return {
    times: own.reduce((sum, { times }) => sum + times, 0),
    parameters,
    parametersShare: parameters / learned(config),
    flopsShare: flops(own) / flops(all),
  };
}

/** Parameters that are learned: all but the rows of wte that belong to no token. */
export const learned = (config: Config): number => countParameters(config) - padding("wte", config);

const padding = (name: ParameterName, { V, Vp, C }: Config): number =>
  name === "wte" ? (Vp - V) * C : 0;

/** Of one call of a part's kernel. */
function flopsOf({ kernel, sizes }: Part, config: Config): number {
  if (!kernel) return 0;
  return evaluate(signatures[kernel].flops, { B, T, C: config.C, ...sizes?.(config) });
}
