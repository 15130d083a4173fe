// The backward pass: the forward pass read from its end to its beginning, one line for each of its lines. What is said over
// GPT-2's holds here too: gradients of parameters add up, those of activations begin at 0 in each layer, and with `recompute` the
// outputs of norms and of the MLP's bend are computed again.

import { trainingOf } from "../model/model.ts";
import { unpack } from "../model/pack.ts";
import { fcRows, qkvRows } from "./parameters.ts";
import {
  bendBackward,
  bendForward,
  embedBackward,
  normBackward,
  normForward,
  turnBackward,
} from "./parts.ts";
import type { Llama } from "./tables.ts";

// biome-ignore format: one line for each kernel
/**
 * Adds the gradients with respect to all parameters. Call after `forward` and `classifier`, with the same batch.
 *
 * @throws Error if the model was made without training
 */
export function backward<Tensor, Ids>(model: Llama<Tensor, Ids>): void {
  const { backend, config, sizes, weights, acts } = model;
  const { dweights, dacts: d } = trainingOf("backward", model);
  const { L, C, NH, NKV, hs, F } = config;
  const { B, T, attention, recompute } = sizes;
  const windowSize = config.windowSize ?? Infinity;

  // The gradient of the residual stream, carried down from layer to layer. The classifier has left d.lnf.
  const dresidual = d.residual3; // (B, T, C)
  const last = acts.layers[L - 1].residual3;
  backend.zero(dresidual);
  normBackward(model, dresidual, dweights.lnfw, dweights.lnfb, d.lnf, last, weights.lnfw, acts.lnfmean, acts.lnfrstd);

  for (let l = L - 1; l >= 0; l--) {
    const w = weights.layers[l];
    const dw = dweights.layers[l];
    const a = acts.layers[l];
    const residual = l === 0 ? acts.encoded : acts.layers[l - 1].residual3; // (B, T, C), what this layer began with

    unpack(model, l); // what has waited in 16 bits, if anything has

    // Perceptron: from the sum at its end to the norm at its beginning.
    for (const dact of [d.residual2, d.fcproj, d.fchgated, d.fch, d.ln2]) backend.zero(dact);
    backend.residualBackward(d.residual2, d.fcproj, dresidual, B * T * C); // (B, T, C)
    if (recompute) bendForward(model, a.fchgated, a.fch); // (B, T, F)
    backend.matmulBackward(d.fchgated, dw.fcprojw, null, d.fcproj, a.fchgated, w.fcprojw, B, T, F, C); // -> (B, T, F)
    bendBackward(model, d.fch, d.fchgated, a.fch); // -> (B, T, 2F)
    if (recompute) normForward(model, a.ln2, a.ln2mean, a.ln2rstd, a.residual2, w.ln2w, w.ln2b); // (B, T, C)
    backend.matmulBackward(d.ln2, dw.fcw, null, d.fch, a.ln2, w.fcw, B, T, C, fcRows(config)); // -> (B, T, C)
    normBackward(model, d.residual2, dw.ln2w, dw.ln2b, d.ln2, a.residual2, w.ln2w, a.ln2mean, a.ln2rstd);

    // Attention. All of dresidual has gone into d.residual2: it is free for the gradient of what the layer began with.
    for (const dact of [dresidual, d.attproj, d.atty, d.qkv, d.ln1]) backend.zero(dact);
    if (attention === "kept") for (const dact of [d.att, d.preatt]) backend.zero(dact);
    backend.residualBackward(dresidual, d.attproj, d.residual2, B * T * C); // (B, T, C)
    backend.matmulBackward(d.atty, dw.attprojw, null, d.attproj, a.atty, w.attprojw, B, T, NH * hs, C); // -> (B, T, NH hs)
    if (attention === "kept") backend.attentionGroupedKeptBackward(d.qkv, d.preatt, d.att, d.atty, a.qkv, a.att, windowSize, B, T, NH, NKV, hs); // -> (B, T, (NH + 2 NKV) hs)
    else backend.attentionGroupedBackward(d.qkv, d.atty, a.atty, a.qkv, a.lse, windowSize, B, T, NH, NKV, hs); // the same
    turnBackward(model, d.qkv); // the same, in place
    if (recompute) normForward(model, a.ln1, a.ln1mean, a.ln1rstd, residual, w.ln1w, w.ln1b); // (B, T, C)
    backend.matmulBackward(d.ln1, dw.qkvw, null, d.qkv, a.ln1, w.qkvw, B, T, C, qkvRows(config)); // -> (B, T, C)
    normBackward(model, dresidual, dw.ln1w, dw.ln1b, d.ln1, residual, w.ln1w, a.ln1mean, a.ln1rstd);
    backend.submit();
  }

  embedBackward(model, dresidual); // -> (Vp, C)
  backend.submit();
}
