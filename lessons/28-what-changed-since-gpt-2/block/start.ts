import { attentionGroupedForward } from "@llm.ts/kernels/attention/grouped.ts";
import { matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";
import { residualForward } from "@llm.ts/kernels/residual/residual.ts";
import { rmsnormForward } from "@llm.ts/kernels/rmsnorm/rmsnorm.ts";
import { ropeForward } from "@llm.ts/kernels/rope/rope.ts";
import { swigluForward } from "@llm.ts/kernels/swiglu/swiglu.ts";

/** One block of a Llama, from the stream before it to the stream after it. */
export function llamaBlock(
  ln1: Float32Array, // (B, T, C), written, and so are the next six
  qkv: Float32Array, // (B, T, (NH + 2 NKV) hs), in the end with queries and keys turned
  atty: Float32Array, // (B, T, NH hs)
  residual2: Float32Array, // (B, T, C)
  ln2: Float32Array, // (B, T, C)
  fchgated: Float32Array, // (B, T, F)
  residual3: Float32Array, // (B, T, C)
  residual: Float32Array, // (B, T, C), the stream before the block
  ln1w: Float32Array, // (C)
  qkvw: Float32Array, // ((NH + 2 NKV) hs, C)
  attprojw: Float32Array, // (C, NH hs)
  ln2w: Float32Array, // (C)
  fcw: Float32Array, // (2F, C)
  fcprojw: Float32Array, // (C, F)
  cis: Float32Array, // (T, 2, hs/2): cosines and sines
  eps: number,
  B: number,
  T: number,
  C: number,
  NH: number,
  NKV: number,
  hs: number,
  F: number,
): void {
  const rows = (NH + 2 * NKV) * hs; // of queries, keys and values
  const rstd = new Float32Array(B * T); // what only the backward pass will need
  const lse = new Float32Array(B * NH * T);
  const attproj = new Float32Array(B * T * C); // what each half adds to the stream
  const fch = new Float32Array(B * T * 2 * F);
  const fcproj = new Float32Array(B * T * C);

  // Attention. The first call is done.
  rmsnormForward(ln1, rstd, residual, ln1w, eps, B, T, C);

  // TODO: five calls to residual2, then five to residual3. In no order:
  // residualForward(out, inp1, inp2, N), twice
  // attentionGroupedForward(out, lse, qkv, windowSize, B, T, NH, NKV, hs)
  // swigluForward(out, inp, B, T, F)
  // matmulForward(out, inp, weight, bias, B, T, C, OC), four times; here every bias is null
  // rmsnormForward(out, rstd, inp, weight, eps, B, T, C)
  // ropeForward(qkv, cis, apart, B, T, NH, NKV, hs), which turns in place
}
