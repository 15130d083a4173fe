// How long the encoder takes here, at the width of GPT-2 and with a twelfth of its vocabulary.

import { encoderBackward, encoderForward } from "@llm.ts/kernels/encoder/encoder.ts";

const [B, T, C, V] = [4, 64, 768, 4096];
const N = B * T * C;

const inp = Int32Array.from({ length: B * T }, (_, bt) => (bt * 1021) % V);
const wte = Float32Array.from({ length: V * C }, (_, k) => Math.sin(k));
const wpe = Float32Array.from({ length: T * C }, (_, k) => Math.cos(k));
const dout = Float32Array.from({ length: N }, (_, k) => Math.sin(2 * k));
const [dwte, dwpe] = [new Float32Array(V * C), new Float32Array(T * C)];
const out = new Float32Array(N);

// For each element: bytes that come from memory or go to it, and additions.
report(
  "forward",
  time(() => encoderForward(out, inp, wte, wpe, B, T, C)),
  N,
  12,
  1,
);
report(
  "backward",
  time(() => encoderBackward(dwte, dwpe, dout, inp, B, T, C)),
  N,
  20,
  2,
);
report(
  "dwte set to 0",
  time(() => dwte.fill(0)),
  V * C,
  4,
  0,
);

/** Seconds for one call, after a warm-up in which the browser compiles the loops. */
function time(call: () => void): number {
  const batch = 10;
  for (let k = 0; k < 2 * batch; k++) call();
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 10; k++) {
    const start = performance.now();
    for (let j = 0; j < batch; j++) call();
    best = Math.min(best, (performance.now() - start) / 1000 / batch);
  }
  return best;
}

function report(name: string, seconds: number, count: number, bytes: number, flops: number): void {
  const rate = (perElement: number) => ((count * perElement) / seconds / 1e9).toFixed(1);
  const arithmetic = flops > 0 ? `, ${rate(flops)} billion additions a second` : "";
  console.log(`${name}: ${(seconds * 1000).toFixed(3)} ms`);
  console.log(`  ${rate(bytes)} GB/s${arithmetic}`);
}
