// A small GPT-2 reads the same 480 characters again and again, without dropout. The rest of the passage is not trained on.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { initialise } from "@llm.ts/kernels/model/model.ts";
import { readLoss, trainStep, validationLoss } from "@llm.ts/kernels/model/train.ts";
import { defaultOptimiser } from "@llm.ts/kernels/model/update.ts";

// The beginning of Lewis Carroll, Alice's Adventures in Wonderland, 1865.
const passage = `alice was beginning to get very tired of sitting by her sister on the bank,
and of having nothing to do: once or twice she had peeped into the book her sister was reading,
but it had no pictures or conversations in it, "and what is the use of a book," thought alice,
"without pictures or conversations?" so she was considering in her own mind, as well as she could,
for the hot day made her feel very sleepy and stupid, whether the pleasure of making a daisy-chain
would be worth the trouble of getting up and picking the daisies, when suddenly a white rabbit
with pink eyes ran close by her.`;

export const characters = [...new Set(passage)].sort();
const ids = Int32Array.from(passage, (one) => characters.indexOf(one));
const [B, T] = [6, 16];
const epoch = 5; // steps in which all of the 480 characters are read once
const read = B * T * epoch;
export const config = { maxT: T, V: characters.length, Vp: 128, L: 2, NH: 4, C: 32 };
const model = createGPT2(createCpu(), config, { B, T, training: true });
initialise(model, 1);

const batch = (start: number) => {
  return {
    inputs: ids.slice(start, start + B * T),
    targets: ids.slice(start + 1, start + B * T + 1),
  };
};
export const epochs: number[] = [];
export const trained: number[] = [];
export const unseen: number[] = [];
for (let step = 1; step <= 30 * epoch; step++) {
  trainStep(model, [batch(((step - 1) % epoch) * B * T)], step, { ...defaultOptimiser, lr: 3e-3 });
  await readLoss(model);
  if (step % (2 * epoch) !== 0 && step !== 1) continue;
  let sum = 0;
  for (let part = 0; part < epoch; part++) sum += await validationLoss(model, batch(part * B * T));
  epochs.push(step / epoch);
  trained.push(sum / epoch);
  unseen.push(await validationLoss(model, batch(ids.length - 1 - B * T)));
}

const best = unseen.indexOf(Math.min(...unseen));
console.log(`characters: ${ids.length}, of which ${read} are trained on`);
console.log("epoch  on what it reads  on what it does not");
for (const k of [0, best, unseen.length - 1]) {
  const losses = [trained[k].toFixed(2).padStart(16), unseen[k].toFixed(2).padStart(20)];
  console.log(epochs[k].toFixed(0).padStart(5) + losses.join(""));
}
