// The forward pass on two tokens of four channels, with every read and every write recorded.

import { layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";
import { record } from "@llm.ts/kernels/runtime/trace.ts";

const [B, T, C] = [1, 2, 4];

export const trace = record(
  {
    inp: { data: Float32Array.of(1, 7, 9, 15, 4, 0, 2, 2), shape: [B, T, C] },
    weight: { data: Float32Array.of(1, 1, 2, 1), shape: [C] },
    bias: { data: Float32Array.of(0, 0, 0, 1), shape: [C] },
    mean: { data: new Float32Array(B * T), shape: [B, T] },
    rstd: { data: new Float32Array(B * T), shape: [B, T] },
    out: { data: new Float32Array(B * T * C), shape: [B, T, C] },
  },
  ({ out, mean, rstd, inp, weight, bias }) =>
    layernormForward(out, mean, rstd, inp, weight, bias, B, T, C),
);
