// GELU of a few numbers, and ReLU beside it. Change the numbers and run it again.

import { geluForward } from "@llm.ts/kernels/gelu/gelu.ts";

const inp = Float32Array.of(-10, -3, -1, -0.75, 0, 0.75, 1, 3, 10);

const N = inp.length;
const out = new Float32Array(N);
geluForward(out, inp, N);

console.log("      x      GELU   share   ReLU");
for (let i = 0; i < N; i++) {
  const x = inp[i];
  const share = x === 0 ? 0.5 : out[i] / x; // of x, that is let through
  const relu = Math.max(0, x);
  console.log(column(x, 7, 2), column(out[i], 9, 4), column(share, 7, 4), column(relu, 6, 2));
}

function column(x: number, width: number, digits: number): string {
  return x.toFixed(digits).padStart(width);
}
