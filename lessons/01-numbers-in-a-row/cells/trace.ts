// The sums of the columns of a small matrix, with every read and every write recorded.

import { record } from "@llm.ts/kernels/runtime/trace.ts";

const [R, C] = [3, 4];

export const trace = record(
  {
    inp: { data: Float32Array.of(1, 2, 3, 4, 10, 20, 30, 40, 100, 200, 300, 400), shape: [R, C] },
    out: { data: new Float32Array(C), shape: [C] },
  },
  ({ out, inp }) => {
    for (let r = 0; r < R; r++) {
      for (let c = 0; c < C; c++) out[c] += inp[r * C + c];
    }
  },
);
