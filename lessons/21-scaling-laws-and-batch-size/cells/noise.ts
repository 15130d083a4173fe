// How noisy the gradient of a very small GPT-2 is, on the way of its training: from the gradients of single texts and from that of
// all of them together.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { backward } from "@llm.ts/kernels/gpt2/backward.ts";
import { forward } from "@llm.ts/kernels/gpt2/forward.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { parameterNames } from "@llm.ts/kernels/gpt2/parameters.ts";
import { classifier } from "@llm.ts/kernels/model/classifier.ts";
import { initialise, readTensors, writeTensors } from "@llm.ts/kernels/model/model.ts";
import { readLoss, trainStep } from "@llm.ts/kernels/model/train.ts";
import { defaultOptimiser, zeroGradients } from "@llm.ts/kernels/model/update.ts";
import { hash, openStream } from "@llm.ts/kernels/runtime/random.ts";
import { noiseOf } from "../noise/solution.ts";

const poem = `Shall I compare thee to a summer's day?
Thou art more lovely and more temperate:
Rough winds do shake the darling buds of May,
And summer's lease hath all too short a date:
Sometime too hot the eye of heaven shines,
And often is his gold complexion dimm'd,
And every fair from fair sometime declines,
By chance, or nature's changing course untrimm'd:
But thy eternal summer shall not fade,
Nor lose possession of that fair thou ow'st,
Nor shall death brag thou wander'st in his shade,
When in eternal lines to time thou grow'st,
So long as men can breathe, or eyes can see,
So long lives this, and this gives life to thee.
`;
const characters = [...new Set(poem)];
const ids = Array.from(poem, (character) => characters.indexOf(character));

const [B, T, n] = [8, 16, 64]; // texts of a step, characters of a text, texts to measure on
const config = { maxT: T, V: characters.length, Vp: 128, L: 1, NH: 2, C: 16 };
const model = createGPT2(createCpu(), config, { B, T, training: true });
const single = createGPT2(createCpu(), config, { B: 1, T, training: true });
initialise(model, 1);

let drawn = 0;
const stream = openStream(1, 0);

console.log("step   loss    |G|^2  tr(Sigma)  noise scale, texts");
export const scales: number[] = [];
for (let step = 0; step <= 512; step++) {
  if ([0, 8, 32, 128, 512].includes(step)) await measure(step);
  trainStep(model, [texts(B)], step + 1, { ...defaultOptimiser, lr: 4e-3 });
}

async function measure(step: number): Promise<void> {
  writeTensors(single, "parameters", await readTensors(model, "parameters"));
  const rows: number[] = [];
  let P = 0;
  let loss = 0;
  for (let k = 0; k < n; k++) {
    const { inputs, targets } = texts(1);
    zeroGradients(single);
    forward(single, inputs);
    classifier(single, targets, 0, true);
    backward(single);
    single.backend.crossentropyMean(single.loss, single.losses, T);
    loss += (await readLoss(single)) / n;
    const gradients = await readTensors(single, "gradients");
    for (const name of parameterNames) rows.push(...gradients[name]);
    P = rows.length / (k + 1);
  }
  const out = new Float64Array(2);
  noiseOf(out, Float64Array.from(rows), n, P);
  const scale = out[1] / out[0];
  scales.push(scale);
  const columns = [loss.toFixed(3).padStart(7), out[0].toFixed(3).padStart(9)];
  columns.push(out[1].toFixed(3).padStart(11), scale.toFixed(1).padStart(20));
  console.log(String(step).padStart(4) + columns.join(""));
}

/** Pieces of the poem, from places that a hash says. */
function texts(count: number) {
  const inputs = new Int32Array(count * T);
  const targets = new Int32Array(count * T);
  for (let b = 0; b < count; b++) {
    const start = hash(stream, drawn++) % (ids.length - T);
    for (let t = 0; t < T; t++) {
      inputs[b * T + t] = ids[start + t];
      targets[b * T + t] = ids[start + t + 1];
    }
  }
  return { inputs, targets };
}
