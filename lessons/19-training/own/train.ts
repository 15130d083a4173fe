// Training with somebody else's functions in place of the site's own. Everything else is as in the trainer: the same
// model, the same initial weights, the same batches in the same order.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { crossentropyForward } from "@llm.ts/kernels/crossentropy/crossentropy.ts";
import { createLoader } from "@llm.ts/kernels/formats/loader.ts";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { initialise } from "@llm.ts/kernels/model/model.ts";
import { generate } from "@llm.ts/kernels/model/sample.ts";
import { learningRate, type Schedule } from "@llm.ts/kernels/model/schedule.ts";
import { readLoss, trainStep } from "@llm.ts/kernels/model/train.ts";
import { softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";

type Cpu = ReturnType<typeof createCpu>;

/** Functions, by the names of the kernels that they replace. */
export type Own = Partial<Cpu>;

const [B, T] = [4, 64];
const lr = 2e-3;
const optimiser = { beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0.1, maxNorm: 1 };

/**
 * Trains `tiny`, and prints the number and the loss of each step.
 *
 * @param losses (steps), written
 * @param sample token ids, written: what the model writes at the end
 * @param tokens the training text
 */
export async function trainWith(
  own: Own,
  losses: Float32Array,
  sample: Int32Array,
  tokens: Int32Array,
  seed: number,
): Promise<void> {
  const config = presets.tiny;
  const backend = { ...createCpu(Float32Array), ...own };
  const { crossentropySoftmaxBackward } = own;
  if (crossentropySoftmaxBackward) {
    // The trainer has softmax, loss and gradient in one function. With yours, they are three again.
    let probs = new Float32Array();
    backend.crossentropySoftmaxFused = (logits, losses, dlosses, targets, B, T, V, Vp) => {
      if (probs.length !== logits.length) probs = new Float32Array(logits.length);
      softmaxForward(probs, logits, B, T, V, Vp);
      crossentropyForward(losses, probs, targets, B, T, Vp);
      logits.fill(0); // from here on it holds dlogits
      crossentropySoftmaxBackward(logits, dlosses, probs, targets, B, T, V, Vp);
    };
  }

  const model = createGPT2(backend, config, { B, T, training: true });
  initialise(model, seed);
  const loader = createLoader(tokens, B, T, seed);
  const steps = losses.length;
  const schedule: Schedule = {
    ...{ kind: "cosine", lr, floor: lr / 10 },
    ...{ warmupSteps: Math.min(20, steps - 1), totalSteps: steps },
  };
  for (let step = 1; step <= steps; step++) {
    loader.next();
    trainStep(model, [loader], step, { lr: learningRate(schedule, step), ...optimiser });
    losses[step - 1] = await readLoss(model);
    console.log(`${step} ${losses[step - 1]}`);
  }

  let written = 0;
  const endOfText = config.V - 1;
  const random = { seed, counter: 0 };
  for await (const token of generate(model, [endOfText], { temperature: 0.8, topK: 40 }, random)) {
    sample[written++] = token;
    if (written >= sample.length) break;
  }
}
