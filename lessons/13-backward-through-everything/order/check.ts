import type { Check } from "../../../src/cells/check.ts";

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
};
