// The backward pass of the example by hand, with every read and every write noted down.

import { attentionBackward } from "@llm.ts/kernels/attention/attention.ts";
import { record } from "@llm.ts/kernels/runtime/trace.ts";

const [B, T, C, NH] = [1, 2, 1, 1];

export const trace = record(
  {
    dout: { data: Float32Array.of(1, 1), shape: [B, T, C] },
    inp: { data: Float32Array.of(1, 1, 2, Math.log(3), 0, 6), shape: [B, T, 3 * C] },
    att: { data: Float32Array.of(1, 0, 0.75, 0.25), shape: [B, NH, T, T] },
    datt: { data: new Float32Array(NH * T * T), shape: [B, NH, T, T] },
    dpreatt: { data: new Float32Array(NH * T * T), shape: [B, NH, T, T] },
    dinp: { data: new Float32Array(T * 3 * C), shape: [B, T, 3 * C] },
  },
  ({ dinp, dpreatt, datt, dout, inp, att }) =>
    attentionBackward(dinp, dpreatt, datt, dout, inp, att, B, T, C, NH),
);
