import type { Check } from "../../../src/cells/check.ts";

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
};
