// The lines of the passes that a model's parts decide: each part forward and, below it, backward.

import { trainingOf } from "../model/model.ts";
import type { Config } from "./config.ts";
import type { Llama } from "./tables.ts";

// biome-ignore-start format: one line for each kernel

/** Where the stream begins: each token's vector and, where places are learned, its place's. @param wpe those of the places */
export function embedForward<Tensor, Ids>(model: Llama<Tensor, Ids>, wpe: Tensor): void {
  const { backend, config, sizes, weights, acts, inputs } = model;
  const { C, positions } = config;
  const { B, T } = sizes;
  if (positions === "learned")
    backend.encoderForward(acts.encoded, inputs, weights.wte, wpe, B, T, C); // (B, T) -> (B, T, C)
  else backend.embeddingForward(acts.encoded, inputs, weights.wte, embeddingScale(config), B, T, C);
}

export function embedBackward<Tensor, Ids>(model: Llama<Tensor, Ids>, dout: Tensor): void {
  const { backend, config, sizes, inputs } = model;
  const { dweights } = trainingOf("backward", model);
  const { C, positions } = config;
  const { B, T } = sizes;
  if (positions === "learned")
    backend.encoderBackward(dweights.wte, dweights.wpe, dout, inputs, B, T, C); // -> (Vp, C) and (T, C)
  else backend.embeddingBackward(dweights.wte, dout, inputs, embeddingScale(config), B, T, C);
}

const embeddingScale = ({ scaled, C }: Config) => (scaled ? Math.sqrt(C) : 1);

/** Brings each token's vector to one size. rmsnorm has neither mean nor bias: the model has none, and they are not asked for. */
export function normForward<Tensor, Ids>(
  { backend, config, sizes }: Llama<Tensor, Ids>,
  out: Tensor, // (B, T, C)
  mean: Tensor, // (B, T)
  rstd: Tensor, // (B, T)
  inp: Tensor, // (B, T, C)
  weight: Tensor, // (C)
  bias: Tensor, // (C)
): void {
  const { C, norm, eps } = config;
  const { B, T } = sizes;
  if (norm === "layernorm") backend.layernormForward(out, mean, rstd, inp, weight, bias, B, T, C);
  else backend.rmsnormForward(out, rstd, inp, weight, eps, B, T, C);
}

export function normBackward<Tensor, Ids>(
  { backend, config, sizes }: Llama<Tensor, Ids>,
  dinp: Tensor,
  dweight: Tensor,
  dbias: Tensor,
  dout: Tensor,
  inp: Tensor,
  weight: Tensor,
  mean: Tensor,
  rstd: Tensor,
): void {
  const { C, norm } = config;
  const { B, T } = sizes;
  if (norm === "layernorm")
    backend.layernormBackward(dinp, dweight, dbias, dout, inp, weight, mean, rstd, B, T, C);
  else backend.rmsnormBackward(dinp, dweight, dout, inp, weight, rstd, B, T, C);
}

/** Turns queries and keys, in place, where places are told so. @param cis the angles of the places of these tokens */
export function turnForward<Tensor, Ids>(
  { backend, config, sizes }: Llama<Tensor, Ids>,
  qkv: Tensor,
  cis: Tensor,
): void {
  const { positions, NH, NKV, hs } = config;
  const { B, T } = sizes;
  if (positions === "rope") backend.ropeForward(qkv, cis, apart(config), B, T, NH, NKV, hs);
}

export function turnBackward<Tensor, Ids>(
  { backend, config, sizes, constants }: Llama<Tensor, Ids>,
  dqkv: Tensor,
): void {
  const { positions, NH, NKV, hs } = config;
  const { B, T } = sizes;
  if (positions === "rope")
    backend.ropeBackward(dqkv, constants.cis, apart(config), B, T, NH, NKV, hs);
}

const apart = ({ pairs, hs }: Config) => (pairs === "halves" ? hs / 2 : 1);

/** The MLP's bend: with a gate (B, T, 2F) -> (B, T, F), without one (B, T, F) -> (B, T, F). */
export function bendForward<Tensor, Ids>(
  { backend, config, sizes }: Llama<Tensor, Ids>,
  out: Tensor,
  inp: Tensor,
): void {
  const { mlp, F } = config;
  const { B, T } = sizes;
  if (mlp === "swiglu") backend.swigluForward(out, inp, B, T, F);
  else if (mlp === "geglu") backend.gegluForward(out, inp, B, T, F);
  else backend.geluForward(out, inp, B * T * F);
}

export function bendBackward<Tensor, Ids>(
  { backend, config, sizes }: Llama<Tensor, Ids>,
  dinp: Tensor,
  dout: Tensor,
  inp: Tensor,
): void {
  const { mlp, F } = config;
  const { B, T } = sizes;
  if (mlp === "swiglu") backend.swigluBackward(dinp, dout, inp, B, T, F);
  else if (mlp === "geglu") backend.gegluBackward(dinp, dout, inp, B, T, F);
  else backend.geluBackward(dinp, dout, inp, B * T * F);
}
// biome-ignore-end format: as above
