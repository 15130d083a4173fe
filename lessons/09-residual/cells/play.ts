// A stream of 768 channels to which something is added again and again. What is added is random,
// and always of size 1.

import { residualForward } from "@llm.ts/kernels/residual/residual.ts";
import { normal, openStream } from "@llm.ts/kernels/runtime/random.ts";

const C = 768;
const scale = 1; // what is added is multiplied by this

let stream = random(0);
console.log(`at the start:        size ${size(stream)}`);
for (let n = 1; n <= 24; n++) {
  const added = random(n).map((value) => scale * value);
  const out = new Float32Array(C);
  residualForward(out, stream, added, C);
  stream = out;
  if ([1, 3, 8, 15, 24].includes(n)) {
    console.log(`after ${String(n).padStart(2)} additions: size ${size(stream)}`);
  }
}

/** Root of the mean square. */
function size(row: Float32Array): string {
  return Math.sqrt(row.reduce((sum, x) => sum + x * x, 0) / C).toFixed(2);
}

function random(k: number): Float32Array {
  return Float32Array.from({ length: C }, (_, i) => normal(openStream(5, k), i));
}
