// How long the tiny GPT-2 of this site takes to read T tokens, and what writing a text of T tokens comes to.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { forward } from "@llm.ts/kernels/gpt2/forward.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { initialise, shrinkModel } from "@llm.ts/kernels/model/model.ts";

const config = presets.tiny;
const model = createGPT2(createCpu(), config, { B: 1, T: config.maxT, training: false });
initialise(model, 1); // random weights: they take as long as trained ones

console.log("         seconds      places");
console.log("  T  a pass  a text  without  with");
for (const T of [8, 16, 32, 64]) {
  const reader = shrinkModel(model, 1, T);
  const inputs = new Int32Array(T);
  forward(reader, inputs);
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 4; k++) {
    const start = performance.now();
    forward(reader, inputs);
    best = Math.min(best, performance.now() - start);
  }
  const columns = [
    String(T).padStart(3),
    (best / 1000).toFixed(3).padStart(8),
    ((T * best) / 1000).toFixed(2).padStart(8), // T passes over T places, as sample.ts does it
    String((T * (T + 1)) / 2).padStart(9),
    String(T).padStart(6),
  ];
  console.log(columns.join(""));
}
