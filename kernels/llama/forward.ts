// The forward pass of Llama and its relatives: tokens in, a vector of C channels for every token out. It is GPT-2's, with no
// biases in its matmuls, and with lines that the model's parts decide.
//
// Source: Touvron et al. 2023, "LLaMA: Open and Efficient Foundation Language Models", section 2.2.

import { checkTokens } from "../model/batch.ts";
import { pack } from "../model/pack.ts";
import type { Ints } from "../runtime/check.ts";
import { fcRows, qkvRows } from "./parameters.ts";
import { bendForward, embedForward, normForward, turnForward } from "./parts.ts";
import type { Llama } from "./tables.ts";

// biome-ignore format: one line for each kernel
/**
 * Runs the model on B texts of T tokens, up to and with the last norm.
 *
 * @param inputs (B, T) token ids, each below V
 * @throws RangeError if their number is not B*T or an id is out of range; nothing is written then
 */
export function forward<Tensor, Ids>(model: Llama<Tensor, Ids>, inputs: Ints): void {
  const { backend, config, sizes, weights, constants, acts } = model;
  const { L, C, NH, NKV, hs, F } = config;
  const { B, T, attention } = sizes;
  const windowSize = config.windowSize ?? Infinity;
  checkTokens("forward", "inputs", model, inputs);
  backend.writeIds(model.inputs, inputs);

  embedForward(model, weights.wpe); // (B, T) -> (B, T, C)
  let residual = acts.encoded;

  for (let l = 0; l < L; l++) {
    const w = weights.layers[l];
    const a = acts.layers[l];

    // Attention: NH heads of queries over NKV heads of keys and values, all from one matmul.
    normForward(model, a.ln1, a.ln1mean, a.ln1rstd, residual, w.ln1w, w.ln1b); // (B, T, C)
    backend.matmulForward(a.qkv, a.ln1, w.qkvw, null, B, T, C, qkvRows(config)); // -> (NH + 2 NKV) hs
    turnForward(model, a.qkv, constants.cis); // the same, in place
    // -> (B, T, NH hs), with the table of weights kept or not
    if (attention === "kept")
      backend.attentionGroupedKeptForward(a.atty, a.preatt, a.att, a.qkv, windowSize, B, T, NH, NKV, hs);
    else backend.attentionGroupedForward(a.atty, a.lse, a.qkv, windowSize, B, T, NH, NKV, hs);
    backend.matmulForward(a.attproj, a.atty, w.attprojw, null, B, T, NH * hs, C); // -> (B, T, C)
    backend.residualForward(a.residual2, residual, a.attproj, B * T * C); // (B, T, C)

    // Perceptron: out to F channels, each with its gate, through it, and back.
    normForward(model, a.ln2, a.ln2mean, a.ln2rstd, a.residual2, w.ln2w, w.ln2b); // (B, T, C)
    backend.matmulForward(a.fch, a.ln2, w.fcw, null, B, T, C, fcRows(config)); // -> (B, T, 2F)
    bendForward(model, a.fchgated, a.fch); // -> (B, T, F)
    backend.matmulForward(a.fcproj, a.fchgated, w.fcprojw, null, B, T, F, C); // -> (B, T, C)
    backend.residualForward(a.residual3, a.residual2, a.fcproj, B * T * C); // (B, T, C)
    residual = a.residual3;
    pack(model, l); // does nothing, unless large activations are to wait in 16 bits
  }

  normForward(model, acts.lnf, acts.lnfmean, acts.lnfrstd, residual, weights.lnfw, weights.lnfb);
  backend.submit();
}
