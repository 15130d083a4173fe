import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "dealBatch",
  shapes: { inputs: "B*T", targets: "B*T" },
  reference: "windows",
  args: ["inputs", "targets", "tokens", "position", "N", "B", "T"],
  writes: ["inputs", "targets"],
  adds: [],
  draw(draw) {
    const [B, T] = draw.different(2, 2, 6);
    const windows = draw.whole(2, 5);
    // From as many tokens as the windows need to one more than a window too many would.
    return [0, 1, T - 1].flatMap((over) =>
      draw.eachOnce({ B, T }, ({ B, T }) => {
        const N = windows * T + 1 + Math.min(over, T - 1);
        const [inputs, targets] = [draw.emptyIds([B, T]), draw.emptyIds([B, T])];
        const sizes = { N, B, T, position: draw.whole(1, 3 * windows) };
        return { sizes, tensors: { inputs, targets, tokens: draw.ids([N], 1000) } };
      }),
    );
  },
};
