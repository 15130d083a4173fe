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
 * @throws RangeError if a size is not a positive integer or an array has another length than is written beside it
 */
export function swigluForward(
  out: Floats, // (B, T, F), written
  inp: Floats, // (B, T, 2F): of each token F gates, then F values
  B: number,
  T: number,
  F: number,
): void {
  checkArguments(signatures, "swigluForward", { out, inp }, { B, T, F });
  for (let bt = 0; bt < B * T; bt++) {
    const row = bt * 2 * F;
    for (let i = 0; i < F; i++) {
      const x = inp[row + i];
      out[bt * F + i] = (x / (1 + Math.exp(-x))) * inp[row + F + i];
    }
  }
}

/**
 * Adds the gradient of a loss with respect to inp, given its gradient with respect to out.
 *
 * A product has two gradients, each with the other factor; the gate's goes on through silu:
 *
 *   dup   = dout * silu(gate)
 *   dgate = dout * up * silu'(gate),   silu'(x) = s + x s (1 - s),   as s' = s (1 - s)
 *
 * s is computed again from inp rather than kept.
 *
 * @throws RangeError if a size is not a positive integer or an array has another length than is written beside it
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
  for (let bt = 0; bt < B * T; bt++) {
    const row = bt * 2 * F;
    for (let i = 0; i < F; i++) {
      const x = inp[row + i];
      const d = dout[bt * F + i];
      const s = 1 / (1 + Math.exp(-x));
      dinp[row + F + i] += d * x * s;
      dinp[row + i] += d * inp[row + F + i] * s * (1 + x * (1 - s));
    }
  }
}

// GeGLU: the same with GELU, whose share of x is s(2u) in the place of s(x), as (1 + tanh u) / 2 = s(2u).

const scale = Math.sqrt(2 / Math.PI);
const cubic = 0.044715;

/** 2u, where u is what GELU takes the tanh of. */
const twoU = (x: number) => 2 * scale * (x + cubic * x * x * x);

/**
 * Lets each of F channels of B*T tokens through by its gate, with GELU in the place of silu.
 *
 * @throws RangeError if a size is not a positive integer or an array has another length than is written beside it
 */
export function gegluForward(
  out: Floats, // (B, T, F), written
  inp: Floats, // (B, T, 2F): of each token F gates, then F values
  B: number,
  T: number,
  F: number,
): void {
  checkArguments(signatures, "gegluForward", { out, inp }, { B, T, F });
  for (let bt = 0; bt < B * T; bt++) {
    const row = bt * 2 * F;
    for (let i = 0; i < F; i++) {
      const x = inp[row + i];
      out[bt * F + i] = (x / (1 + Math.exp(-twoU(x)))) * inp[row + F + i];
    }
  }
}

/**
 * Adds the gradient of a loss with respect to inp, given its gradient with respect to out: with s = s(2u),
 *
 *   dup   = dout * x s
 *   dgate = dout * up * (s + x s (1 - s) * 2 du/dx),   du/dx = sqrt(2 / pi) (1 + 3 * 0.044715 x^2)
 *
 * @throws RangeError if a size is not a positive integer or an array has another length than is written beside it
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
  for (let bt = 0; bt < B * T; bt++) {
    const row = bt * 2 * F;
    for (let i = 0; i < F; i++) {
      const x = inp[row + i];
      const d = dout[bt * F + i];
      const s = 1 / (1 + Math.exp(-twoU(x)));
      const ds = s * (1 - s);
      let local = s;
      // Far out ds is exactly 0. The term is then left out, as x * x may be infinite and 0 * Infinity is NaN.
      if (ds !== 0) local += x * ds * 2 * scale * (1 + 3 * cubic * x * x);
      dinp[row + F + i] += d * x * s;
      dinp[row + i] += d * inp[row + F + i] * local;
    }
  }
}
