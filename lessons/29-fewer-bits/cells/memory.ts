// What GPT-2 124M takes at B = 4, T = 1024, by the plan from which its memory is allocated; and its weights alone, for writing.

import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { planGPT2 } from "@llm.ts/kernels/gpt2/plan.ts";

const config = presets["gpt2-124M"];
const size = { B: 4, T: 1024, training: true } as const;

console.log("training             activations   all, GB");
export const training = (["kept", "recomputed"] as const).flatMap((attention) =>
  (["float32", "bfloat16"] as const).map((activations) => {
    const { groups, bytes } = planGPT2(config, { ...size, attention, activations });
    const columns = [groups.activations, bytes].map((of) => (of / 1e9).toFixed(2).padStart(12));
    console.log(`${activations.padEnd(9)} ${attention.padEnd(11)}${columns.join("")}`);
    return { attention, activations, bytes };
  }),
);

console.log("\nwriting              weights, MB");
export const writing = (["float32", "q8_0"] as const).map((weights) => {
  const { groups } = planGPT2(config, { B: 1, T: 1024, training: false, weights });
  console.log(`${weights.padEnd(21)}${(groups.parameters / 1e6).toFixed(1).padStart(11)}`);
  return groups.parameters;
});
