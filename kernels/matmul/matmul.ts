// Matmul, the layer that PyTorch calls Linear: every token's vector of C channels becomes a vector of OC channels, each a
// weighted sum of all C. In GPT-2 it makes queries, keys and values, mixes the heads, is both halves of the MLP, and turns
// the last vector into V logits: nearly all the time of training passes here.
//
//   out_o = sum_i inp_i * weight_oi + bias_o
//
// Equals torch.nn.functional.linear(inp, weight, bias). Running sums are float64 (a JS number).

import { checkArguments, type Floats } from "../runtime/check.ts";
import type { Signatures } from "../runtime/signature.ts";

/** What each kernel is called with, for every tier. */
export const signatures = {
  matmulForward: {
    arrays: { out: "B*T*OC, written", inp: "B*T*C", weight: "OC*C", bias: "OC, or null" },
    sizes: ["B", "T", "C", "OC"],
    flops: "2*B*T*C*OC",
  },
  matmulBackward: {
    arrays: {
      dinp: "B*T*C, added to",
      dweight: "OC*C, added to",
      dbias: "OC, added to, or null",
      dout: "B*T*OC",
      inp: "B*T*C",
      weight: "OC*C",
    },
    sizes: ["B", "T", "C", "OC"],
    flops: "4*B*T*C*OC",
  },
} as const satisfies Signatures;

/**
 * Multiplies each of the B*T rows of C channels by the transposed weight, and adds the bias: 2*B*T*C*OC operations.
 *
 * @throws RangeError if a size is not a positive integer or an array has another length than is written beside it
 */
export function matmulForward(
  out: Floats, // (B, T, OC), written
  inp: Floats, // (B, T, C)
  weight: Floats, // (OC, C): one row for each output channel
  bias: Floats | null, // (OC), or null for none
  B: number,
  T: number,
  C: number,
  OC: number,
): void {
  checkArguments(signatures, "matmulForward", { out, inp, weight, bias }, { B, T, C, OC });
  if (bias === null) out.fill(0);
  else for (let row = 0; row < out.length; row += OC) out.set(bias, row);
  // out[bt, o] += sum over i of inp[bt, i] * weight[o, i]
  addProduct(out, inp, C, 1, weight, C, 1, B * T, OC, C);
}

/**
 * Adds the gradients of a loss with respect to inp, weight and bias, given its gradient with respect to out. Twice the
 * operations of the forward pass: as many for dinp as for dweight.
 *
 * @throws RangeError if a size is not a positive integer or an array has another length than is written beside it
 */
export function matmulBackward(
  dinp: Floats, // (B, T, C), added to
  dweight: Floats, // (OC, C), added to
  dbias: Floats | null, // (OC), added to, or null where there is no bias
  dout: Floats, // (B, T, OC)
  inp: Floats, // (B, T, C)
  weight: Floats, // (OC, C)
  B: number,
  T: number,
  C: number,
  OC: number,
): void {
  checkArguments(
    signatures,
    "matmulBackward",
    { dinp, dweight, dbias, dout, inp, weight },
    { B, T, C, OC },
  );

  // out_o = sum_i inp_i * weight_oi + bias_o
  // inp_i is in every out_o of its own row:  dinp[bt, i] += sum over o of dout[bt, o] * weight[o, i]
  addProduct(dinp, dout, OC, 1, weight, 1, C, B * T, C, OC);
  // weight_oi is in out_o of every row:  dweight[o, i] += sum over bt of dout[bt, o] * inp[bt, i]
  addProduct(dweight, dout, 1, OC, inp, 1, C, OC, C, B * T);
  // bias_o is in out_o of every row, times 1:  dbias[o] += sum over bt of dout[bt, o]
  if (dbias !== null) {
    for (let o = 0; o < OC; o++) {
      let sum = 0;
      for (let at = o; at < dout.length; at += OC) sum += dout[at];
      dbias[o] += sum;
    }
  }
}

// One block of b, four of its rows side by side, in float64: made once and used by every call.
const panelDepth = 4096;
const panel = new Float64Array(4 * panelDepth); // (panelDepth, 4)

/**
 * out[r, c] += sum over k of a[r, k] * b[c, k], for rows*cols sums of `depth` products each.
 *
 * a[r, k] is at r * aRow + k * aStep, and b likewise, so that either may be read as it is or transposed.
 *
 * Two rows and four columns of out are summed at once, in eight local variables: the six numbers read for a step of k
 * then serve eight products, where one sum at a time reads two numbers for each. The four rows of b are copied into
 * panel first, which puts them in the order in which they are read, once for all rows of a.
 */
function addProduct(
  out: Floats, // (rows, cols), added to
  a: Floats,
  aRow: number,
  aStep: number,
  b: Floats,
  bRow: number,
  bStep: number,
  rows: number,
  cols: number,
  depth: number,
): void {
  for (let k = 0; k < depth; k += panelDepth) {
    const steps = Math.min(panelDepth, depth - k);
    for (let c = 0; c < cols; c += 4) {
      const width = Math.min(4, cols - c);
      fillPanel(b, c * bRow + k * bStep, bRow, bStep, width, steps);
      for (let r = 0; r < rows; r += 2) {
        const hasTwo = r + 1 < rows;
        let at0 = r * aRow + k * aStep;
        let at1 = hasTwo ? at0 + aRow : at0; // a last row without a partner is summed twice and stored once
        let s00 = 0;
        let s01 = 0;
        let s02 = 0;
        let s03 = 0;
        let s10 = 0;
        let s11 = 0;
        let s12 = 0;
        let s13 = 0;
        for (let p = 0; p < 4 * steps; p += 4) {
          const a0 = a[at0];
          const a1 = a[at1];
          const b0 = panel[p];
          const b1 = panel[p + 1];
          const b2 = panel[p + 2];
          const b3 = panel[p + 3];
          s00 += a0 * b0;
          s01 += a0 * b1;
          s02 += a0 * b2;
          s03 += a0 * b3;
          s10 += a1 * b0;
          s11 += a1 * b1;
          s12 += a1 * b2;
          s13 += a1 * b3;
          at0 += aStep;
          at1 += aStep;
        }
        addRow(out, r * cols + c, width, s00, s01, s02, s03);
        if (hasTwo) addRow(out, (r + 1) * cols + c, width, s10, s11, s12, s13);
      }
    }
  }
}

/** Copies `width` rows of b, from `start` on, into panel: row j becomes column j, and columns past the last are 0. */
function fillPanel(
  b: Floats,
  start: number,
  bRow: number,
  bStep: number,
  width: number,
  steps: number,
): void {
  for (let k = 0; k < steps; k++) {
    for (let j = 0; j < 4; j++) panel[4 * k + j] = j < width ? b[start + j * bRow + k * bStep] : 0;
  }
}

function addRow(
  out: Floats,
  at: number,
  width: number,
  s0: number,
  s1: number,
  s2: number,
  s3: number,
): void {
  out[at] += s0;
  if (width > 1) out[at + 1] += s1;
  if (width > 2) out[at + 2] += s2;
  if (width > 3) out[at + 3] += s3;
}
