// residualBackward with one array in two places. What does each call leave behind?

import { residualBackward } from "@llm.ts/kernels/residual/residual.ts";

const N = 3;

// Three arrays, as it is meant to be.
const [dinp1, dinp2, dout] = [zeros(), zeros(), gradient()];
residualBackward(dinp1, dinp2, dout, N);
console.log("three arrays       ", "dinp1", ...dinp1, " dinp2", ...dinp2);

// dinp1 and dinp2 are one array.
const dinp = zeros();
residualBackward(dinp, dinp, gradient(), N);
console.log("dinp1 is dinp2     ", "dinp ", ...dinp);

// dinp1 and dout are one array.
const [dstream, dbranch] = [gradient(), zeros()];
residualBackward(dstream, dbranch, dstream, N);
console.log("dinp1 is dout      ", "dinp1", ...dstream, " dinp2", ...dbranch);

function zeros(): Float32Array {
  return new Float32Array(N);
}

function gradient(): Float32Array {
  return Float32Array.of(1, 10, 100);
}
