// LayerNorm: every token's vector of C channels is moved to mean 0 and scaled to variance 1, then each channel is
// given back a scale and a shift that the model learns.
//
//   mean = sum_i x_i / C        rstd = 1 / sqrt(sum_i (x_i - mean)^2 / C + eps)
//   out_i = norm_i * weight_i + bias_i,   where   norm_i = (x_i - mean) * rstd
//
// Source: Ba, Kiros, Hinton 2016, "Layer Normalization", https://arxiv.org/abs/1607.06450.
// Equals torch.nn.functional.layer_norm(inp, (C,), weight, bias, eps=1e-5). Running sums are float64 (a JS number).

import { checkArguments, type Floats } from "../runtime/check.ts";
import type { Signatures } from "../runtime/signature.ts";

const eps = 1e-5; // added to the variance, as PyTorch does, so that a row of equal values does not divide by 0

/** What each kernel is called with, for every tier. */
export const signatures = {
  layernormForward: {
    arrays: {
      out: "B*T*C, written",
      mean: "B*T, written",
      rstd: "B*T, written",
      inp: "B*T*C",
      weight: "C",
      bias: "C",
    },
    sizes: ["B", "T", "C"],
    flops: "8*B*T*C",
  },
  layernormBackward: {
    arrays: {
      dinp: "B*T*C, added to",
      dweight: "C, added to",
      dbias: "C, added to",
      dout: "B*T*C",
      inp: "B*T*C",
      weight: "C",
      mean: "B*T",
      rstd: "B*T",
    },
    sizes: ["B", "T", "C"],
    flops: "17*B*T*C",
  },
} as const satisfies Signatures;

/**
 * Normalises each of the B*T rows of C channels.
 *
 * @throws RangeError if a size is not a positive integer or an array has another length than is written beside it
 */
export function layernormForward(
  out: Floats, // (B, T, C), written
  mean: Floats, // (B, T), written: kept for the backward pass
  rstd: Floats, // (B, T), written: 1 / standard deviation, kept for the backward pass
  inp: Floats, // (B, T, C)
  weight: Floats, // (C)
  bias: Floats, // (C)
  B: number,
  T: number,
  C: number,
): void {
  checkArguments(
    signatures,
    "layernormForward",
    { out, mean, rstd, inp, weight, bias },
    { B, T, C },
  );
  for (let bt = 0; bt < B * T; bt++) {
    const row = bt * C;

    let sum = 0;
    for (let i = 0; i < C; i++) sum += inp[row + i];
    const m = sum / C;

    // Two passes over the row: E[x^2] - E[x]^2 in one would lose digits where the mean is large beside the spread.
    let squares = 0;
    for (let i = 0; i < C; i++) {
      const centred = inp[row + i] - m;
      squares += centred * centred;
    }
    const s = 1 / Math.sqrt(squares / C + eps); // divided by C, not C - 1, as in PyTorch

    for (let i = 0; i < C; i++) {
      const norm = (inp[row + i] - m) * s;
      out[row + i] = norm * weight[i] + bias[i];
    }
    mean[bt] = m;
    rstd[bt] = s;
  }
}

/**
 * Adds the gradients of a loss with respect to inp, weight and bias, given its gradient with respect to out.
 *
 * norm is recomputed from inp, mean and rstd: 2 numbers kept per row instead of C.
 *
 * @throws RangeError if a size is not a positive integer or an array has another length than is written beside it
 */
export function layernormBackward(
  dinp: Floats, // (B, T, C), added to
  dweight: Floats, // (C), added to
  dbias: Floats, // (C), added to
  dout: Floats, // (B, T, C)
  inp: Floats, // (B, T, C)
  weight: Floats, // (C)
  mean: Floats, // (B, T), from the forward pass
  rstd: Floats, // (B, T), from the forward pass
  B: number,
  T: number,
  C: number,
): void {
  checkArguments(
    signatures,
    "layernormBackward",
    { dinp, dweight, dbias, dout, inp, weight, mean, rstd },
    { B, T, C },
  );
  // Sums over all rows, one for each channel, in float64: added to float32 row by row they would lose digits at each.
  const dweightSum = new Float64Array(C);
  const dbiasSum = new Float64Array(C);

  for (let bt = 0; bt < B * T; bt++) {
    const row = bt * C;
    const m = mean[bt];
    const s = rstd[bt];

    // Two means over the row, which every dinp of the row needs: mean and rstd depend on all of its inputs.
    let dnormSum = 0;
    let dnormNormSum = 0;
    for (let i = 0; i < C; i++) {
      const norm = (inp[row + i] - m) * s;
      const dnorm = weight[i] * dout[row + i];
      dnormSum += dnorm;
      dnormNormSum += dnorm * norm;
    }
    const dnormMean = dnormSum / C;
    const dnormNormMean = dnormNormSum / C;

    for (let i = 0; i < C; i++) {
      const norm = (inp[row + i] - m) * s;
      const dnorm = weight[i] * dout[row + i]; // out_i = norm_i * weight_i + bias_i
      dbiasSum[i] += dout[row + i];
      dweightSum[i] += norm * dout[row + i];
      // norm_i = (x_i - mean) * rstd: one term through x_i itself, one through mean, one through rstd.
      dinp[row + i] += (dnorm - dnormMean - norm * dnormNormMean) * s;
    }
  }
  for (let i = 0; i < C; i++) {
    dweight[i] += dweightSum[i];
    dbias[i] += dbiasSum[i];
  }
}
