// Two positions, a vocabulary of three tokens in rows of four: every read and every write of the fused gradient.

import { record } from "@llm.ts/kernels/runtime/trace.ts";

const [B, T, V, Vp] = [1, 2, 3, 4];

export const trace = record(
  {
    targets: { data: Int32Array.of(1, 2), shape: [B, T] },
    dlosses: { data: Float32Array.of(0.5, 0.5), shape: [B, T] },
    probs: { data: Float32Array.of(0.25, 0.25, 0.5, 0, 0.125, 0.125, 0.75, 0), shape: [B, T, Vp] },
    dlogits: { data: new Float32Array(B * T * Vp), shape: [B, T, Vp] },
  },
  ({ targets, dlosses, probs, dlogits }) => {
    for (let bt = 0; bt < B * T; bt++) {
      const target = targets[bt];
      const dloss = dlosses[bt];
      const row = bt * Vp;
      for (let v = 0; v < V; v++) {
        dlogits[row + v] += (probs[row + v] - (v === target ? 1 : 0)) * dloss;
      }
    }
  },
);
