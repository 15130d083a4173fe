// What GPT-2 computes on its way from tokens to a loss, in the order in which it is computed.
//
// The backward pass needs many of these values again, so each layer keeps its own: that, not the parameters, is what
// fills the memory while training. Those that it does not need share one tensor among all layers, and so do the
// gradients, since a layer's are used up before the layer below begins. A model that will not be trained keeps nothing.

import type { Config } from "./config.ts";

interface Activation {
  readonly shape: (config: Config, B: number, T: number) => readonly number[];
  /** Whether every layer computes one of its own. */
  readonly perLayer: boolean;
  /** Whether the backward pass reads it, so that no other layer may write over it. */
  readonly kept: boolean;
  /** Whether one light kernel computes it again from others, so that it need not be kept where memory is short. */
  readonly light?: boolean;
  /** Whether the backward pass computes a gradient with respect to it. */
  readonly gradient: boolean;
  /** The form of attention that needs it; absent where both do. */
  readonly attention?: AttentionForm;
}

/**
 * What becomes of attention's weights between the forward and the backward pass: (B, NH, T, T) of them are kept, as the
 * lesson shows it, or one number for each row is, from which they are computed again.
 */
export type AttentionForm = "kept" | "recomputed";

const BTC: Activation["shape"] = ({ C }, B, T) => [B, T, C];
const BT4C: Activation["shape"] = ({ C }, B, T) => [B, T, 4 * C];
const BT: Activation["shape"] = (_, B, T) => [B, T];
const BNHT: Activation["shape"] = ({ NH }, B, T) => [B, NH, T];
const BNHTT: Activation["shape"] = ({ NH }, B, T) => [B, NH, T, T];

export const activationTable = {
  encoded: { shape: BTC, perLayer: false, kept: true, gradient: false }, // its gradient is residual3's
  ln1: { shape: BTC, perLayer: true, kept: true, light: true, gradient: true },
  ln1mean: { shape: BT, perLayer: true, kept: true, gradient: false },
  ln1rstd: { shape: BT, perLayer: true, kept: true, gradient: false },
  qkv: { shape: ({ C }, B, T) => [B, T, 3 * C], perLayer: true, kept: true, gradient: true },
  atty: { shape: BTC, perLayer: true, kept: true, gradient: true },
  preatt: { shape: BNHTT, perLayer: true, kept: false, gradient: true, attention: "kept" },
  att: { shape: BNHTT, perLayer: true, kept: true, gradient: true, attention: "kept" },
  lse: { shape: BNHT, perLayer: true, kept: true, gradient: false, attention: "recomputed" },
  attproj: { shape: BTC, perLayer: true, kept: false, gradient: true },
  residual2: { shape: BTC, perLayer: true, kept: true, gradient: true },
  ln2: { shape: BTC, perLayer: true, kept: true, light: true, gradient: true },
  ln2mean: { shape: BT, perLayer: true, kept: true, gradient: false },
  ln2rstd: { shape: BT, perLayer: true, kept: true, gradient: false },
  fch: { shape: BT4C, perLayer: true, kept: true, gradient: true },
  fchgelu: { shape: BT4C, perLayer: true, kept: true, light: true, gradient: true },
  fcproj: { shape: BTC, perLayer: true, kept: false, gradient: true },
  residual3: { shape: BTC, perLayer: true, kept: true, gradient: true },
  lnf: { shape: BTC, perLayer: false, kept: true, gradient: true },
  lnfmean: { shape: BT, perLayer: false, kept: true, gradient: false },
  lnfrstd: { shape: BT, perLayer: false, kept: true, gradient: false },
} as const satisfies Record<string, Activation>;

type Table = typeof activationTable;

export type ActivationName = keyof Table;

type Where<Flag extends "perLayer" | "gradient", Value extends boolean> = {
  [Name in ActivationName]: Table[Name][Flag] extends Value ? Name : never;
}[ActivationName];

/** The activations of one layer, by name. preatt and att, or lse, are there as the model's form of attention needs them. */
export type LayerActivations<Tensor> = Record<Where<"perLayer", true>, Tensor>;

/** All activations: those of the whole network by name, those of each layer in `layers`. */
export type Activations<Tensor> = Record<Where<"perLayer", false>, Tensor> & {
  layers: LayerActivations<Tensor>[];
};

/** Gradients with respect to the activations: one tensor each, used by one layer after the other. */
export type ActivationGradients<Tensor> = Record<Where<"gradient", true>, Tensor>;

/** The activations that a model with this form of attention has. */
export function activationNames(attention: AttentionForm): ActivationName[] {
  return (Object.keys(activationTable) as ActivationName[]).filter((name) => {
    const { attention: needed = attention }: Activation = activationTable[name];
    return needed === attention;
  });
}

/** Those of them whose gradients the backward pass computes. */
export function gradientNames(attention: AttentionForm): (keyof ActivationGradients<unknown>)[] {
  return activationNames(attention).filter(
    (name): name is keyof ActivationGradients<unknown> => activationTable[name].gradient,
  );
}

/**
 * Whether each layer has its own in the forward pass of training. Those that are not kept for the backward pass are
 * written over by the next layer.
 *
 * @param recompute whether light ones are computed again
 */
export function hasCopies(name: ActivationName, recompute: boolean): boolean {
  const { perLayer, kept, light = false }: Activation = activationTable[name];
  return perLayer && kept && !(recompute && light);
}

/** Number of values in one tensor of this name. */
export function activationLength(
  name: ActivationName,
  config: Config,
  B: number,
  T: number,
): number {
  const shape: readonly number[] = activationTable[name].shape(config, B, T);
  return shape.reduce((product, size) => product * size, 1);
}

/** Arranges activations for the forward pass. `get` gives the tensor of a name, in a layer where it has one in each. */
export function arrangeActivations<Tensor>(
  L: number,
  attention: AttentionForm,
  get: (name: ActivationName, l: number) => Tensor,
): Activations<Tensor> {
  const pick = (perLayer: boolean, l: number) =>
    Object.fromEntries(
      activationNames(attention)
        .filter((name) => activationTable[name].perLayer === perLayer)
        .map((name) => [name, get(name, l)]),
    );
  const layers = Array.from({ length: L }, (_, l) => pick(true, l) as LayerActivations<Tensor>);
  return { ...pick(false, 0), layers } as Activations<Tensor>;
}
