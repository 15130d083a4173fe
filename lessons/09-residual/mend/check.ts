import { geluForward } from "@llm.ts/kernels/gelu/gelu.ts";
import { residualForward } from "@llm.ts/kernels/residual/residual.ts";
import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "stackBackward",
  shapes: { dinp: "N", dout: "N", inp: "N", mid: "N" },
  reference: "stack",
  args: ["dinp", "dout", "inp", "mid", "N"],
  writes: [],
  adds: ["dinp"],
  draw(draw) {
    return draw.eachOnce({ N: draw.whole(5, 40) }, ({ N }) => {
      const inp = draw.normal([N], 2);
      const [mid, gelu] = [draw.empty([N]), draw.empty([N])];
      geluForward(gelu.data, inp.data, N);
      residualForward(mid.data, inp.data, gelu.data, N);
      return { tensors: { dinp: draw.empty([N]), dout: draw.normal([N]), inp, mid } };
    });
  },
};
