// The first step of two parameters: every read and every write.

import { adamwUpdate } from "@llm.ts/kernels/adamw/adamw.ts";
import { record } from "@llm.ts/kernels/runtime/trace.ts";

const N = 2;

export const trace = record(
  {
    grads: { data: Float32Array.of(0.5, -20), shape: [N] },
    m: { data: new Float32Array(N), shape: [N] },
    v: { data: new Float32Array(N), shape: [N] },
    params: { data: Float32Array.of(1, 1), shape: [N] },
  },
  ({ params, grads, m, v }) => adamwUpdate(params, grads, m, v, 1, 0.1, 0.9, 0.95, 1e-8, 0, N),
);
