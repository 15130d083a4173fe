// A block wired forward and back. Its gradients by the backward kernels, and by finite differences: in float64, with h = 1e-5.

import {
  attentionGroupedBackward,
  attentionGroupedForward,
} from "@llm.ts/kernels/attention/grouped.ts";
import { matmulBackward, matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";
import { residualBackward, residualForward } from "@llm.ts/kernels/residual/residual.ts";
import { rmsnormBackward, rmsnormForward } from "@llm.ts/kernels/rmsnorm/rmsnorm.ts";
import { ropeAngles, ropeBackward, ropeForward } from "@llm.ts/kernels/rope/rope.ts";
import { swigluBackward, swigluForward } from "@llm.ts/kernels/swiglu/swiglu.ts";

const [B, T, NH, NKV, hs, F] = [1, 3, 4, 2, 2, 5];
const [C, rows, eps, h] = [NH * hs, (NH + 2 * NKV) * hs, 1e-5, 1e-5];
const cis = Float64Array.from(ropeAngles(T, hs, 10_000));
const some = (n: number, from: number) =>
  Float64Array.from({ length: n }, (_, i) => Math.sin(7 * (i + from)));

// The stream that comes in, and the weights.
const inputs = {
  residual: some(B * T * C, 1),
  ln1w: some(C, 2),
  qkvw: some(rows * C, 3),
  attprojw: some(C * C, 4),
  ln2w: some(C, 5),
  fcw: some(2 * F * C, 6),
  fcprojw: some(C * F, 7),
};
const dout = some(B * T * C, 8);

/** Room for all that a block computes; for its gradients too, which begin at 0. */
const room = () => ({
  ...{ ln1: zeros(B * T * C), qkv: zeros(B * T * rows), atty: zeros(B * T * C) },
  ...{ attproj: zeros(B * T * C), residual2: zeros(B * T * C), ln2: zeros(B * T * C) },
  ...{ fch: zeros(B * T * 2 * F), fchgated: zeros(B * T * F), fcproj: zeros(B * T * C) },
  ...{ residual3: zeros(B * T * C), rstd1: zeros(B * T), rstd2: zeros(B * T) },
  lse: zeros(B * NH * T),
});

const a = room();
const w = inputs;
// biome-ignore format: a line for each kernel
function forward(): void {
  rmsnormForward(a.ln1, a.rstd1, w.residual, w.ln1w, eps, B, T, C);
  matmulForward(a.qkv, a.ln1, w.qkvw, null, B, T, C, rows);
  ropeForward(a.qkv, cis, hs / 2, B, T, NH, NKV, hs);
  attentionGroupedForward(a.atty, a.lse, a.qkv, Infinity, B, T, NH, NKV, hs);
  matmulForward(a.attproj, a.atty, w.attprojw, null, B, T, C, C);
  residualForward(a.residual2, w.residual, a.attproj, B * T * C);
  rmsnormForward(a.ln2, a.rstd2, a.residual2, w.ln2w, eps, B, T, C);
  matmulForward(a.fch, a.ln2, w.fcw, null, B, T, C, 2 * F);
  swigluForward(a.fchgated, a.fch, B, T, F);
  matmulForward(a.fcproj, a.fchgated, w.fcprojw, null, B, T, F, C);
  residualForward(a.residual3, a.residual2, a.fcproj, B * T * C);
}

// The same eleven calls, read from the end. Gradients are added to what is there.
forward();
const d = room();
const dw = {
  ...{ residual: zeros(B * T * C), ln1w: zeros(C), qkvw: zeros(rows * C), attprojw: zeros(C * C) },
  ...{ ln2w: zeros(C), fcw: zeros(2 * F * C), fcprojw: zeros(C * F) },
};
// biome-ignore-start format: a line for each kernel
residualBackward(d.residual2, d.fcproj, dout, B * T * C);
matmulBackward(d.fchgated, dw.fcprojw, null, d.fcproj, a.fchgated, w.fcprojw, B, T, F, C);
swigluBackward(d.fch, d.fchgated, a.fch, B, T, F);
matmulBackward(d.ln2, dw.fcw, null, d.fch, a.ln2, w.fcw, B, T, C, 2 * F);
rmsnormBackward(d.residual2, dw.ln2w, d.ln2, a.residual2, w.ln2w, a.rstd2, B, T, C);
residualBackward(dw.residual, d.attproj, d.residual2, B * T * C);
matmulBackward(d.atty, dw.attprojw, null, d.attproj, a.atty, w.attprojw, B, T, C, C);
attentionGroupedBackward(d.qkv, d.atty, a.atty, a.qkv, a.lse, Infinity, B, T, NH, NKV, hs);
ropeBackward(d.qkv, cis, hs / 2, B, T, NH, NKV, hs);
matmulBackward(d.ln1, dw.qkvw, null, d.qkv, a.ln1, w.qkvw, B, T, C, rows);
rmsnormBackward(dw.residual, dw.ln1w, d.ln1, w.residual, w.ln1w, a.rstd1, B, T, C);
// biome-ignore-end format: a line for each kernel

/** Of each array: the largest difference between a gradient and the slope. */
export const worst: Record<string, number> = {};
for (const name of Object.keys(inputs) as (keyof typeof inputs)[]) {
  const array = inputs[name];
  worst[name] = 0;
  for (let i = 0; i < array.length; i++) {
    const value = array[i];
    array[i] = value + h;
    const above = loss();
    array[i] = value - h;
    const below = loss();
    array[i] = value;
    worst[name] = Math.max(worst[name], Math.abs((above - below) / (2 * h) - dw[name][i]));
  }
  const count = `${array.length} gradients`.padStart(14);
  console.log(`${name.padEnd(9)}${count}, largest difference ${worst[name].toExponential(1)}`);
}

/** Any loss will do; this is the one whose gradient with respect to what comes out is dout. */
function loss(): number {
  forward();
  return a.residual3.reduce((sum, value, i) => sum + value * dout[i], 0);
}

function zeros(n: number): Float64Array {
  return new Float64Array(n);
}
