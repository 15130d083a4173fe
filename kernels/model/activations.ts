// What follows from a table of activations: which there are, which layers share one, and how they are arranged.
//
// The backward pass needs many of these values again, so each layer keeps its own: that, not the parameters, is what
// fills the memory while training. Those that it does not need share one tensor among all layers, and so do the
// gradients, since a layer's are used up before the layer below begins. A model that will not be trained keeps nothing.

import type {
  Activation,
  ActivationGradients,
  ActivationName,
  Activations,
  AttentionForm,
  Tables,
} from "./architecture.ts";

/** The activations that a model with this form of attention has. */
export function activationNames<A extends Tables>(
  table: A["activations"],
  attention: AttentionForm,
): ActivationName<A>[] {
  return Object.keys(table).filter((name) => {
    const { attention: needed = attention }: Activation = table[name];
    return needed === attention;
  });
}

/** Those of them whose gradients the backward pass computes. */
export function gradientNames<A extends Tables>(
  table: A["activations"],
  attention: AttentionForm,
): (keyof ActivationGradients<A, unknown> & string)[] {
  const names = activationNames<A>(table, attention).filter((name) => table[name].gradient);
  return names as (keyof ActivationGradients<A, unknown> & string)[];
}

/**
 * Whether each layer has its own in the forward pass of training. Those that are not kept for the backward pass are
 * written over by the next layer.
 *
 * @param recompute whether light ones are computed again
 */
export function hasCopies(
  { perLayer, kept, light = false }: Activation,
  recompute: boolean,
): boolean {
  return perLayer && kept && !(recompute && light);
}

/** Arranges activations for the forward pass. `get` gives the tensor of a name, in a layer where it has one in each. */
export function arrangeActivations<A extends Tables, Tensor>(
  table: A["activations"],
  L: number,
  attention: AttentionForm,
  get: (name: ActivationName<A>, l: number) => Tensor,
): Activations<A, Tensor> {
  const pick = (perLayer: boolean, l: number) =>
    Object.fromEntries(
      activationNames<A>(table, attention)
        .filter((name) => table[name].perLayer === perLayer)
        .map((name) => [name, get(name, l)]),
    );
  const layers = Array.from({ length: L }, (_, l) => pick(true, l));
  return { ...pick(false, 0), layers } as Activations<A, Tensor>;
}
