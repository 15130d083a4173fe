// The drawn cases of kernels, by the name of the kernel: sizes that all differ, one of them 1 in turn, and numbers at the ends
// of what may come.

import type { Case, Draw, Tensor } from "./check.ts";

type Sizes = Readonly<Record<string, number>>;

/** One case with the given sizes, and one for each of them with 1 in its place. */
function eachOnce(sizes: Sizes, make: (sizes: Sizes) => Record<string, Tensor>): Case[] {
  const ones = Object.keys(sizes).map((name) => ({ ...sizes, [name]: 1 }));
  return [sizes, ...ones].map((of) => ({
    name: "drawn",
    sizes: of,
    tensors: new Map(Object.entries(make(of))),
  }));
}

export const draws: Readonly<Record<string, (draw: Draw) => Case[]>> = {
  matmulBackward(draw) {
    const [B, T, C, OC] = draw.different(4, 2, 7);
    return eachOnce({ B, T, C, OC }, ({ B, T, C, OC }) => ({
      ...{ dinp: draw.empty([B, T, C]), dweight: draw.empty([OC, C]), dbias: draw.empty([OC]) },
      ...{ dout: draw.normal([B, T, OC]), inp: draw.normal([B, T, C]) },
      weight: draw.normal([OC, C]),
    }));
  },
  residualBackward(draw) {
    const N = draw.whole(2, 40);
    return eachOnce({ N }, ({ N }) => ({
      ...{ dinp1: draw.empty([N]), dinp2: draw.empty([N]), dout: draw.normal([N]) },
    }));
  },
  geluBackward(draw) {
    const N = draw.whole(5, 40);
    return eachOnce({ N }, ({ N }) => ({
      ...{ dinp: draw.empty([N]), dout: draw.normal([N]), inp: draw.normal([N], 3) },
    }));
  },
  softmaxForward(draw) {
    const [B, T, V] = draw.different(3, 2, 7);
    return eachOnce({ B, T, V }, ({ B, T, V }) => {
      const Vp = V + 2;
      const logits = draw.normal([B, T, Vp], 2);
      for (let bt = 0; bt < B * T; bt++) {
        // Rows far from 0, and from one another: past any number that a maximum may be begun with.
        const level = (bt % 2 === 0 ? -1 : 1) * 10 ** draw.whole(0, 30);
        for (let i = 0; i < Vp; i++) logits.data[bt * Vp + i] += level;
      }
      return { probs: draw.empty([B, T, Vp]), logits };
    }).map(({ sizes, ...one }) => ({ ...one, sizes: { ...sizes, Vp: sizes.V + 2 } }));
  },
  crossentropyBackward(draw) {
    const [B, T, Vp] = draw.different(3, 2, 7);
    return eachOnce({ B, T, Vp }, ({ B, T, Vp }) => {
      const probs = draw.normal([B, T, Vp]);
      // From 1 down to 1e-20: of the target, any of them.
      for (let i = 0; i < probs.data.length; i++) probs.data[i] = 10 ** -draw.whole(0, 20);
      return {
        ...{ dprobs: draw.empty([B, T, Vp]), dlosses: draw.normal([B, T]), probs },
        targets: draw.ids([B, T], Vp),
      };
    });
  },
};
