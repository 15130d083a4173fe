import { attentionForward } from "@llm.ts/kernels/attention/attention.ts";
import { encoderForward } from "@llm.ts/kernels/encoder/encoder.ts";
import { geluForward } from "@llm.ts/kernels/gelu/gelu.ts";
import { layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";
import { matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";
import { residualForward } from "@llm.ts/kernels/residual/residual.ts";

/** GPT-2 from tokens to the last layernorm, with all parameters in one block. */
export function forwardFromBlock(
  out: Float32Array, // (B, T, C), written
  params: Float32Array, // the one block
  inputs: Int32Array, // (B, T)
  maxT: number,
  Vp: number,
  L: number,
  NH: number,
  C: number,
  B: number,
  T: number,
): void {
  // Cuts the block into the 16 tensors, in order.
  let start = 0;
  const cut = (length: number) => {
    start += length;
    return params.subarray(start - length, start);
  };
  const [wte, wpe] = [cut(Vp * C), cut(maxT * C)];
  const [ln1w, ln1b] = [cut(L * C), cut(L * C)];
  const [qkvw, qkvb] = [cut(L * 3 * C * C), cut(L * 3 * C)];
  const [attprojw, attprojb] = [cut(L * C * C), cut(L * C)];
  const [ln2w, ln2b] = [cut(L * C), cut(L * C)];
  const [fcw, fcb] = [cut(L * 4 * C * C), cut(L * 4 * C)];
  const [fcprojw, fcprojb] = [cut(L * C * 4 * C), cut(L * C)];
  const [lnfw, lnfb] = [cut(C), cut(C)];

  // Nothing is kept for a backward pass, so all layers use the same memory.
  const floats = (length: number) => new Float32Array(length);
  const [ln, mean, rstd] = [floats(B * T * C), floats(B * T), floats(B * T)];
  const [qkv, atty, proj] = [floats(B * T * 3 * C), floats(B * T * C), floats(B * T * C)];
  const [preatt, att] = [floats(B * NH * T * T), floats(B * NH * T * T)];
  const [fch, fchgelu] = [floats(B * T * 4 * C), floats(B * T * 4 * C)];
  const stream = floats(B * T * C);

  encoderForward(stream, inputs, wte, wpe.subarray(0, T * C), B, T, C);
  for (let l = 0; l < L; l++) {
    const layer = (tensor: Float32Array, length: number) => tensor.subarray(l * C, l * C + length);

    layernormForward(ln, mean, rstd, stream, layer(ln1w, C), layer(ln1b, C), B, T, C);
    matmulForward(qkv, ln, layer(qkvw, 3 * C * C), layer(qkvb, 3 * C), B, T, C, 3 * C);
    attentionForward(atty, preatt, att, qkv, B, T, C, NH);
    matmulForward(proj, atty, layer(attprojw, C * C), layer(attprojb, C), B, T, C, C);
    residualForward(stream, stream, proj, B * T * C);

    layernormForward(ln, mean, rstd, stream, layer(ln2w, C), layer(ln2b, C), B, T, C);
    matmulForward(fch, ln, layer(fcw, 4 * C * C), layer(fcb, 4 * C), B, T, C, 4 * C);
    geluForward(fchgelu, fch, B * T * 4 * C);
    matmulForward(proj, fchgelu, layer(fcprojw, C * 4 * C), layer(fcprojb, C), B, T, 4 * C, C);
    residualForward(stream, stream, proj, B * T * C);
  }
  layernormForward(out, mean, rstd, stream, lnfw, lnfb, B, T, C);
}
