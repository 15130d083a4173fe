// Matmul, the layer that PyTorch calls Linear: every token's vector of C channels becomes a vector of OC channels, each a
// weighted sum of all C. In GPT-2 it makes queries, keys and values, mixes the heads, is both halves of the MLP, and turns
// the last vector into V logits: nearly all the time of training passes here.
//
//   out_o = sum_i inp_i * weight_oi + bias_o
//
// Equals torch.nn.functional.linear(inp, weight, bias). Running sums are float64 (a JS number).

import { checkArguments, type Floats } from "../runtime/check.ts";

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
  checkArguments(
    "matmulForward",
    { B, T, C, OC },
    { out: [out, "B*T*OC"], inp: [inp, "B*T*C"], weight: [weight, "OC*C"] },
  );
  if (bias !== null) checkArguments("matmulForward", { OC }, { bias: [bias, "OC"] });

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
    "matmulBackward",
    { B, T, C, OC },
    {
      dinp: [dinp, "B*T*C"],
      dweight: [dweight, "OC*C"],
      dout: [dout, "B*T*OC"],
      inp: [inp, "B*T*C"],
      weight: [weight, "OC*C"],
    },
  );
  if (dbias !== null) checkArguments("matmulBackward", { OC }, { dbias: [dbias, "OC"] });

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

/**
 * out[r, c] += sum over k of a[r, k] * b[c, k], for rows*cols sums of `depth` products each.
 *
 * a[r, k] stands at r * aRow + k * aStep, and b likewise, so that either may be read as it lies or transposed.
 */
function addProduct(
  out: Floats, // (rows, cols)
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
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) {
      let sum = 0;
      for (let k = 0; k < depth; k++) sum += a[r * aRow + k * aStep] * b[c * bRow + k * bStep];
      out[r * cols + c] += sum;
    }
  }
}
