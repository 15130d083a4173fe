// A GPT-2 that knows nothing, and its loss.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { initialise } from "@llm.ts/kernels/model/model.ts";
import { validationLoss } from "@llm.ts/kernels/model/train.ts";

const config = presets.tiny;
const [B, T] = [1, 64];
const model = createGPT2(createCpu(Float32Array), config, { B, T, training: false });
initialise(model, 1337); // any seed

// Tokens that a formula mixes well, and as targets the tokens that follow.
const tokens = Int32Array.from({ length: T + 1 }, (_, i) => (i * i * 37 + 11 * i) % config.V);
const start = performance.now();
const loss = await validationLoss(model, {
  inputs: tokens.slice(0, T),
  targets: tokens.slice(1),
});
console.log(`loss ${loss.toFixed(4)}, and ln V = ${Math.log(config.V).toFixed(4)}`);
console.log(`forward pass and loss: ${(performance.now() - start).toFixed(0)} ms`);
