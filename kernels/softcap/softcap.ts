// A soft cap: small values pass almost as they are, large ones never get beyond cap. Gemma 2 holds its scores of attention
// within 50 so, and its logits within 30: none can run away in training, and unlike a hard limit it always has a slope.
//
//   out = cap * tanh(inp / cap)
//
// Source: Gemma Team 2024, "Gemma 2: Improving Open Language Models at a Practical Size", https://arxiv.org/abs/2408.00118,
// section 2; after Bello et al. 2017, https://arxiv.org/abs/1611.09940. Equals cap * torch.tanh(inp / cap).

import { checkArguments, type Floats } from "../runtime/check.ts";
import type { Signatures } from "../runtime/signature.ts";

/** What each kernel is called with, for every tier. */
export const signatures = {
  softcapForward: {
    arrays: { out: "N, written", inp: "N" },
    settings: ["cap"],
    sizes: ["N"],
    flops: "3*N",
    further: checkCap,
  },
  softcapBackward: {
    arrays: { dinp: "N, added to", dout: "N", out: "N" },
    settings: ["cap"],
    sizes: ["N"],
    flops: "5*N",
    further: checkCap,
  },
} as const satisfies Signatures;

/**
 * Bends each of N values so that it stays between -cap and cap. The backward pass needs only what comes out, so out may be
 * the same array as inp.
 *
 * @throws RangeError if N is not a positive integer, cap is not over 0, or an array has another length
 */
export function softcapForward(
  out: Floats, // (N), written; may be the same array as inp. Kept for the backward pass
  inp: Floats, // (N)
  cap: number, // 50 for the scores of attention and 30 for the logits in Gemma 2
  N: number,
): void {
  checkArguments(signatures, "softcapForward", { out, inp }, { N });
  checkCap({ cap }, "softcapForward");
  for (let i = 0; i < N; i++) out[i] = cap * Math.tanh(inp[i] / cap);
}

/**
 * Adds the gradient of a loss with respect to inp, given its gradient with respect to out.
 *
 * tanh' = 1 - tanh^2, the cap of the forward pass and its 1 / cap cancel, and the tanh is out / cap:
 *
 *   d out / d inp = 1 - (out / cap)^2
 *
 * Next to the cap this takes two almost equal numbers from each other: the slope is as exact as out, to 1e-7 in float32.
 *
 * @throws RangeError if N is not a positive integer, cap is not over 0, or an array has another length
 */
export function softcapBackward(
  dinp: Floats, // (N), added to
  dout: Floats, // (N)
  out: Floats, // (N), from the forward pass
  cap: number,
  N: number,
): void {
  checkArguments(signatures, "softcapBackward", { dinp, dout, out }, { N });
  checkCap({ cap }, "softcapBackward");
  for (let i = 0; i < N; i++) {
    const tanh = out[i] / cap;
    dinp[i] += dout[i] * (1 - tanh * tanh);
  }
}

/** @throws RangeError if cap is not over 0, or not in float32, in which the other tiers compute */
function checkCap({ cap }: { cap: number }, kernel: string): void {
  const held = typeof cap === "number" ? Math.fround(cap) : Number.NaN;
  if (!(held > 0 && held < Infinity)) {
    throw new RangeError(`${kernel}: cap is ${cap}, expected a number over 0, within float32`);
  }
}
