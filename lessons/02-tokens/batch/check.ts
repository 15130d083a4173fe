import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "loadBatch",
  shapes: { inputs: "B*T", targets: "B*T", starts: "B" },
  reference: "batch",
  args: ["inputs", "targets", "tokens", "starts", "B", "T"],
  writes: ["inputs", "targets"],
  adds: [],
  draw(draw) {
    const [B, T] = draw.different(2, 2, 6);
    return draw.eachOnce({ B, T }, ({ B, T }) => {
      const N = T + draw.whole(6, 30);
      const [tokens, starts] = [draw.ids([N], 1000), draw.ids([B], N - T)];
      starts.data[B - 1] = N - T - 1; // the last window that there is
      const tensors = {
        inputs: draw.emptyIds([B, T]),
        targets: draw.emptyIds([B, T]),
        tokens,
        starts,
      };
      return { sizes: { N, B, T }, tensors };
    });
  },
};
