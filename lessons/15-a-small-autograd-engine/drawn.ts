// What the two exercises' tapes are tried on, besides PyTorch's cases.

import type { Case, Draw, FloatTensor } from "../../src/cells/check.ts";

export const shapes = { dx: "R*C", dg: "C", dw: "R*C", x: "R*C", g: "C", w: "R*C" };

/** @param gradient what is in the gradients before the call */
export function drawn(draw: Draw, gradient: (shape: readonly number[]) => FloatTensor): Case[] {
  const [R, C] = draw.different(2, 2, 6);
  return draw.eachOnce({ R, C }, ({ R, C }) => ({
    tensors: {
      ...{ dx: gradient([R, C]), dg: gradient([C]), dw: gradient([R, C]) },
      ...{ x: draw.normal([R, C]), g: draw.normal([C]), w: draw.normal([R, C]) },
    },
  }));
}
