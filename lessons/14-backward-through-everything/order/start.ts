import { geluBackward } from "@llm.ts/kernels/gelu/gelu.ts";
import { layernormBackward } from "@llm.ts/kernels/layernorm/layernorm.ts";
import { matmulBackward } from "@llm.ts/kernels/matmul/matmul.ts";
import { residualBackward } from "@llm.ts/kernels/residual/residual.ts";

/** The backward pass of residual3 = residual2 + fcproj(gelu(fc(ln2(residual2)))). */
export function mlpBackward(
  dresidual2: Float32Array, // (B, T, C), added to
  dln2w: Float32Array, // (C), added to, and so are the next five
  dln2b: Float32Array, // (C)
  dfcw: Float32Array, // (4C, C)
  dfcb: Float32Array, // (4C)
  dfcprojw: Float32Array, // (C, 4C)
  dfcprojb: Float32Array, // (C)
  dresidual3: Float32Array, // (B, T, C), given
  residual2: Float32Array, // (B, T, C), from here on kept by the forward pass
  ln2: Float32Array, // (B, T, C)
  ln2mean: Float32Array, // (B, T)
  ln2rstd: Float32Array, // (B, T)
  fch: Float32Array, // (B, T, 4C), before the GELU
  fchgelu: Float32Array, // (B, T, 4C), after it
  ln2w: Float32Array, // (C)
  fcw: Float32Array, // (4C, C)
  fcprojw: Float32Array, // (C, 4C)
  B: number,
  T: number,
  C: number,
): void {
  // Gradients of what is in between, all 0 to begin with.
  const dfcproj = new Float32Array(B * T * C);
  const dfchgelu = new Float32Array(B * T * 4 * C);
  const dfch = new Float32Array(B * T * 4 * C);
  const dln2 = new Float32Array(B * T * C);

  // residualForward(residual3, residual2, fcproj, B * T * C)
  residualBackward(dresidual2, dfcproj, dresidual3, B * T * C);

  // TODO: undo the others, from the last to the first.
  // layernormForward(ln2, ln2mean, ln2rstd, residual2, ln2w, ln2b, B, T, C)
  // matmulForward(fch, ln2, fcw, fcb, B, T, C, 4 * C)
  // geluForward(fchgelu, fch, B * T * 4 * C)
  // matmulForward(fcproj, fchgelu, fcprojw, fcprojb, B, T, 4 * C, C)
}
