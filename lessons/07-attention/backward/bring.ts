import type { Bring } from "../../../src/cells/bring.ts";

export const bring: Bring = {
  from: "weights",
  stage: "the first stage",
  kernel: "weightsBackward",
  after: "const row =",
  below: "// att[t] = softmax(preatt[t])",
  instead: `        for (let t2 = 0; t2 <= t; t2++) {
          dpreatt[row + t2] += 0; // TODO: as in the first stage
        }`,
  names: { bh: "b * NH + h" },
};
