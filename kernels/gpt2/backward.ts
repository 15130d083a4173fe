// GPT-2's backward pass: the forward pass read from its end to its beginning, one line for each of its lines.
//
// Gradients of parameters add up over micro-batches, so they are set to 0 once a step, by zeroGradients. Gradients of
// activations live in one set of tensors that every layer uses in turn, so they are set to 0 at each layer. With
// `recompute` so do the outputs of layernorm and GELU: before a line that reads one, its line of the forward pass is
// repeated, on the same inputs and so with the same result.

import { trainingOf } from "../model/model.ts";
import { unpack } from "../model/pack.ts";
import type { GPT2 } from "./tables.ts";

// biome-ignore format: one line for each kernel
/**
 * Adds the gradients with respect to all parameters. Call after `forward` and `classifier`, with the same batch.
 *
 * @throws Error if the model was made without training
 */
export function backward<Tensor, Ids>(model: GPT2<Tensor, Ids>): void {
  const { backend, config, sizes, weights, acts } = model;
  const { dweights, dacts: d } = trainingOf("backward", model);
  const { L, NH, C } = config;
  const { B, T, attention, recompute } = sizes;

  // The gradient of the residual stream, carried down from layer to layer. The classifier has left d.lnf.
  const dresidual = d.residual3; // (B, T, C)
  const last = acts.layers[L - 1].residual3;
  backend.zero(dresidual);
  backend.layernormBackward(dresidual, dweights.lnfw, dweights.lnfb, d.lnf, last, weights.lnfw, acts.lnfmean, acts.lnfrstd, B, T, C);

  for (let l = L - 1; l >= 0; l--) {
    const w = weights.layers[l];
    const dw = dweights.layers[l];
    const a = acts.layers[l];
    const residual = l === 0 ? acts.encoded : acts.layers[l - 1].residual3; // (B, T, C), what this layer began with

    unpack(model, l); // what has waited in 16 bits, if anything has

    // Perceptron: from the sum at its end to the layernorm at its beginning.
    for (const dact of [d.residual2, d.fcproj, d.fchgelu, d.fch, d.ln2]) backend.zero(dact);
    backend.residualBackward(d.residual2, d.fcproj, dresidual, B * T * C); // (B, T, C)
    if (recompute) backend.geluForward(a.fchgelu, a.fch, B * T * 4 * C); // (B, T, 4C)
    backend.matmulBackward(d.fchgelu, dw.fcprojw, dw.fcprojb, d.fcproj, a.fchgelu, w.fcprojw, B, T, 4 * C, C); // -> (B, T, 4C)
    backend.geluBackward(d.fch, d.fchgelu, a.fch, B * T * 4 * C); // (B, T, 4C)
    if (recompute) backend.layernormForward(a.ln2, a.ln2mean, a.ln2rstd, a.residual2, w.ln2w, w.ln2b, B, T, C); // (B, T, C)
    backend.matmulBackward(d.ln2, dw.fcw, dw.fcb, d.fch, a.ln2, w.fcw, B, T, C, 4 * C); // -> (B, T, C)
    backend.layernormBackward(d.residual2, dw.ln2w, dw.ln2b, d.ln2, a.residual2, w.ln2w, a.ln2mean, a.ln2rstd, B, T, C);

    // Attention. All of dresidual has gone into d.residual2: it is free for the gradient of what the layer began with.
    for (const dact of [dresidual, d.attproj, d.atty, d.qkv, d.ln1]) backend.zero(dact);
    if (attention === "kept") for (const dact of [d.att, d.preatt]) backend.zero(dact);
    backend.residualBackward(dresidual, d.attproj, d.residual2, B * T * C); // (B, T, C)
    backend.matmulBackward(d.atty, dw.attprojw, dw.attprojb, d.attproj, a.atty, w.attprojw, B, T, C, C); // (B, T, C)
    if (attention === "kept") backend.attentionBackward(d.qkv, d.preatt, d.att, d.atty, a.qkv, a.att, B, T, C, NH); // -> (B, T, 3C)
    else backend.attentionFlashBackward(d.qkv, d.atty, a.atty, a.qkv, a.lse, B, T, C, NH); // the same
    if (recompute) backend.layernormForward(a.ln1, a.ln1mean, a.ln1rstd, residual, w.ln1w, w.ln1b, B, T, C); // (B, T, C)
    backend.matmulBackward(d.ln1, dw.qkvw, dw.qkvb, d.qkv, a.ln1, w.qkvw, B, T, C, 3 * C); // -> (B, T, C)
    backend.layernormBackward(dresidual, dw.ln1w, dw.ln1b, d.ln1, residual, w.ln1w, a.ln1mean, a.ln1rstd, B, T, C);
    backend.submit();
  }

  backend.encoderBackward(dweights.wte, dweights.wpe, dresidual, model.inputs, B, T, C); // -> (Vp, C) and (T, C)
  backend.submit();
}
