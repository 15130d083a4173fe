import type { Check } from "../../../src/cells/check.ts";
import { dataOf, halfForward } from "../half.ts";

const shapes: Readonly<Record<string, string>> = {
  ...{ dresidual2: "B*T*C", dresidual3: "B*T*C", residual2: "B*T*C", ln2: "B*T*C" },
  ...{ ln2mean: "B*T", ln2rstd: "B*T", fch: "B*T*4*C", fchgelu: "B*T*4*C" },
  ...{ dln2w: "C", dln2b: "C", dfcw: "4*C*C", dfcb: "4*C", dfcprojw: "C*4*C", dfcprojb: "C" },
  ...{ ln2w: "C", fcw: "4*C*C", fcprojw: "C*4*C" },
};

export const check: Check = {
  function: "mlpBackward",
  shapes,
  reference: "chain",
  args: [
    ...["dresidual2", "dln2w", "dln2b", "dfcw", "dfcb", "dfcprojw", "dfcprojb", "dresidual3"],
    ...["residual2", "ln2", "ln2mean", "ln2rstd", "fch", "fchgelu", "ln2w", "fcw", "fcprojw"],
    ...["B", "T", "C"],
  ],
  writes: [],
  adds: ["dresidual2", "dln2w", "dln2b", "dfcw", "dfcb", "dfcprojw", "dfcprojb"],
  draw(draw) {
    const [B, T, C] = draw.different(3, 2, 5);
    return draw.eachOnce({ B, T, C }, ({ B, T, C }) => {
      const gradients = {
        ...{ dresidual2: draw.empty([B, T, C]), dln2w: draw.empty([C]), dln2b: draw.empty([C]) },
        ...{ dfcw: draw.empty([4 * C, C]), dfcb: draw.empty([4 * C]) },
        ...{ dfcprojw: draw.empty([C, 4 * C]), dfcprojb: draw.empty([C]) },
      };
      const [residual2, residual3] = [draw.normal([B, T, C]), draw.empty([B, T, C])];
      const kept = {
        ...{ ln2: draw.empty([B, T, C]), ln2mean: draw.empty([B, T]), ln2rstd: draw.empty([B, T]) },
        ...{ fch: draw.empty([B, T, 4 * C]), fchgelu: draw.empty([B, T, 4 * C]) },
      };
      const weights = {
        ...{ ln2w: draw.normal([C]), fcw: draw.normal([4 * C, C], 0.6) },
        ...{ fcprojw: draw.normal([C, 4 * C], 0.4) },
      };
      halfForward(residual3.data, dataOf(kept), residual2.data, dataOf(weights), B, T, C);
      const dresidual3 = draw.normal([B, T, C]);
      return { tensors: { ...gradients, dresidual3, residual2, ...kept, ...weights } };
    });
  },
};
