// All that training GPT-2 keeps in memory, tensor by tensor, for a few sizes of the batch.

import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { parameterNames, parameterTable } from "@llm.ts/kernels/gpt2/parameters.ts";
import { planGPT2 } from "@llm.ts/kernels/gpt2/plan.ts";

const config = presets["gpt2-124M"]; // or tiny, small, medium
const batches = [
  { B: 4, T: 64 },
  { B: 1, T: 1024 },
  { B: 4, T: 1024 },
];
const forms = ["kept", "recomputed"] as const; // what becomes of attention's weights

// In which lesson each activation is computed. Parameters say it themselves, in the table.
const lessons: Record<string, string> = {
  encoded: "Encoder",
  ...named("LayerNorm", "ln1 ln1mean ln1rstd ln2 ln2mean ln2rstd lnf lnfmean lnfrstd"),
  ...named("Matmul", "qkv attproj fch fcproj logits"),
  ...named("Attention", "atty preatt att lse"),
  ...named("Residual", "residual2 residual3"),
  fchgelu: "GELU",
  ...named("Cross-entropy", "losses dlosses loss"),
  squares: "AdamW",
  ...named("Tokens", "inputs targets"),
};
for (const name of parameterNames) {
  const { lesson } = parameterTable[name];
  lessons[name] = { encoder: "Encoder", layernorm: "LayerNorm", matmul: "Matmul" }[lesson];
}

export const plans = batches.flatMap(({ B, T }) =>
  forms.map((attention) => {
    const { tensors } = planGPT2(config, { B, T, training: true, attention });
    return {
      name: `B = ${B}, T = ${T}, attention ${attention}`,
      tensors: tensors.map(({ group, name, shape, copies }) => {
        const lesson = lessons[name] ?? lessons[name.slice(1)] ?? "One block of memory";
        return { group, name, shape: [...shape], copies, lesson };
      }),
    };
  }),
);

for (const { name, tensors } of plans) {
  console.log(`${name}:`);
  for (const group of new Set(tensors.map((tensor) => tensor.group))) {
    const bytes = tensors
      .filter((tensor) => tensor.group === group)
      .reduce((sum, { shape, copies }) => sum + 4 * copies * shape.reduce((p, s) => p * s, 1), 0);
    console.log(`  ${group.padEnd(12)}${(bytes / 2 ** 20).toFixed(1).padStart(9)} MiB`);
  }
}

function named(lesson: string, names: string): Record<string, string> {
  return Object.fromEntries(names.split(" ").map((name) => [name, lesson]));
}
