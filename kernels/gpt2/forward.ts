// GPT-2's forward pass, one line for each kernel: tokens in, a vector of C channels for every token out.
//
// The residual stream runs through the whole of it. Each layer reads it twice and adds to it twice: what attention
// gathers from earlier tokens, then what the two-layer perceptron computes from each token by itself.
// Source: Radford et al. 2019, "Language Models are Unsupervised Multitask Learners".

import { checkTokens } from "../model/batch.ts";
import { pack } from "../model/pack.ts";
import type { Ints } from "../runtime/check.ts";
import type { GPT2 } from "./tables.ts";

// biome-ignore format: one line for each kernel
/**
 * Runs the model on B texts of T tokens, up to and with the last layernorm.
 *
 * @param inputs (B, T) token ids, each below V
 * @throws RangeError if their number is not B*T or an id is out of range; nothing is written then
 */
export function forward<Tensor, Ids>(model: GPT2<Tensor, Ids>, inputs: Ints): void {
  const { backend, config, sizes, weights, acts } = model;
  const { L, NH, C } = config;
  const { B, T, attention } = sizes;
  checkTokens("forward", "inputs", model, inputs);
  backend.writeIds(model.inputs, inputs);

  // wte gives each token its vector, wpe each position: their sum is where the stream begins.
  backend.encoderForward(acts.encoded, model.inputs, weights.wte, weights.wpe, B, T, C); // (B, T) -> (B, T, C)
  let residual = acts.encoded;

  for (let l = 0; l < L; l++) {
    const w = weights.layers[l];
    const a = acts.layers[l];

    // Attention. q, k and v of all heads come from one matmul.
    backend.layernormForward(a.ln1, a.ln1mean, a.ln1rstd, residual, w.ln1w, w.ln1b, B, T, C); // (B, T, C)
    backend.matmulForward(a.qkv, a.ln1, w.qkvw, w.qkvb, B, T, C, 3 * C); // -> (B, T, 3C)
    if (attention === "kept") backend.attentionForward(a.atty, a.preatt, a.att, a.qkv, B, T, C, NH); // -> (B, T, C)
    else backend.attentionFlashForward(a.atty, a.lse, a.qkv, B, T, C, NH); // the same, keeping no weights
    backend.matmulForward(a.attproj, a.atty, w.attprojw, w.attprojb, B, T, C, C); // -> (B, T, C)
    backend.residualForward(a.residual2, residual, a.attproj, B * T * C); // (B, T, C)

    // Perceptron: out to 4C channels, through the GELU, and back.
    backend.layernormForward(a.ln2, a.ln2mean, a.ln2rstd, a.residual2, w.ln2w, w.ln2b, B, T, C); // (B, T, C)
    backend.matmulForward(a.fch, a.ln2, w.fcw, w.fcb, B, T, C, 4 * C); // -> (B, T, 4C)
    backend.geluForward(a.fchgelu, a.fch, B * T * 4 * C); // (B, T, 4C)
    backend.matmulForward(a.fcproj, a.fchgelu, w.fcprojw, w.fcprojb, B, T, 4 * C, C); // -> (B, T, C)
    backend.residualForward(a.residual3, a.residual2, a.fcproj, B * T * C); // (B, T, C)
    residual = a.residual3;
    pack(model, l); // does nothing, unless large activations are to wait in 16 bits
  }

  backend.layernormForward(acts.lnf, acts.lnfmean, acts.lnfrstd, residual, weights.lnfw, weights.lnfb, B, T, C); // (B, T, C)
  backend.submit();
}
