// The engine's gradients of LayerNorm, called as the kernel is: it has its inputs, and neither mean nor rstd is looked at.

import type { Floats } from "@llm.ts/kernels/runtime/check.ts";
import { backward, leaf, mul, sum, type Tape } from "../engine.ts";
import { layernorm } from "../layers.ts";

export function layernormBackward(
  dinp: Floats, // (B, T, C), added to, and so are the next two
  dweight: Floats, // (C)
  dbias: Floats, // (C)
  dout: Floats, // (B, T, C)
  inp: Floats, // (B, T, C)
  weight: Floats, // (C)
  _mean: Floats,
  _rstd: Floats,
  B: number,
  T: number,
  C: number,
): void {
  const tape: Tape = [];
  // In float64: some rows that are drawn hardly vary, and an operation at a time, float32 leaves little of their gradients.
  const x = leaf(Float64Array.from(inp), B * T, C);
  const scale = leaf(Float64Array.from(weight), 1, C);
  const bias = leaf(new Float64Array(C), 1, C); // any bias has the same gradient
  const out = layernorm(tape, x, scale, bias);
  // Any loss will do; this is the one whose gradient with respect to out is dout.
  backward(tape, sum(tape, mul(tape, out, leaf(Float64Array.from(dout), B * T, C)), 1));
  for (let i = 0; i < B * T * C; i++) dinp[i] += x.grad[i];
  for (let i = 0; i < C; i++) dweight[i] += scale.grad[i];
  for (let i = 0; i < C; i++) dbias[i] += bias.grad[i];
}
