// How long GELU takes here, for four sequences of 64 tokens, at the width of GPT-2. And how much of it is tanh?

import { geluBackward, geluForward } from "@llm.ts/kernels/gelu/gelu.ts";

const [B, T, C] = [4, 64, 768];
const N = B * T * 4 * C;

const inp = Float32Array.from({ length: N }, (_, i) => 3 * Math.sin(i));
const dout = Float32Array.from({ length: N }, (_, i) => Math.cos(i));
const [out, dinp] = [new Float32Array(N), new Float32Array(N)];

// For each number: bytes that come from memory or go to it.
report("GELU forward", () => geluForward(out, inp, N), 8);
report("GELU backward", () => geluBackward(dinp, dout, inp, N), 16);
report("ReLU forward", () => reluForward(), 8);

function reluForward(): void {
  for (let i = 0; i < N; i++) out[i] = Math.max(0, inp[i]);
}

function report(name: string, call: () => void, bytes: number): void {
  for (let k = 0; k < 5; k++) call(); // a warm-up, in which the browser compiles the loop
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 20; k++) {
    const start = performance.now();
    call();
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  console.log(`${name}: ${(best * 1000).toFixed(2)} ms`);
  const perNumber = ((best / N) * 1e9).toFixed(1);
  console.log(`  ${perNumber} ns a number, ${((N * bytes) / best / 1e9).toFixed(1)} GB/s`);
}
