// What follows from a table of activations: which there are, which layers share one, and how they are arranged.
//
// The backward pass needs many of these values again, so each layer keeps its own: that, not the parameters, is what
// fills the memory while training. Those that it does not need share one tensor among all layers, and so do the
// gradients, since a layer's are used up before the layer below begins. A model that will not be trained keeps nothing.
//
// Large ones may wait in 16 bits. Then the layers share the float32 tensor that kernels work on, and each has a packed copy,
// which pack.ts fills and reads. The last layer needs none: its backward pass comes right after its forward pass.

import type {
  Activation,
  ActivationFormat,
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

/** How much of the activations is kept, and how: a part of the model's sizes. */
interface Keeping {
  readonly training: boolean;
  /** Whether light ones are computed again. */
  readonly recompute: boolean;
  readonly activations: ActivationFormat;
}

/** Whether each layer has its own as kernels take it, in float32. All others are written over by the next layer. */
export function hasCopies(activation: Activation, keeping: Keeping): boolean {
  return isKept(activation, keeping) && !isPacked(activation, keeping);
}

/** Whether all layers but the last have a copy of 16 bits. */
export function isPacked(activation: Activation, keeping: Keeping): boolean {
  const narrow = keeping.activations !== "float32" && activation.half !== undefined;
  return narrow && isKept(activation, keeping);
}

function isKept({ perLayer, kept, light = false }: Activation, keeping: Keeping): boolean {
  return keeping.training && perLayer && kept && !(keeping.recompute && light);
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
