// The backward pass on two rows of three tokens and one column of padding, with every read and every write noted down.

import { record } from "@llm.ts/kernels/runtime/trace.ts";
import { softmaxBackward } from "@llm.ts/kernels/softmax/softmax.ts";

const [B, T, V, Vp] = [1, 2, 3, 4];

export const trace = record(
  {
    probs: { data: Float32Array.of(0.125, 0.25, 0.625, 0, 0.5, 0.5, 0, 0), shape: [B, T, Vp] },
    dprobs: { data: Float32Array.of(4, 0, 0, 99, 1, -1, 3, 99), shape: [B, T, Vp] },
    dlogits: { data: new Float32Array(B * T * Vp), shape: [B, T, Vp] },
  },
  ({ dlogits, dprobs, probs }) => softmaxBackward(dlogits, dprobs, probs, B, T, V, Vp),
);
