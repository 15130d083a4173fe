// RMSNorm: every token's vector of C channels is divided by the root of the mean of its squares, then each channel is given
// a scale that the model learns. It is LayerNorm without the mean and without the bias; Llama, Mistral and Gemma have it.
//
//   rstd = 1 / sqrt(sum_i x_i^2 / C + eps)
//   out_i = norm_i * weight_i,   where   norm_i = x_i * rstd
//
// Source: Zhang, Sennrich 2019, "Root Mean Square Layer Normalization", https://arxiv.org/abs/1910.07467.
// Equals torch.nn.functional.rms_norm(inp, (C,), weight, eps) of PyTorch 2.4 and later. Running sums are float64 (a JS number).

import { checkArguments, type Floats } from "../runtime/check.ts";
import type { Signatures } from "../runtime/signature.ts";

/** What each kernel is called with, for every tier. */
export const signatures = {
  rmsnormForward: {
    arrays: { out: "B*T*C, written", rstd: "B*T, written", inp: "B*T*C", weight: "C" },
    settings: ["eps"],
    sizes: ["B", "T", "C"],
    flops: "4*B*T*C",
    further: ({ eps }) => checkEps(eps),
  },
  rmsnormBackward: {
    arrays: {
      dinp: "B*T*C, added to",
      dweight: "C, added to",
      dout: "B*T*C",
      inp: "B*T*C",
      weight: "C",
      rstd: "B*T",
    },
    sizes: ["B", "T", "C"],
    flops: "12*B*T*C",
  },
} as const satisfies Signatures;

/**
 * Scales each of the B*T rows of C channels to a mean square of 1.
 *
 * @throws RangeError if a size is not a positive integer, eps is negative or not finite, or an array
 *   has another length than is written beside it
 */
export function rmsnormForward(
  out: Floats, // (B, T, C), written
  rstd: Floats, // (B, T), written: 1 / root of the mean square, kept for the backward pass
  inp: Floats, // (B, T, C)
  weight: Floats, // (C)
  eps: number, // added to the mean square, against dividing by 0: 1e-5 in Llama 3, 1e-6 in Gemma
  B: number,
  T: number,
  C: number,
): void {
  checkArguments(signatures, "rmsnormForward", { out, rstd, inp, weight }, { B, T, C });
  checkEps(eps);
  for (let bt = 0; bt < B * T; bt++) {
    const row = bt * C;

    let squares = 0;
    for (let i = 0; i < C; i++) squares += inp[row + i] * inp[row + i];
    const r = 1 / Math.sqrt(squares / C + eps);

    for (let i = 0; i < C; i++) out[row + i] = inp[row + i] * r * weight[i];
    rstd[bt] = r;
  }
}

/**
 * Adds the gradients of a loss with respect to inp and weight, given its gradient with respect to out.
 *
 * norm is recomputed from inp and rstd: 1 number kept per row instead of C.
 *
 * @throws RangeError if a size is not a positive integer or an array has another length than is written beside it
 */
export function rmsnormBackward(
  dinp: Floats, // (B, T, C), added to
  dweight: Floats, // (C), added to
  dout: Floats, // (B, T, C)
  inp: Floats, // (B, T, C)
  weight: Floats, // (C)
  rstd: Floats, // (B, T), from the forward pass
  B: number,
  T: number,
  C: number,
): void {
  checkArguments(
    signatures,
    "rmsnormBackward",
    { dinp, dweight, dout, inp, weight, rstd },
    { B, T, C },
  );
  // Sums over all rows, one for each channel, in float64: added to float32 row by row they would lose digits at each.
  const dweightSum = new Float64Array(C);

  for (let bt = 0; bt < B * T; bt++) {
    const row = bt * C;
    const r = rstd[bt];

    // A mean over the row, which every dinp of the row needs: rstd depends on all of its inputs.
    let dnormNormSum = 0;
    for (let i = 0; i < C; i++) {
      const norm = inp[row + i] * r;
      const dnorm = weight[i] * dout[row + i];
      dnormNormSum += dnorm * norm;
    }
    const dnormNormMean = dnormNormSum / C;

    for (let i = 0; i < C; i++) {
      const norm = inp[row + i] * r;
      const dnorm = weight[i] * dout[row + i]; // out_i = norm_i * weight_i
      dweightSum[i] += norm * dout[row + i];
      // norm_i = x_i * rstd: one term through x_i itself, one through rstd, whose derivative is -rstd^2 * norm_i / C.
      dinp[row + i] += (dnorm - norm * dnormNormMean) * r;
    }
  }
  for (let i = 0; i < C; i++) dweight[i] += dweightSum[i];
}

/** @throws RangeError if eps is negative or not finite */
function checkEps(eps: number): void {
  if (typeof eps !== "number" || !(eps >= 0 && eps < Infinity)) {
    throw new RangeError(`rmsnormForward: eps is ${eps}, expected a finite number, 0 or more`);
  }
}
