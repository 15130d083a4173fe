// Softmax as the formula says, and with the largest logit subtracted first.

import { softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";

compare("small scores", [1, 2, 3]);
compare("large scores", [1001, 1002, 1003]);
compare("one large score", [1, 2, 1003]);
compare("very negative scores", [-1003, -1002, -1001]);

console.log("\nthe largest x for which e^x is finite:");
const below = (fits: (x: number) => boolean) => {
  let x = 0;
  while (fits(x + 1)) x++;
  return x;
};
console.log(
  "  float32:",
  below((x) => Math.fround(Math.exp(x)) < Infinity),
);
console.log(
  "  float64:",
  below((x) => Math.exp(x) < Infinity),
);
console.log("and the smallest for which it is not 0:");
console.log("  float32:", -below((x) => Math.fround(Math.exp(-x)) > 0));
console.log("  float64:", -below((x) => Math.exp(-x) > 0));

function compare(name: string, scores: number[]): void {
  const powers = scores.map(Math.exp);
  const sum = powers.reduce((a, b) => a + b);
  const plain = powers.map((power) => power / sum);

  const V = scores.length;
  const probs = new Float64Array(V);
  softmaxForward(probs, Float64Array.from(scores), 1, 1, V, V);

  console.log(`${name}:`);
  console.log("  formula", list(plain));
  console.log("  kernel ", list([...probs]));
}

function list(row: number[]): string {
  return row.map((p) => p.toFixed(4).padStart(7)).join("");
}
