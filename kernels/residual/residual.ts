// Residual: the output of a block is added to its input, so that the block has only to learn what to change, and the
// gradient has a way past every block that nothing scales down.
//
//   out = inp1 + inp2
//
// Source: He, Zhang, Ren, Sun 2015, "Deep Residual Learning for Image Recognition", https://arxiv.org/abs/1512.03385.
// Equals torch.add(inp1, inp2).

import { checkArguments, type Floats } from "../runtime/check.ts";
import type { Signatures } from "../runtime/signature.ts";

/** What each kernel is called with, for every tier. */
export const signatures = {
  residualForward: {
    arrays: { out: "N, written", inp1: "N", inp2: "N" },
    sizes: ["N"],
    flops: "N",
  },
  residualBackward: {
    arrays: { dinp1: "N, added to", dinp2: "N, added to", dout: "N" },
    sizes: ["N"],
    flops: "2*N",
  },
} as const satisfies Signatures;

/**
 * Adds two arrays of N values.
 *
 * @throws RangeError if N is not a positive integer or an array has another length
 */
export function residualForward(
  out: Floats, // (N), written
  inp1: Floats, // (N), the stream that runs through the whole model
  inp2: Floats, // (N), what the block adds to it
  N: number,
): void {
  checkArguments(signatures, "residualForward", { out, inp1, inp2 }, { N });
  for (let i = 0; i < N; i++) out[i] = inp1[i] + inp2[i];
}

/**
 * Adds the gradients of a loss with respect to inp1 and inp2, given its gradient with respect to out.
 *
 * @throws RangeError if N is not a positive integer or an array has another length
 */
export function residualBackward(
  dinp1: Floats, // (N), added to
  dinp2: Floats, // (N), added to
  dout: Floats, // (N)
  N: number,
): void {
  checkArguments(signatures, "residualBackward", { dinp1, dinp2, dout }, { N });
  for (let i = 0; i < N; i++) {
    // out = inp1 + inp2: d out / d inp1 = d out / d inp2 = 1
    dinp1[i] += dout[i];
    dinp2[i] += dout[i];
  }
}
