// Encoder: the way into the model. Each token id becomes a vector of C channels, the sum of what the model has learned
// about that token and about that position.
//
//   out[b, t] = wte[inp[b, t]] + wpe[t]
//
// The number of tokens V and of positions maxT are the numbers of rows of wte and wpe.
//
// Source: Radford et al. 2019, "Language Models are Unsupervised Multitask Learners" (GPT-2).
// Equals torch.nn.functional.embedding(inp, wte) + torch.nn.functional.embedding(torch.arange(T), wpe).

import { checkArguments, checkIds, type Floats, type Ints, type Sized } from "../runtime/check.ts";
import type { Signatures } from "../runtime/signature.ts";

/** What each kernel is called with, for every tier. */
export const signatures = {
  encoderForward: {
    arrays: { out: "B*T*C, written", inp: "B*T, ids", wte: "V*C", wpe: "maxT*C" },
    sizes: ["B", "T", "C"],
    counted: ["V", "maxT"],
    flops: "B*T*C",
    moved: "2*B*T*C+T*C+B*T", // of the tables the rows that are looked up
    further({ inp, wte, wpe, T, C }, kernel) {
      checkPositions(kernel, "wpe", wpe, T, C);
      checkIds(kernel, "inp", inp, wte.length / C);
    },
  },
  encoderBackward: {
    arrays: {
      dwte: "V*C, added to",
      dwpe: "maxT*C, added to",
      dout: "B*T*C",
      inp: "B*T, ids",
    },
    sizes: ["B", "T", "C"],
    counted: ["V", "maxT"],
    flops: "2*B*T*C",
    moved: "3*B*T*C+2*T*C+B*T", // of the tables the rows that are looked up
    further({ inp, dwte, dwpe, T, C }, kernel) {
      checkPositions(kernel, "dwpe", dwpe, T, C);
      checkIds(kernel, "inp", inp, dwte.length / C);
    },
  },
} as const satisfies Signatures;

/**
 * Looks up one row of wte for each token and adds the row of wpe for its position.
 *
 * @throws RangeError if a size is not a positive integer, an array has another length than is written beside it, wpe
 *   has fewer than T positions, or an id is not a row of wte
 */
export function encoderForward(
  out: Floats, // (B, T, C), written
  inp: Ints, // (B, T), token ids from 0 to V - 1
  wte: Floats, // (V, C), one row for each token
  wpe: Floats, // (maxT, C), one row for each position; the first T are used
  B: number,
  T: number,
  C: number,
): void {
  checkArguments(signatures, "encoderForward", { out, inp, wte, wpe }, { B, T, C });
  const V = wte.length / C;
  checkPositions("encoderForward", "wpe", wpe, T, C);
  checkIds("encoderForward", "inp", inp, V);

  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      const bt = b * T + t;
      const row = bt * C;
      const token = inp[bt] * C;
      const position = t * C;
      for (let i = 0; i < C; i++) out[row + i] = wte[token + i] + wpe[position + i];
    }
  }
}

/**
 * Adds the gradients of a loss with respect to wte and wpe, given its gradient with respect to out.
 *
 * A token that is at several places collects the gradient of each, and so does a position, once for every b.
 * Ids have no gradient: they are indices, not quantities. These sums are kept in the arrays' own precision: a float64 for
 * every value of wte would be another table twice its size.
 *
 * @throws RangeError if a size is not a positive integer, an array has another length than is written beside it, dwpe
 *   has fewer than T positions, or an id is not a row of dwte
 */
export function encoderBackward(
  dwte: Floats, // (V, C), added to
  dwpe: Floats, // (maxT, C), added to; rows from T on are left as they are
  dout: Floats, // (B, T, C)
  inp: Ints, // (B, T), token ids from 0 to V - 1
  B: number,
  T: number,
  C: number,
): void {
  checkArguments(signatures, "encoderBackward", { dwte, dwpe, dout, inp }, { B, T, C });
  const V = dwte.length / C;
  checkPositions("encoderBackward", "dwpe", dwpe, T, C);
  checkIds("encoderBackward", "inp", inp, V);

  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      const bt = b * T + t;
      const row = bt * C;
      const token = inp[bt] * C;
      const position = t * C;
      for (let i = 0; i < C; i++) {
        // out_i = wte_i + wpe_i: a sum hands its gradient on unchanged to both of its terms.
        dwte[token + i] += dout[row + i];
        dwpe[position + i] += dout[row + i];
      }
    }
  }
}

/** Checks that a table has a row for each of T positions. @throws if it has not */
function checkPositions(kernel: string, name: string, table: Sized, T: number, C: number): void {
  const maxT = table.length / C;
  if (T > maxT) {
    throw new RangeError(`${kernel}: T is ${T}, but ${name} has only ${maxT} positions`);
  }
}
