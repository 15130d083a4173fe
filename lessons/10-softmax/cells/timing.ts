// How long softmax takes here, for sixteen tokens over the whole vocabulary of GPT-2.

import { softmaxBackward, softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";

const [B, T, V, Vp] = [1, 16, 50257, 50304];
const N = B * T * Vp;

const logits = Float32Array.from({ length: N }, (_, i) => 5 * Math.sin(i));
const dprobs = Float32Array.from({ length: N }, (_, i) => Math.cos(i));
const [probs, dlogits] = [new Float32Array(N), new Float32Array(N)];

// For each number: bytes that come from memory or go to it.
report("forward", () => softmaxForward(probs, logits, B, T, V, Vp), 8);
report("backward", () => softmaxBackward(dlogits, dprobs, probs, B, T, V, Vp), 16);

function report(name: string, call: () => void, bytes: number): void {
  for (let k = 0; k < 3; k++) call(); // a warm-up, in which the browser compiles the loops
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 15; k++) {
    const start = performance.now();
    call();
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  console.log(`${name}: ${(best * 1000).toFixed(2)} ms`);
  const perNumber = ((best / N) * 1e9).toFixed(1);
  console.log(`  ${perNumber} ns a number, ${((N * bytes) / best / 1e9).toFixed(1)} GB/s`);
}
