// Six gates and values through SwiGLU, and beside it through GeGLU. Change them and run it again.

import { gegluForward, swigluForward } from "@llm.ts/kernels/swiglu/swiglu.ts";

const gates = [-20, -2, -1, 0, 1, 20];
const values = [3, 3, 3, 3, 3, 3];

const F = gates.length;
const inp = Float32Array.of(...gates, ...values); // one token: F gates, then F values
const [swiglu, geglu] = [new Float32Array(F), new Float32Array(F)];
swigluForward(swiglu, inp, 1, 1, F);
gegluForward(geglu, inp, 1, 1, F);

console.log("   gate  value   share   SwiGLU    GeGLU");
for (let i = 0; i < F; i++) {
  const share = 1 / (1 + Math.exp(-gates[i]));
  console.log(
    column(gates[i], 7, 2) + column(values[i], 7, 2) + column(share, 8, 4),
    column(swiglu[i], 8, 4) + column(geglu[i], 9, 4),
  );
}

function column(x: number, width: number, digits: number): string {
  return x.toFixed(digits).padStart(width);
}
