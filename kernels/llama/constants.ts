// What is neither learned nor computed from tokens.

import type { Constant as Line } from "../model/architecture.ts";
import { ropeAngles, ropeFactors } from "../rope/rope.ts";
import type { Config } from "./config.ts";

interface Constant extends Line<Config> {
  readonly when?: (config: Config) => boolean;
}

export const constantTable = {
  /** The cosines and sines of rope's angles, place by place. */
  cis: {
    shape: ({ hs }, T) => [T, 2, hs / 2],
    values: ({ hs, base, scaling }, T) => ropeAngles(T, hs, base, scaling),
    when: ({ positions }) => positions === "rope",
  },
} as const satisfies Record<string, Constant>;

/** By how much each pair of a head turns slower than without the scaling, (hs/2): in files that know no rule for it. */
export function scalingFactors(
  { hs, base }: Config,
  scaling: NonNullable<Config["scaling"]>,
): Float32Array<ArrayBuffer> {
  return ropeFactors(hs, base, scaling).slice();
}
