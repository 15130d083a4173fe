// SwiGLU: the bend in the MLP of Llama and Mistral. Each of its F channels comes twice from the matmul before it, once as a
// gate and once as what is let through: a token decides for itself how much of a channel passes.
//
//   out = silu(gate) * up,   silu(x) = x * s(x),   s(x) = 1 / (1 + exp(-x))
//
// GeGLU, Gemma's, has GELU in the place of silu.
//
// Source: Shazeer 2020, "GLU Variants Improve Transformer", https://arxiv.org/abs/2002.05202. Equals torch.nn.functional.silu,
// and gelu with approximate="tanh", of the first half, times the second.

import { checkArguments, type Floats } from "../runtime/check.ts";
import type { Signatures } from "../runtime/signature.ts";

const forward = {
  arrays: { out: "B*T*F, written", inp: "B*T*2*F" },
  sizes: ["B", "T", "F"],
} as const;
const backward = {
  arrays: { dinp: "B*T*2*F, added to", dout: "B*T*F", inp: "B*T*2*F" },
  sizes: ["B", "T", "F"],
} as const;

/** What each kernel is called with, for every tier. */
export const signatures = {
  swigluForward: { ...forward, flops: "5*B*T*F" },
  swigluBackward: { ...backward, flops: "14*B*T*F" },
  gegluForward: { ...forward, flops: "10*B*T*F" },
  gegluBackward: { ...backward, flops: "24*B*T*F" },
} as const satisfies Signatures;

/**
 * Lets each of F channels of B*T tokens through by its gate.
 *
 * @throws RangeError if a size is not a positive integer or an array has another length than is
 *   written beside it
 */
export function swigluForward(
  out: Floats, // (B, T, F), written
  inp: Floats, // (B, T, 2F): of each token F gates, then F values
  B: number,
  T: number,
  F: number,
): void {
  checkArguments(signatures, "swigluForward", { out, inp }, { B, T, F });
  gateForward(out, inp, B * T, F, (x) => x);
}

/** The same with GELU in the place of silu: with s(2u) in the place of s(x), as (1 + tanh u) / 2 = s(2u). */
export function gegluForward(
  out: Floats, // (B, T, F), written
  inp: Floats, // (B, T, 2F)
  B: number,
  T: number,
  F: number,
): void {
  checkArguments(signatures, "gegluForward", { out, inp }, { B, T, F });
  gateForward(out, inp, B * T, F, twoU);
}

/** out = x s(z) up, where z, of the gate x, is what the sigmoid is taken of. */
function gateForward(
  out: Floats,
  inp: Floats,
  rows: number,
  F: number,
  z: (x: number) => number,
): void {
  for (let bt = 0; bt < rows; bt++) {
    const row = bt * 2 * F;
    for (let i = 0; i < F; i++) {
      const x = inp[row + i];
      out[bt * F + i] = (x / (1 + Math.exp(-z(x)))) * inp[row + F + i];
    }
  }
}

/**
 * Adds the gradient of a loss with respect to inp, given its gradient with respect to out.
 *
 * @throws RangeError if a size is not a positive integer or an array has another length than is
 *   written beside it
 */
export function swigluBackward(
  dinp: Floats, // (B, T, 2F), added to
  dout: Floats, // (B, T, F)
  inp: Floats, // (B, T, 2F)
  B: number,
  T: number,
  F: number,
): void {
  checkArguments(signatures, "swigluBackward", { dinp, dout, inp }, { B, T, F });
  gateBackward(
    dinp,
    dout,
    inp,
    B * T,
    F,
    (x) => x,
    () => 1,
  );
}

/**
 * The same with GELU in the place of silu.
 *
 * @throws RangeError as swigluBackward
 */
export function gegluBackward(
  dinp: Floats, // (B, T, 2F), added to
  dout: Floats, // (B, T, F)
  inp: Floats, // (B, T, 2F)
  B: number,
  T: number,
  F: number,
): void {
  checkArguments(signatures, "gegluBackward", { dinp, dout, inp }, { B, T, F });
  gateBackward(dinp, dout, inp, B * T, F, twoU, dtwoU);
}

/**
 * A product has two gradients, each with the other factor; the gate's goes on through its share, s(z):
 *
 *   dup   = dout * x s
 *   dgate = dout * up * (s + x s (1 - s) dz/dx),   as s' = s (1 - s)
 *
 * s is computed again from inp rather than kept.
 */
function gateBackward(
  dinp: Floats,
  dout: Floats,
  inp: Floats,
  rows: number,
  F: number,
  z: (x: number) => number,
  dz: (x: number) => number,
): void {
  for (let bt = 0; bt < rows; bt++) {
    const row = bt * 2 * F;
    for (let i = 0; i < F; i++) {
      const x = inp[row + i];
      const d = dout[bt * F + i];
      const s = 1 / (1 + Math.exp(-z(x)));
      dinp[row + F + i] += d * x * s;
      dinp[row + i] += d * inp[row + F + i] * (s + x * s * (1 - s) * dz(x));
    }
  }
}

const scale = Math.sqrt(2 / Math.PI);
const cubic = 0.044715;

/** 2u, where u is what GELU takes the tanh of, and its derivative. */
const twoU = (x: number) => 2 * scale * (x + cubic * x * x * x);
const dtwoU = (x: number) => 2 * scale * (1 + 3 * cubic * x * x);
