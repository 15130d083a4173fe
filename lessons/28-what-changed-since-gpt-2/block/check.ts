import { ropeAngles } from "@llm.ts/kernels/rope/rope.ts";
import type { Check } from "../../../src/cells/check.ts";

const written = ["ln1", "qkv", "atty", "residual2", "ln2", "fchgated", "residual3"];

export const check: Check = {
  function: "llamaBlock",
  reference: "llama-block",
  args: [
    ...written,
    ...["residual", "ln1w", "qkvw", "attprojw", "ln2w", "fcw", "fcprojw", "cis", "eps"],
    ...["B", "T", "C", "NH", "NKV", "hs", "F"],
  ],
  writes: written,
  adds: [],
  shapes: {
    ...{ ln1: "B*T*C", qkv: "B*T*(NH+2*NKV)*hs", atty: "B*T*NH*hs", residual2: "B*T*C" },
    ...{ ln2: "B*T*C", fchgated: "B*T*F", residual3: "B*T*C" },
  },
  draw(draw) {
    const [B, T, NKV, F] = draw.different(4, 2, 5);
    const [hs, eps] = [4, 0.25]; // so large that a block with an eps of its own is found
    return draw.eachOnce({ B, T, NKV, F }, ({ B, T, NKV, F }) => {
      const NH = 2 * NKV;
      const C = NH * hs;
      const rows = (NH + 2 * NKV) * hs;
      const cis = draw.empty([T, 2, hs / 2]);
      cis.data.set(ropeAngles(T, hs, 10_000));
      const steps = {
        ...{ ln1: draw.empty([B, T, C]), qkv: draw.empty([B, T, rows]) },
        ...{ atty: draw.empty([B, T, NH * hs]), residual2: draw.empty([B, T, C]) },
        ...{ ln2: draw.empty([B, T, C]), fchgated: draw.empty([B, T, F]) },
        residual3: draw.empty([B, T, C]),
      };
      const weights = {
        ...{ ln1w: draw.normal([C]), qkvw: draw.normal([rows, C], 0.4), ln2w: draw.normal([C]) },
        ...{ attprojw: draw.normal([C, NH * hs], 0.4), fcw: draw.normal([2 * F, C], 0.4) },
        ...{ fcprojw: draw.normal([C, F], 0.4) },
      };
      const residual = draw.normal([B, T, C]);
      return {
        sizes: { B, T, C, NH, NKV, hs, F, eps },
        tensors: { ...steps, residual, ...weights, cis },
      };
    });
  },
};
