// A small GPT-2's gradient from four texts at once, and from the same four one by one.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { planGPT2 } from "@llm.ts/kernels/gpt2/plan.ts";
import { classifier } from "@llm.ts/kernels/model/classifier.ts";
import { initialise } from "@llm.ts/kernels/model/model.ts";
import { zeroGradients } from "@llm.ts/kernels/model/update.ts";
import { hash, openStream } from "@llm.ts/kernels/runtime/random.ts";

const config = { maxT: 16, V: 60, Vp: 128, L: 2, NH: 2, C: 16 };
const [texts, T] = [4, 16];
const stream = openStream(1, 0);
const tokens = Int32Array.from({ length: texts * T + 1 }, (_, i) => hash(stream, i) % config.V);

console.log("B  micro-batches  loss        activations");
export const atOnce = gradientOf(4, 1);
export const inParts = gradientOf(1, 4);

let [worst, equal] = [0, 0];
for (let i = 0; i < atOnce.length; i++) {
  worst = Math.max(worst, Math.abs(atOnce[i] - inParts[i]));
  if (Object.is(atOnce[i], inParts[i])) equal++;
}
const scale = Math.max(...atOnce.map(Math.abs));
console.log(`\nlargest number of the gradient: ${scale.toFixed(3)}`);
console.log(`largest difference: ${worst.toExponential(1)}`);
console.log(`the same bits: ${equal} of ${atOnce.length}`);

/** The gradient of all parameters, one after the other. */
function gradientOf(B: number, accumulation: number): Float32Array {
  const sizes = { B, T, accumulation, training: true };
  const model = createGPT2(createCpu(), config, sizes);
  const { forward, backward } = model.architecture;
  initialise(model, 1);
  zeroGradients(model);
  for (let micro = 0; micro < accumulation; micro++) {
    const at = micro * B * T;
    forward(model, tokens.subarray(at, at + B * T));
    classifier(model, tokens.subarray(at + 1, at + B * T + 1), micro, true);
    backward(model);
  }
  const losses = Array.from(model.losses);
  const loss = losses.reduce((a, b) => a + b, 0) / losses.length;
  const kept = planGPT2(config, sizes).groups.activations / 4; // numbers
  console.log(
    String(B) + String(accumulation).padStart(15),
    `  ${loss.toFixed(8)}`,
    kept.toLocaleString("en").padStart(13),
  );
  return Float32Array.from(
    Object.values(model.training?.gradients ?? {}).flatMap((one) => Array.from(one)),
  );
}
