// Two blocks on one number: f(x) = 0.5 x, then f(x) = -0.2 x. All paths from x to the end, and what the kernel says.

import { residualBackward } from "@llm.ts/kernels/residual/residual.ts";

const slopes = [0.5, -0.2]; // of the two blocks

const paths = [
  { way: "past both            ", slope: 1 },
  { way: "through the first    ", slope: slopes[0] },
  { way: "through the second   ", slope: slopes[1] },
  { way: "through both         ", slope: slopes[0] * slopes[1] },
];
for (const { way, slope } of paths) console.log(way, slope.toFixed(2).padStart(6));
console.log("sum of the paths      ", paths.reduce((sum, { slope }) => sum + slope, 0).toFixed(2));

let dstream = Float64Array.of(1); // the loss is the output itself
for (const slope of slopes.toReversed()) {
  const [dx, dbranch] = [new Float64Array(1), new Float64Array(1)];
  residualBackward(dx, dbranch, dstream, 1);
  dx[0] += slope * dbranch[0]; // what comes back through the block
  dstream = dx;
}
console.log("by the kernel         ", dstream[0].toFixed(2));
console.log("\nwithout the additions ", (slopes[0] * slopes[1]).toFixed(2));
