// Attention: the one layer where tokens look at each other. Each token asks with a query q, every token up to and including
// itself offers a key k and a value v, and the answer is a mean of those values, weighted by how well the keys fit the
// query. NH heads do so side by side, each on its own hs = C/NH channels. Later tokens are never seen: it is causal.
//
//   preatt[t, t2] = sum_i q[t, i] * k[t2, i] / sqrt(hs)          for t2 <= t
//   att[t, t2]    = exp(preatt[t, t2]) / sum_{t3 <= t} exp(preatt[t, t3])
//   out[t, i]     = sum_{t2 <= t} att[t, t2] * v[t2, i]
//
// Source: Vaswani et al. 2017, "Attention Is All You Need", https://arxiv.org/abs/1706.03762. Equals PyTorch's
// softmax((q @ k^T / sqrt(hs)).masked_fill(above the diagonal, -inf)) @ v, head by head. Dot products and the softmax's
// sums are float64 (a JS number); sums of vectors are kept in place, in the arrays' own precision.

import { checkArguments, type Floats } from "../runtime/check.ts";
import type { Signatures } from "../runtime/signature.ts";

/** What each kernel is called with, for every tier. */
export const signatures = {
  attentionForward: {
    arrays: {
      out: "B*T*C, written",
      preatt: "B*NH*T*T, written",
      att: "B*NH*T*T, written",
      inp: "B*T*3*C",
    },
    sizes: ["B", "T", "C", "NH"],
    flops: "2*B*T*(T+1)*C",
    further: ({ C, NH }, kernel) => checkHeads(kernel, C, NH),
  },
  attentionBackward: {
    arrays: {
      dinp: "B*T*3*C, added to",
      dpreatt: "B*NH*T*T, added to",
      datt: "B*NH*T*T, added to",
      dout: "B*T*C",
      inp: "B*T*3*C",
      att: "B*NH*T*T",
    },
    sizes: ["B", "T", "C", "NH"],
    flops: "4*B*T*(T+1)*C",
    further: ({ C, NH }, kernel) => checkHeads(kernel, C, NH),
  },
} as const satisfies Signatures;

/**
 * Lets every token of each row attend to itself and to those before it.
 *
 * Where t2 > t, both preatt and att are set to 0: such a score is never computed and has no weight.
 *
 * @throws RangeError if a size is not a positive integer, NH does not divide C, or an array has
 *   another length than is written beside it
 */
export function attentionForward(
  out: Floats, // (B, T, C), written: the heads' answers side by side
  preatt: Floats, // (B, NH, T, T), written: scores
  att: Floats, // (B, NH, T, T), written: weights, each row sums to 1; kept for the backward pass
  inp: Floats, // (B, T, 3C): for each token its queries, keys and values, head after head within each
  B: number,
  T: number,
  C: number,
  NH: number,
): void {
  checkArguments(signatures, "attentionForward", { out, preatt, att, inp }, { B, T, C, NH });
  checkHeads("attentionForward", C, NH);
  const hs = C / NH;
  const scale = 1 / Math.sqrt(hs); // keeps the spread of scores the same for every hs

  out.fill(0);
  for (let b = 0; b < B; b++) {
    for (let h = 0; h < NH; h++) {
      const head = b * T * 3 * C + h * hs; // where the query of this head's token 0 begins
      for (let t = 0; t < T; t++) {
        const q = head + t * 3 * C;
        const row = ((b * NH + h) * T + t) * T;

        let max = -Infinity;
        for (let t2 = 0; t2 <= t; t2++) {
          const k = head + t2 * 3 * C + C;
          let score = 0;
          for (let i = 0; i < hs; i++) score += inp[q + i] * inp[k + i];
          preatt[row + t2] = score * scale;
          max = Math.max(max, preatt[row + t2]);
        }

        // The largest score is taken off all: the weights stay the same and exp cannot overflow.
        let sum = 0;
        for (let t2 = 0; t2 <= t; t2++) {
          const e = Math.exp(preatt[row + t2] - max);
          sum += e;
          att[row + t2] = e;
        }
        for (let t2 = 0; t2 <= t; t2++) att[row + t2] /= sum;
        preatt.fill(0, row + t + 1, row + T);
        att.fill(0, row + t + 1, row + T);

        const o = (b * T + t) * C + h * hs;
        for (let t2 = 0; t2 <= t; t2++) {
          const v = head + t2 * 3 * C + 2 * C;
          const weight = att[row + t2];
          for (let i = 0; i < hs; i++) out[o + i] += weight * inp[v + i];
        }
      }
    }
  }
}

/**
 * Adds the gradients of a loss with respect to inp, preatt and att, given its gradient with respect to out.
 *
 * dpreatt and datt are outputs too, zeroed by the caller like dinp: what they hold on entry is
 * taken for a gradient that reaches preatt or att some other way, and flows on into dpreatt and
 * dinp. Where t2 > t they are neither read nor written. preatt itself is not needed: softmax's
 * gradient can be told from its output.
 *
 * @throws RangeError if a size is not a positive integer, NH does not divide C, or an array has
 *   another length than is written beside it
 */
export function attentionBackward(
  dinp: Floats, // (B, T, 3C), added to: gradients of queries, keys and values
  dpreatt: Floats, // (B, NH, T, T), added to
  datt: Floats, // (B, NH, T, T), added to
  dout: Floats, // (B, T, C)
  inp: Floats, // (B, T, 3C)
  att: Floats, // (B, NH, T, T), from the forward pass
  B: number,
  T: number,
  C: number,
  NH: number,
): void {
  checkArguments(
    signatures,
    "attentionBackward",
    { dinp, dpreatt, datt, dout, inp, att },
    { B, T, C, NH },
  );
  checkHeads("attentionBackward", C, NH);
  const hs = C / NH;
  const scale = 1 / Math.sqrt(hs);

  for (let b = 0; b < B; b++) {
    for (let h = 0; h < NH; h++) {
      const head = b * T * 3 * C + h * hs;
      for (let t = 0; t < T; t++) {
        const q = head + t * 3 * C;
        const o = (b * T + t) * C + h * hs;
        const row = ((b * NH + h) * T + t) * T;

        // out[t, i] = sum_t2 att[t, t2] * v[t2, i]
        let dattMean = 0; // of the row's datt, weighted by att: every dpreatt of the row needs it
        for (let t2 = 0; t2 <= t; t2++) {
          const v = head + t2 * 3 * C + 2 * C;
          const weight = att[row + t2];
          let sum = 0;
          for (let i = 0; i < hs; i++) {
            sum += dout[o + i] * inp[v + i];
            dinp[v + i] += dout[o + i] * weight;
          }
          datt[row + t2] += sum;
          dattMean += weight * datt[row + t2];
        }

        for (let t2 = 0; t2 <= t; t2++) {
          // att = softmax(preatt): each weight rises with its own score and falls with every other's, in all
          // datt[t2] / dpreatt[t3] = att[t2] * ((t2 == t3) - att[t3]).
          dpreatt[row + t2] += att[row + t2] * (datt[row + t2] - dattMean);

          // preatt[t, t2] = sum_i q[t, i] * k[t2, i] * scale
          const k = head + t2 * 3 * C + C;
          const dscore = dpreatt[row + t2] * scale;
          for (let i = 0; i < hs; i++) {
            dinp[q + i] += inp[k + i] * dscore;
            dinp[k + i] += inp[q + i] * dscore;
          }
        }
      }
    }
  }
}

/** @throws RangeError if the heads do not share the channels evenly */
export function checkHeads(kernel: string, C: number, NH: number): void {
  if (C % NH !== 0) {
    throw new RangeError(
      `${kernel}: NH is ${NH}, expected a divisor of C = ${C}: each head takes C/NH channels`,
    );
  }
}
