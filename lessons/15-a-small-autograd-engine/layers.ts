// Layers as they are written where nobody has to write a backward pass: forward, from the engine's operations.

import type { Ints } from "@llm.ts/kernels/runtime/check.ts";
import {
  add,
  affine,
  exp,
  gather,
  leaf,
  log,
  matmul,
  mul,
  pow,
  sum,
  type Tape,
  tanh,
  type Value,
} from "./engine.ts";

/** (R, C) to (R, C) */
export function layernorm(tape: Tape, x: Value, weight: Value, bias: Value): Value {
  const centred = add(tape, x, affine(tape, sum(tape, x), -1 / x.C)); // minus the mean
  const squares = sum(tape, mul(tape, centred, centred));
  const rstd = pow(tape, affine(tape, squares, 1 / x.C, 1e-5), -0.5);
  return add(tape, mul(tape, mul(tape, centred, rstd), weight), bias);
}

/** (R, C) to (R, C) */
export function gelu(tape: Tape, x: Value): Value {
  const cubes = mul(tape, mul(tape, x, x), x);
  const u = affine(tape, add(tape, x, affine(tape, cubes, 0.044715)), Math.sqrt(2 / Math.PI));
  return mul(tape, affine(tape, x, 0.5), affine(tape, tanh(tape, u), 1, 1));
}

/** (R, C) to (R, OC), by a weight of (OC, C) */
export function linear(tape: Tape, x: Value, weight: Value, bias: Value): Value {
  return add(tape, matmul(tape, x, weight), bias);
}

/** (R, C) to (R, C) */
export function softmax(tape: Tape, x: Value): Value {
  // Minus the largest of each row, so that nothing overflows. It changes no probability, so it may be a constant.
  const minus = new Float32Array(x.R).fill(Infinity);
  for (let i = 0; i < x.data.length; i++) {
    const r = Math.floor(i / x.C);
    minus[r] = Math.min(minus[r], -x.data[i]);
  }
  const off = leaf(minus, x.R, 1);
  const all = exp(tape, add(tape, x, off));
  return mul(tape, all, pow(tape, sum(tape, all), -1));
}

/** The loss of each row of logits, (R, V) to (R, 1) */
export function crossentropy(tape: Tape, logits: Value, targets: Ints): Value {
  const places = Int32Array.from(targets, (target, r) => r * logits.C + target);
  return affine(tape, log(tape, gather(tape, softmax(tape, logits), places, logits.R, 1)), -1);
}
