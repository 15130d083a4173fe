// GELU as it is defined, and two formulas that come near it: how far are they off, and where?

import { geluForward } from "@llm.ts/kernels/gelu/gelu.ts";

const N = 12_001;
const x = Float64Array.from({ length: N }, (_, i) => -6 + i / 1000);
const exact = x.map((value) => value * probabilityBelow(value));

const tanh = new Float64Array(N);
geluForward(tanh, x, N);
const sigmoid = x.map((value) => value / (1 + Math.exp(-1.702 * value)));

report("tanh", tanh);
report("x * sigmoid(1.702 x)", sigmoid);
report(
  "ReLU",
  x.map((value) => Math.max(0, value)),
);

/** The probability that a standard normal number is below x. */
function probabilityBelow(x: number): number {
  let term = x;
  let sum = x; // x + x^3 / 3 + x^5 / (3*5) + x^7 / (3*5*7) + ...
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}

function report(name: string, approximation: Float64Array): void {
  let worst = 0;
  for (let i = 0; i < N; i++) {
    const difference = Math.abs(approximation[i] - exact[i]);
    if (difference > Math.abs(approximation[worst] - exact[worst])) worst = i;
  }
  console.log(`${name}: largest difference`);
  console.log(
    `  ${(approximation[worst] - exact[worst]).toFixed(6)} at x = ${x[worst].toFixed(2)}`,
  );
}
