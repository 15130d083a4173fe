import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "bitsPerByte",
  shapes: { losses: "N", characters: "M" },
  letters: { N: "n", M: "m" },
  reference: "bits-per-byte",
  args: ["bits", "losses", "characters", "N", "M"],
  writes: ["bits"],
  adds: [],
  draw(draw) {
    const [N, M] = draw.different(2, 5, 12);
    return draw.eachOnce({ N, M }, ({ N, M }) => {
      const losses = draw.normal([N]);
      for (let n = 0; n < N; n++) losses.data[n] = Math.abs(losses.data[n]) + 0.5;
      const characters = draw.emptyIds([M]);
      for (let m = 0; m < M; m++) {
        // As often one byte, two, three and four.
        const [from, to] = [
          [0x20, 0x7e],
          [0xc0, 0x24f],
          [0x4e00, 0x9fff],
          [0x1f300, 0x1f5ff],
        ][draw.whole(0, 3)];
        characters.data[m] = draw.whole(from, to);
      }
      return { tensors: { bits: draw.empty([1]), losses, characters } };
    });
  },
};
