// Everything that such a model may learn. Which of these a model has follows from its parts: `when` says so, and a line without
// it is in all of them.

import type { Parameter as Line } from "../model/architecture.ts";
import type { Config } from "./config.ts";

interface Parameter extends Line<Config> {
  readonly when?: (config: Config) => boolean;
}

const layernorm = (config: Config) => config.norm === "layernorm";

/** Names as in GPT-2. Of qkvw the rows are NH queries, NKV keys, NKV values, each of hs; of fcw F gates, then F values. */
export const parameterTable = {
  wte: { shape: ({ Vp, C }) => [Vp, C], perLayer: false, init: "normal", rows: "tokens" },
  wpe: {
    shape: ({ maxT, C }) => [maxT, C],
    perLayer: false,
    init: "normal",
    rows: "positions",
    when: ({ positions }) => positions === "learned",
  },
  ln1w: { shape: ({ C }) => [C], perLayer: true, init: "ones" },
  ln1b: { shape: ({ C }) => [C], perLayer: true, init: "zeros", when: layernorm },
  qkvw: { shape: (config) => [qkvRows(config), config.C], perLayer: true, init: "normal" },
  attprojw: { shape: ({ NH, hs, C }) => [C, NH * hs], perLayer: true, init: "residual" },
  ln2w: { shape: ({ C }) => [C], perLayer: true, init: "ones" },
  ln2b: { shape: ({ C }) => [C], perLayer: true, init: "zeros", when: layernorm },
  fcw: { shape: (config) => [fcRows(config), config.C], perLayer: true, init: "normal" },
  fcprojw: { shape: ({ C, F }) => [C, F], perLayer: true, init: "residual" },
  lnfw: { shape: ({ C }) => [C], perLayer: false, init: "ones" },
  lnfb: { shape: ({ C }) => [C], perLayer: false, init: "zeros", when: layernorm },
  headw: {
    shape: ({ Vp, C }) => [Vp, C],
    perLayer: false,
    init: "normal",
    rows: "tokens",
    when: ({ tied }) => !tied,
  },
} as const satisfies Record<string, Parameter>;

/** Channels of the queries, keys and values of a token, side by side. */
export const qkvRows = ({ NH, NKV, hs }: Config): number => (NH + 2 * NKV) * hs;

/** Channels that the MLP's first matmul makes: with a gate each of the F comes twice. */
export const fcRows = ({ mlp, F }: Config): number => (mlp === "gelu" ? F : 2 * F);
