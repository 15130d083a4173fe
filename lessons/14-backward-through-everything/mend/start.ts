import { geluBackward } from "@llm.ts/kernels/gelu/gelu.ts";
import { layernormBackward } from "@llm.ts/kernels/layernorm/layernorm.ts";
import { matmulBackward } from "@llm.ts/kernels/matmul/matmul.ts";
import { residualBackward } from "@llm.ts/kernels/residual/residual.ts";

/** The same through L layers, one after another. What each layer has is stacked: (L, ...). */
export function layersBackward(
  dinp: Float32Array, // (B, T, C), added to: the gradient of what the first layer began with
  dln2w: Float32Array, // (L, C), added to, and so are the next five
  dln2b: Float32Array, // (L, C)
  dfcw: Float32Array, // (L, 4C, C)
  dfcb: Float32Array, // (L, 4C)
  dfcprojw: Float32Array, // (L, C, 4C)
  dfcprojb: Float32Array, // (L, C)
  dout: Float32Array, // (B, T, C), given
  inp: Float32Array, // (L, B, T, C), from here on kept by the forward pass
  ln2: Float32Array, // (L, B, T, C)
  ln2mean: Float32Array, // (L, B, T)
  ln2rstd: Float32Array, // (L, B, T)
  fch: Float32Array, // (L, B, T, 4C)
  fchgelu: Float32Array, // (L, B, T, 4C)
  ln2w: Float32Array, // (L, C)
  fcw: Float32Array, // (L, 4C, C)
  fcprojw: Float32Array, // (L, C, 4C)
  L: number,
  B: number,
  T: number,
  C: number,
): void {
  const N = B * T * C;
  let dresidual3 = dout.slice(); // of the stream at a layer's end
  let dresidual2 = new Float32Array(N); // and at its beginning
  // Every layer uses these again.
  const dfcproj = new Float32Array(N);
  const dfchgelu = new Float32Array(4 * N);
  const dfch = new Float32Array(4 * N);
  const dln2 = new Float32Array(N);

  for (let l = L - 1; l >= 0; l--) {
    const at = (stack: Float32Array) =>
      stack.subarray((l * stack.length) / L, ((l + 1) * stack.length) / L);
    for (const gradient of [dresidual2, dfcproj, dfchgelu, dln2]) gradient.fill(0);

    residualBackward(dresidual2, dfcproj, dresidual3, N);
    matmulBackward(
      dfchgelu,
      at(dfcprojw),
      at(dfcprojb),
      dfcproj,
      at(fchgelu),
      at(fcprojw),
      B,
      T,
      4 * C,
      C,
    );
    geluBackward(dfch, dfchgelu, at(fch), 4 * N);
    matmulBackward(dln2, at(dfcw), at(dfcb), dfch, at(ln2), at(fcw), B, T, C, 4 * C);
    layernormBackward(
      dresidual2,
      at(dln2w),
      at(dln2b),
      dln2,
      at(inp),
      at(ln2w),
      at(ln2mean),
      at(ln2rstd),
      B,
      T,
      C,
    );

    // What this layer began with is what the one below ended with.
    [dresidual3, dresidual2] = [dresidual2, dresidual3];
  }
  for (let i = 0; i < N; i++) dinp[i] += dresidual3[i];
}
