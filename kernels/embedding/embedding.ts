// Embedding: each token id becomes the vector of C channels that the model has learned about that token. It is the encoder
// without positions, which Llama tells by turning queries and keys (rope). Gemma multiplies it by the root of C.
//
//   out[b, t] = scale * wte[inp[b, t]]
//
// Source: Touvron et al. 2023, "LLaMA", https://arxiv.org/abs/2302.13971; the scale as in Gemma Team 2024, "Gemma",
// https://arxiv.org/abs/2403.08295. Equals torch.nn.functional.embedding(inp, wte) * scale.

import { checkArguments, checkIds, type Floats, type Ints } from "../runtime/check.ts";
import type { Signatures } from "../runtime/signature.ts";

/** What each kernel is called with, for every tier. */
export const signatures = {
  embeddingForward: {
    arrays: { out: "B*T*C, written", inp: "B*T, ids", wte: "V*C" },
    settings: ["scale"],
    sizes: ["B", "T", "C"],
    counted: ["V"],
    flops: "B*T*C",
    moved: "2*B*T*C+B*T", // of the table the rows that are looked up
    further({ inp, wte, scale, C }, kernel) {
      checkScale(kernel, scale);
      checkIds(kernel, "inp", inp, wte.length / C);
    },
  },
  embeddingBackward: {
    arrays: { dwte: "V*C, added to", dout: "B*T*C", inp: "B*T, ids" },
    settings: ["scale"],
    sizes: ["B", "T", "C"],
    counted: ["V"],
    flops: "2*B*T*C",
    moved: "3*B*T*C+B*T",
    further({ inp, dwte, scale, C }, kernel) {
      checkScale(kernel, scale);
      checkIds(kernel, "inp", inp, dwte.length / C);
    },
  },
} as const satisfies Signatures;

/**
 * Looks up one row of wte for each token.
 *
 * @throws RangeError if a size is not a positive integer, scale is not a finite number over 0, an array has another length than is written
 *   beside it, or an id is not a row of wte
 */
export function embeddingForward(
  out: Floats, // (B, T, C), written
  inp: Ints, // (B, T), token ids from 0 to V - 1
  wte: Floats, // (V, C), one row for each token
  scale: number, // 1, and in Gemma the root of C
  B: number,
  T: number,
  C: number,
): void {
  checkArguments(signatures, "embeddingForward", { out, inp, wte }, { B, T, C });
  checkScale("embeddingForward", scale);
  checkIds("embeddingForward", "inp", inp, wte.length / C);
  for (let bt = 0; bt < B * T; bt++) {
    for (let i = 0; i < C; i++) out[bt * C + i] = scale * wte[inp[bt] * C + i];
  }
}

/**
 * Adds the gradient of a loss with respect to wte, given its gradient with respect to out. A token that is at several places
 * collects the gradient of each, in the array's own precision.
 *
 * @throws RangeError as embeddingForward
 */
export function embeddingBackward(
  dwte: Floats, // (V, C), added to
  dout: Floats, // (B, T, C)
  inp: Ints, // (B, T), token ids from 0 to V - 1
  scale: number,
  B: number,
  T: number,
  C: number,
): void {
  checkArguments(signatures, "embeddingBackward", { dwte, dout, inp }, { B, T, C });
  checkScale("embeddingBackward", scale);
  checkIds("embeddingBackward", "inp", inp, dwte.length / C);
  for (let bt = 0; bt < B * T; bt++) {
    for (let i = 0; i < C; i++) dwte[inp[bt] * C + i] += scale * dout[bt * C + i];
  }
}

/** @throws RangeError if scale is not a finite number over 0 */
function checkScale(kernel: string, scale: number): void {
  if (!(Number.isFinite(scale) && scale > 0)) {
    throw new RangeError(`${kernel}: scale is ${scale}, expected a finite number over 0`);
  }
}
