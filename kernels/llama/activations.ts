// What such a model computes on its way from tokens to a loss, in the order in which it is computed. Names as in GPT-2.

import type { Activation as Line } from "../model/architecture.ts";
import type { Config } from "./config.ts";
import { fcRows, qkvRows } from "./parameters.ts";

interface Activation extends Line<Config> {
  readonly when?: (config: Config) => boolean;
}
type Shape = Activation["shape"];

const BTC: Shape = ({ C }, B, T) => [B, T, C];
const BT: Shape = (_, B, T) => [B, T];
const BNHT: Shape = ({ NH }, B, T) => [B, NH, T];
const BNHTT: Shape = ({ NH }, B, T) => [B, NH, T, T];
const layernorm = (config: Config) => config.norm === "layernorm";

export const activationTable = {
  encoded: { shape: BTC, perLayer: false, kept: true, gradient: false }, // its gradient is residual3's
  ln1: { shape: BTC, perLayer: true, kept: true, half: "own", light: true, gradient: true },
  ln1mean: { shape: BT, perLayer: true, kept: true, gradient: false, when: layernorm },
  ln1rstd: { shape: BT, perLayer: true, kept: true, gradient: false },
  // Queries and keys are turned in place, so that of what came out of the matmul nothing is left: the backward pass turns back.
  qkv: {
    shape: (config, B, T) => [B, T, qkvRows(config)],
    perLayer: true,
    kept: true,
    half: "own",
    gradient: true,
  },
  atty: {
    shape: ({ NH, hs }, B, T) => [B, T, NH * hs],
    perLayer: true,
    kept: true,
    half: "own",
    gradient: true,
  },
  preatt: { shape: BNHTT, perLayer: true, kept: false, gradient: true, attention: "kept" },
  att: { shape: BNHTT, perLayer: true, kept: true, half: "own", gradient: true, attention: "kept" },
  lse: { shape: BNHT, perLayer: true, kept: true, gradient: false, attention: "recomputed" },
  attproj: { shape: BTC, perLayer: true, kept: false, gradient: true },
  residual2: { shape: BTC, perLayer: true, kept: true, half: "own", gradient: true },
  ln2: { shape: BTC, perLayer: true, kept: true, half: "own", light: true, gradient: true },
  ln2mean: { shape: BT, perLayer: true, kept: true, gradient: false, when: layernorm },
  ln2rstd: { shape: BT, perLayer: true, kept: true, gradient: false },
  fch: {
    shape: (config, B, T) => [B, T, fcRows(config)],
    perLayer: true,
    kept: true,
    half: "own",
    gradient: true,
  },
  fchgated: {
    shape: ({ F }, B, T) => [B, T, F],
    perLayer: true,
    kept: true,
    half: "own",
    light: true,
    gradient: true,
  },
  fcproj: { shape: BTC, perLayer: true, kept: false, gradient: true },
  residual3: { shape: BTC, perLayer: true, kept: true, half: "next", gradient: true },
  lnf: { shape: BTC, perLayer: false, kept: true, gradient: true },
  lnfmean: { shape: BT, perLayer: false, kept: true, gradient: false, when: layernorm },
  lnfrstd: { shape: BT, perLayer: false, kept: true, gradient: false },
} as const satisfies Record<string, Activation>;
