// How long the loss and its gradient take here, with the vocabulary of GPT-2.

import {
  crossentropyBackward,
  crossentropyForward,
  crossentropySoftmaxBackward,
  crossentropySoftmaxFused,
} from "@llm.ts/kernels/crossentropy/crossentropy.ts";
import { softmaxBackward, softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";

const [B, T, V, Vp] = [1, 64, 50257, 50304];
const N = B * T * Vp;
const start = Float32Array.from({ length: N }, (_, i) => Math.sin(i));
const targets = Int32Array.from({ length: B * T }, (_, i) => (i * 997) % V);
const dlosses = new Float32Array(B * T).fill(1 / (B * T));
const losses = new Float32Array(B * T);
const [logits, probs] = [start.slice(), new Float32Array(N)];
const [dprobs, dlogits] = [new Float32Array(N), new Float32Array(N)];

report("softmax, forward", () => softmaxForward(probs, start, B, T, V, Vp));
report("cross-entropy, forward", () => crossentropyForward(losses, probs, targets, B, T, Vp));
report("backward, two kernels", () => {
  crossentropyBackward(dprobs, dlosses, probs, targets, B, T, Vp);
  softmaxBackward(dlogits, dprobs, probs, B, T, V, Vp);
});
report("backward, one kernel", () =>
  crossentropySoftmaxBackward(dlogits, dlosses, probs, targets, B, T, V, Vp),
);
report(
  "all in one, in place",
  () => crossentropySoftmaxFused(logits, losses, dlosses, targets, B, T, V, Vp),
  () => logits.set(start), // the call before has left gradients there
);

/** The best of five calls, after one in which the browser compiles the loops. `prepare` is not timed. */
function report(name: string, call: () => void, prepare = () => {}): void {
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 6; k++) {
    prepare();
    const began = performance.now();
    call();
    if (k > 0) best = Math.min(best, performance.now() - began);
  }
  const perLogit = ((best * 1e6) / N).toFixed(2);
  console.log(
    `${name.padEnd(24)}${best.toFixed(2).padStart(8)} ms ${perLogit.padStart(7)} ns a logit`,
  );
}
