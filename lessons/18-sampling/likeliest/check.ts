import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "keepLikeliest",
  shapes: { probs: "N*Vp", logits: "N*Vp" },
  letters: { N: "n" },
  reference: "likeliest",
  args: ["probs", "logits", "temperature", "topK", "topP", "N", "V", "Vp"],
  writes: ["probs"],
  adds: [],
  draw(draw) {
    const percent = (from: number, to: number) => draw.whole(from, to) / 100;
    const [N, V] = draw.different(2, 4, 9);
    // Top-k and top-p at work, each alone, neither, and one token left.
    const settings = [
      { temperature: percent(50, 250), topK: draw.whole(2, V - 1), topP: percent(40, 95) },
      { temperature: percent(50, 250), topK: draw.whole(2, V - 1), topP: 1 },
      { temperature: percent(50, 250), topK: V + draw.whole(1, 40), topP: percent(40, 95) },
      { temperature: percent(50, 250), topK: V, topP: 1 },
      { temperature: percent(50, 250), topK: 1, topP: percent(40, 95) },
    ];
    return settings.flatMap((of) =>
      draw
        .eachOnce({ N, V }, ({ N, V }) => {
          const Vp = V + 2;
          const logits = draw.empty([N, Vp]);
          for (let n = 0; n < N; n++) {
            // No two are alike, and rows are far from one another.
            const level = draw.whole(-20, 20) * 100;
            logits.data.fill(level + 1, n * Vp, (n + 1) * Vp); // the padding's: must not matter
            const steps = draw.different(V, 0, 12);
            for (const [v, step] of steps.entries()) logits.data[n * Vp + v] = level + step / 4;
          }
          return { sizes: { N, V, Vp }, tensors: { probs: draw.empty([N, Vp]), logits } };
        })
        .map((one) => ({ ...one, sizes: { ...of, ...one.sizes } })),
    );
  },
};
