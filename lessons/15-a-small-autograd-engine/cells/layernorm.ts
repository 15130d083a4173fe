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
  const x = leaf(inp, B * T, C, dinp);
  const bias = leaf(new Float32Array(C), 1, C, dbias); // any bias has the same gradient
  const out = layernorm(tape, x, leaf(weight, 1, C, dweight), bias);
  // Any loss will do; this is the one whose gradient with respect to out is dout.
  backward(tape, sum(tape, mul(tape, out, leaf(dout, B * T, C)), 1));
}
