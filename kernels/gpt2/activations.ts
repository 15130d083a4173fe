// What GPT-2 computes on its way from tokens to a loss, in the order in which it is computed.

import type { Activation } from "../model/architecture.ts";
import type { Config } from "./config.ts";

type Shape = Activation<Config>["shape"];

const BTC: Shape = ({ C }, B, T) => [B, T, C];
const BT3C: Shape = ({ C }, B, T) => [B, T, 3 * C];
const BT4C: Shape = ({ C }, B, T) => [B, T, 4 * C];
const BT: Shape = (_, B, T) => [B, T];
const BNHT: Shape = ({ NH }, B, T) => [B, NH, T];
const BNHTT: Shape = ({ NH }, B, T) => [B, NH, T, T];

export const activationTable = {
  encoded: { shape: BTC, perLayer: false, kept: true, gradient: false }, // its gradient is residual3's
  ln1: { shape: BTC, perLayer: true, kept: true, half: "own", light: true, gradient: true },
  ln1mean: { shape: BT, perLayer: true, kept: true, gradient: false },
  ln1rstd: { shape: BT, perLayer: true, kept: true, gradient: false },
  qkv: { shape: BT3C, perLayer: true, kept: true, half: "own", gradient: true },
  atty: { shape: BTC, perLayer: true, kept: true, half: "own", gradient: true },
  preatt: { shape: BNHTT, perLayer: true, kept: false, gradient: true, attention: "kept" },
  att: { shape: BNHTT, perLayer: true, kept: true, half: "own", gradient: true, attention: "kept" },
  lse: { shape: BNHT, perLayer: true, kept: true, gradient: false, attention: "recomputed" },
  attproj: { shape: BTC, perLayer: true, kept: false, gradient: true },
  residual2: { shape: BTC, perLayer: true, kept: true, half: "own", gradient: true },
  ln2: { shape: BTC, perLayer: true, kept: true, half: "own", light: true, gradient: true },
  ln2mean: { shape: BT, perLayer: true, kept: true, gradient: false },
  ln2rstd: { shape: BT, perLayer: true, kept: true, gradient: false },
  fch: { shape: BT4C, perLayer: true, kept: true, half: "own", gradient: true },
  fchgelu: { shape: BT4C, perLayer: true, kept: true, half: "own", light: true, gradient: true },
  fcproj: { shape: BTC, perLayer: true, kept: false, gradient: true },
  residual3: { shape: BTC, perLayer: true, kept: true, half: "next", gradient: true },
  lnf: { shape: BTC, perLayer: false, kept: true, gradient: true },
  lnfmean: { shape: BT, perLayer: false, kept: true, gradient: false },
  lnfrstd: { shape: BT, perLayer: false, kept: true, gradient: false },
} as const satisfies Record<string, Activation<Config>>;
