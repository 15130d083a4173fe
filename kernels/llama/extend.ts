// The forward pass for the next tokens of a text, whose beginning the model has read: see model/cache.ts. Keys are kept as they are
// once they have been turned: a token's place does not change.

import { fcRows, qkvRows } from "./parameters.ts";
import { bendForward, embedForward, normForward, turnForward } from "./parts.ts";
import type { Llama } from "./tables.ts";

// biome-ignore format: one line for each kernel
/**
 * Computes the rows of new tokens in the memory of `reader`, and adds their queries, keys and values to what is kept.
 *
 * @param model for the whole text
 * @param reader the same for the R new tokens, whose ids it has
 * @param qkv (T, (NH + 2 NKV) hs) in each layer, of which the first `before` rows are filled
 */
export function extend<Tensor, Ids>(model: Llama<Tensor, Ids>, reader: Llama<Tensor, Ids>, qkv: readonly Tensor[], before: number): void {
  const { backend, config } = model;
  const { L, C, NH, NKV, hs, F, positions } = config;
  const { weights, acts, sizes: { T: R } } = reader;
  const windowSize = config.windowSize ?? Infinity;
  const T = before + R;
  const width = qkvRows(config);

  // The places of the new tokens, in whichever way they are told.
  const learned = positions === "learned";
  const wpe = learned ? backend.view(model.parameters.wpe, before * C, R * C) : weights.wpe;
  const cis = learned ? model.constants.cis : backend.view(model.constants.cis, before * hs, R * hs);

  embedForward(reader, wpe); // (1, R) -> (1, R, C)
  let residual = acts.encoded;

  for (let l = 0; l < L; l++) {
    const w = weights.layers[l];
    const a = acts.layers[l];
    const row = backend.view(qkv[l], before * width, R * width);
    const text = backend.view(qkv[l], 0, T * width);

    normForward(reader, a.ln1, a.ln1mean, a.ln1rstd, residual, w.ln1w, w.ln1b);
    backend.matmulForward(row, a.ln1, w.qkvw, null, 1, R, C, width); // -> (1, R, (NH + 2 NKV) hs), kept
    turnForward(reader, row, cis);
    backend.attentionGroupedCachedForward(a.atty, text, windowSize, R, T, NH, NKV, hs); // -> (1, R, NH hs)
    backend.matmulForward(a.attproj, a.atty, w.attprojw, null, 1, R, NH * hs, C);
    backend.residualForward(a.residual2, residual, a.attproj, R * C);

    normForward(reader, a.ln2, a.ln2mean, a.ln2rstd, a.residual2, w.ln2w, w.ln2b);
    backend.matmulForward(a.fch, a.ln2, w.fcw, null, 1, R, C, fcRows(config));
    bendForward(reader, a.fchgated, a.fch);
    backend.matmulForward(a.fcproj, a.fchgated, w.fcprojw, null, 1, R, F, C);
    backend.residualForward(a.residual3, a.residual2, a.fcproj, R * C);
    residual = a.residual3;
  }

  normForward(reader, acts.lnf, acts.lnfmean, acts.lnfrstd, residual, weights.lnfw, weights.lnfb);
  backend.submit();
}
