// Where the time of a step goes, here and now, in the smallest of the models that train in lesson 19.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { backward } from "@llm.ts/kernels/gpt2/backward.ts";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { forward } from "@llm.ts/kernels/gpt2/forward.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { classifier } from "@llm.ts/kernels/model/classifier.ts";
import { initialise } from "@llm.ts/kernels/model/model.ts";
import { update, zeroGradients } from "@llm.ts/kernels/model/update.ts";

const config = presets.tiny;
const [B, T] = [1, 64];
const model = createGPT2(createCpu(Float32Array), config, { B, T, training: true });
initialise(model, 1337);
const ids = Int32Array.from({ length: B * T }, (_, i) => (i * i * 37 + 11 * i) % config.V);
const optimiser = { lr: 1e-3, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0.1, maxNorm: 1 };

let step = 0;
const parts = {
  "zero gradients": () => zeroGradients(model),
  forward: () => forward(model, ids),
  classifier: () => classifier(model, ids, 0, true),
  backward: () => backward(model),
  update: () => update(model, ++step, optimiser),
};
const times = new Map<string, number>();
for (let round = 0; round < 6; round++) {
  for (const [name, run] of Object.entries(parts)) {
    const start = performance.now();
    run();
    const time = performance.now() - start;
    times.set(name, Math.min(time, times.get(name) ?? Number.POSITIVE_INFINITY)); // the best round
  }
}
const all = [...times.values()].reduce((sum, time) => sum + time, 0);
for (const [name, time] of times) {
  console.log(
    `${name.padEnd(15)}${time.toFixed(1).padStart(7)} ms ${((100 * time) / all).toFixed(0).padStart(4)}%`,
  );
}
