// The three loops on two tokens of three channels and two outputs, with every read and every write recorded.

import { record } from "@llm.ts/kernels/runtime/trace.ts";
import { matmulForward } from "./plain.ts";

const [B, T, C, OC] = [1, 2, 3, 2];

export const trace = record(
  {
    inp: { data: Float32Array.of(1, 2, 3, 4, 0, -2), shape: [B * T, C] },
    weight: { data: Float32Array.of(1, 0, -1, 2, 1, 0), shape: [OC, C] },
    bias: { data: Float32Array.of(1, 0), shape: [OC] },
    out: { data: new Float32Array(B * T * OC), shape: [B * T, OC] },
  },
  ({ out, inp, weight, bias }) => matmulForward(out, inp, weight, bias, B, T, C, OC),
);
