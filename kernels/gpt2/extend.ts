// GPT-2's forward pass for the next tokens of a text, whose beginning it has read: see model/cache.ts.

import type { GPT2 } from "./tables.ts";

// biome-ignore format: one line for each kernel
/**
 * Computes the rows of new tokens in the memory of `reader`, and adds their queries, keys and values to what is kept.
 *
 * @param model for the whole text
 * @param reader the same for the R new tokens, whose ids it has
 * @param qkv (T, 3C) in each layer, of which the first `before` rows are filled
 */
export function extend<Tensor, Ids>(model: GPT2<Tensor, Ids>, reader: GPT2<Tensor, Ids>, qkv: readonly Tensor[], before: number): void {
  const { backend, config } = model;
  const { L, NH, C } = config;
  const { weights, acts, sizes: { T: R } } = reader;
  const T = before + R;

  const wpe = backend.view(model.parameters.wpe, before * C, R * C); // the positions of the new tokens
  backend.encoderForward(acts.encoded, reader.inputs, weights.wte, wpe, 1, R, C); // (1, R) -> (1, R, C)
  let residual = acts.encoded;

  for (let l = 0; l < L; l++) {
    const w = weights.layers[l];
    const a = acts.layers[l];
    const row = backend.view(qkv[l], before * 3 * C, R * 3 * C);
    const text = backend.view(qkv[l], 0, T * 3 * C);

    backend.layernormForward(a.ln1, a.ln1mean, a.ln1rstd, residual, w.ln1w, w.ln1b, 1, R, C);
    backend.matmulForward(row, a.ln1, w.qkvw, w.qkvb, 1, R, C, 3 * C); // -> (1, R, 3C), kept
    backend.attentionCachedForward(a.atty, text, R, T, C, NH); // -> (1, R, C)
    backend.matmulForward(a.attproj, a.atty, w.attprojw, w.attprojb, 1, R, C, C);
    backend.residualForward(a.residual2, residual, a.attproj, R * C);

    backend.layernormForward(a.ln2, a.ln2mean, a.ln2rstd, a.residual2, w.ln2w, w.ln2b, 1, R, C);
    backend.matmulForward(a.fch, a.ln2, w.fcw, w.fcb, 1, R, C, 4 * C);
    backend.geluForward(a.fchgelu, a.fch, R * 4 * C);
    backend.matmulForward(a.fcproj, a.fchgelu, w.fcprojw, w.fcprojb, 1, R, 4 * C, C);
    backend.residualForward(a.residual3, a.residual2, a.fcproj, R * C);
    residual = a.residual3;
  }

  backend.layernormForward(acts.lnf, acts.lnfmean, acts.lnfrstd, residual, weights.lnfw, weights.lnfb, 1, R, C);
  backend.submit();
}
