// The backward pass of "to be or not to be", for its first channel, with every read and every write recorded.

import { record } from "@llm.ts/kernels/runtime/trace.ts";

const [B, T, C, V, maxT] = [2, 3, 1, 5, 4];

export const trace = record(
  {
    inp: { data: Int32Array.of(0, 1, 2, 3, 0, 1), shape: [B, T] },
    dout: { data: Float32Array.of(1, 2, 4, 8, 16, 32), shape: [B, T, C] },
    dwte: { data: new Float32Array(V * C), shape: [V, C] },
    dwpe: { data: new Float32Array(maxT * C), shape: [maxT, C] },
  },
  ({ inp, dout, dwte, dwpe }) => {
    for (let b = 0; b < B; b++) {
      for (let t = 0; t < T; t++) {
        const bt = b * T + t;
        const row = bt * C;
        const token = inp[bt] * C;
        const position = t * C;
        for (let i = 0; i < C; i++) {
          dwte[token + i] += dout[row + i];
          dwpe[position + i] += dout[row + i];
        }
      }
    }
  },
);
