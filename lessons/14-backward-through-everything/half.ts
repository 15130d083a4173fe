// The second half of a block, x + mlp(ln2(x)), forward: what the exercises' drawn cases hand to the backward pass.

import { geluForward } from "@llm.ts/kernels/gelu/gelu.ts";
import { layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";
import { matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";
import { residualForward } from "@llm.ts/kernels/residual/residual.ts";

type Tensors<Name extends string> = Record<Name, Float32Array>;

/** Fills all of `kept` and `out`. */
export function halfForward(
  out: Float32Array,
  kept: Tensors<"ln2" | "ln2mean" | "ln2rstd" | "fch" | "fchgelu">,
  inp: Float32Array,
  weights: Tensors<"ln2w" | "fcw" | "fcprojw">,
  B: number,
  T: number,
  C: number,
): void {
  const { ln2, ln2mean, ln2rstd, fch, fchgelu } = kept;
  const { ln2w, fcw, fcprojw } = weights;
  const noBias = new Float32Array(C);
  const fcproj = new Float32Array(B * T * C);
  layernormForward(ln2, ln2mean, ln2rstd, inp, ln2w, noBias, B, T, C);
  matmulForward(fch, ln2, fcw, null, B, T, C, 4 * C);
  geluForward(fchgelu, fch, B * T * 4 * C);
  matmulForward(fcproj, fchgelu, fcprojw, null, B, T, 4 * C, C);
  residualForward(out, inp, fcproj, B * T * C);
}

/** The numbers of tensors, or of their layer l of L. */
export function dataOf<Name extends string>(
  tensors: Readonly<Record<Name, { data: Float32Array }>>,
  l = 0,
  L = 1,
): Tensors<Name> {
  const entries = Object.entries<{ data: Float32Array }>(tensors).map(([name, { data }]) => {
    const length = data.length / L;
    return [name, data.subarray(l * length, (l + 1) * length)];
  });
  return Object.fromEntries(entries) as Tensors<Name>;
}
