// Large activations in 16 bits, where the model's `activations` say so: packed when a layer's forward pass is through, unpacked
// when its backward pass begins. In between, other layers use the float32 tensor that all of them share. An architecture says
// only when; elsewhere both do nothing.

import type { Tables } from "./architecture.ts";
import type { Model } from "./model.ts";

/** Keeps what layer l has computed. Call after its lines of the forward pass. */
export function pack<A extends Tables, Tensor, Ids>(model: Model<A, Tensor, Ids>, l: number): void {
  const { backend, sizes } = model;
  for (const { packed, values, N } of model.packed[l] ?? []) {
    if (sizes.activations === "bfloat16") backend.packBfloat16(packed, values, N);
    else backend.packFloat16(packed, values, N);
  }
}

/**
 * Brings back what the lines of layer l in the backward pass read: what layer l kept for itself, and what the layer before it
 * handed on. Call before them. What the last layer kept is still there.
 */
export function unpack<A extends Tables, Tensor, Ids>(
  model: Model<A, Tensor, Ids>,
  l: number,
): void {
  const { backend, sizes } = model;
  const own = (model.packed[l] ?? []).filter(({ half }) => half === "own");
  const before = (model.packed[l - 1] ?? []).filter(({ half }) => half === "next");
  for (const { packed, values, N } of [...own, ...before]) {
    if (sizes.activations === "bfloat16") backend.unpackBfloat16(values, packed, N);
    else backend.unpackFloat16(values, packed, N);
  }
}
