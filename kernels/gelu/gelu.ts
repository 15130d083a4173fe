// GELU: the bend between the two matrix multiplications of the MLP, without which they would be no more than one.
// A large positive x passes as it is, a large negative one becomes 0, and in between the change is smooth.
//
//   out = 0.5 * x * (1 + tanh(u)),   where   u = sqrt(2 / pi) * (x + 0.044715 * x^3)
//
// Source: Hendrycks, Gimpel 2016, "Gaussian Error Linear Units (GELUs)", https://arxiv.org/abs/1606.08415. GELU itself
// is x times the probability that a standard normal number is below x; this is the paper's approximation, and GPT-2's.
// Equals torch.nn.functional.gelu(inp, approximate="tanh").

import { checkArguments, type Floats } from "../runtime/check.ts";
import type { Signatures } from "../runtime/signature.ts";

const scale = Math.sqrt(2 / Math.PI);
const cubic = 0.044715; // fitted, in the paper, so that the approximation is close to GELU

/** What each kernel is called with, for every tier. */
export const signatures = {
  geluForward: {
    arrays: { out: "N, written", inp: "N" },
    sizes: ["N"],
    flops: "9*N",
  },
  geluBackward: {
    arrays: { dinp: "N, added to", dout: "N", inp: "N" },
    sizes: ["N"],
    flops: "20*N",
  },
} as const satisfies Signatures;

/**
 * Applies GELU to each of N values.
 *
 * @throws RangeError if N is not a positive integer or an array has another length
 */
export function geluForward(
  out: Floats, // (N), written
  inp: Floats, // (N)
  N: number,
): void {
  checkArguments(signatures, "geluForward", { out, inp }, { N });
  for (let i = 0; i < N; i++) {
    const x = inp[i];
    const u = scale * (x + cubic * x * x * x);
    out[i] = 0.5 * x * (1 + Math.tanh(u)); // tanh goes to 1 where its exponentials overflow
  }
}

/**
 * Adds the gradient of a loss with respect to inp, given its gradient with respect to out.
 *
 * x occurs twice in  out = 0.5 x (1 + tanh u), so the product rule gives two terms. With tanh' = 1 - tanh^2:
 *
 *   d out / dx = 0.5 (1 + tanh u)  +  0.5 x (1 - tanh^2 u) du/dx
 *   du/dx      = sqrt(2 / pi) (1 + 3 * 0.044715 x^2)
 *
 * tanh is computed again from inp rather than kept: one array of (B, T, 4C) less for each block.
 *
 * @throws RangeError if N is not a positive integer or an array has another length
 */
export function geluBackward(
  dinp: Floats, // (N), added to
  dout: Floats, // (N)
  inp: Floats, // (N)
  N: number,
): void {
  checkArguments(signatures, "geluBackward", { dinp, dout, inp }, { N });
  for (let i = 0; i < N; i++) {
    const x = inp[i];
    const tanh = Math.tanh(scale * (x + cubic * x * x * x));
    const dtanh = 1 - tanh * tanh;
    let local = 0.5 * (1 + tanh);
    // Far out dtanh is exactly 0. The term is then left out, as x * x may be infinite and 0 * Infinity is NaN.
    if (dtanh !== 0) local += 0.5 * x * dtanh * scale * (1 + 3 * cubic * x * x);
    dinp[i] += local * dout[i];
  }
}
