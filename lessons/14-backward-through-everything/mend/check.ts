import type { Check } from "../../../src/cells/check.ts";
import { dataOf, halfForward } from "../half.ts";

const shapes: Readonly<Record<string, string>> = {
  ...{
    dinp: "B*T*C",
    dout: "B*T*C",
    inp: "L*B*T*C",
    ln2: "L*B*T*C",
    ln2mean: "L*B*T",
    ln2rstd: "L*B*T",
  },
  ...{
    fch: "L*B*T*4*C",
    fchgelu: "L*B*T*4*C",
    dln2w: "L*C",
    dln2b: "L*C",
    dfcw: "L*4*C*C",
    dfcb: "L*4*C",
  },
  ...{ dfcprojw: "L*C*4*C", dfcprojb: "L*C", ln2w: "L*C", fcw: "L*4*C*C", fcprojw: "L*C*4*C" },
};

export const check: Check = {
  function: "layersBackward",
  shapes,
  reference: "chain-layers",
  args: [
    ...["dinp", "dln2w", "dln2b", "dfcw", "dfcb", "dfcprojw", "dfcprojb", "dout"],
    ...["inp", "ln2", "ln2mean", "ln2rstd", "fch", "fchgelu", "ln2w", "fcw", "fcprojw"],
    ...["L", "B", "T", "C"],
  ],
  writes: [],
  adds: ["dinp", "dln2w", "dln2b", "dfcw", "dfcb", "dfcprojw", "dfcprojb"],
  draw(draw) {
    const [L, B, T, C] = draw.different(4, 2, 5);
    return draw.eachOnce({ L, B, T, C }, ({ L, B, T, C }) => {
      const gradients = {
        ...{ dinp: draw.empty([B, T, C]), dln2w: draw.empty([L, C]), dln2b: draw.empty([L, C]) },
        ...{ dfcw: draw.empty([L, 4 * C, C]), dfcb: draw.empty([L, 4 * C]) },
        ...{ dfcprojw: draw.empty([L, C, 4 * C]), dfcprojb: draw.empty([L, C]) },
      };
      const inp = draw.normal([L, B, T, C]);
      const rows = [L, B, T];
      const kept = {
        ...{ ln2: draw.empty([...rows, C]), ln2mean: draw.empty(rows), ln2rstd: draw.empty(rows) },
        ...{ fch: draw.empty([...rows, 4 * C]), fchgelu: draw.empty([...rows, 4 * C]) },
      };
      const weights = {
        ...{ ln2w: draw.normal([L, C]), fcw: draw.normal([L, 4 * C, C], 0.6) },
        ...{ fcprojw: draw.normal([L, C, 4 * C], 0.4) },
      };
      for (let l = 0; l < L; l++) {
        const from = inp.data.subarray(l * B * T * C, (l + 1) * B * T * C);
        const last = l === L - 1; // what leaves it is no layer's input
        const to = last
          ? new Float32Array(B * T * C)
          : inp.data.subarray((l + 1) * B * T * C, (l + 2) * B * T * C);
        halfForward(to, dataOf(kept, l, L), from, dataOf(weights, l, L), B, T, C);
      }
      return { tensors: { ...gradients, dout: draw.normal([B, T, C]), inp, ...kept, ...weights } };
    });
  },
};
