// Three tensors' gradients, clipped to a common norm of 1.

import { clipGradients, gradientSquares } from "@llm.ts/kernels/clip/clip.ts";

const maxNorm = 1;
const tensors = [Float64Array.of(3, 0), Float64Array.of(0, 4), Float64Array.of(12)];

const sum = new Float64Array(1);
for (const grads of tensors) gradientSquares(sum, grads, grads.length);
const norm = Math.sqrt(sum[0]);
for (const grads of tensors) clipGradients(grads, sum, maxNorm, grads.length);

console.log(`norm ${norm}, factor ${Math.min(1, maxNorm / norm).toFixed(4)}`);
for (const grads of tensors) console.log(Array.from(grads, (x) => x.toFixed(4)).join(", "));
const after = Math.hypot(...tensors.flatMap((grads) => Array.from(grads)));
console.log(`norm after: ${after.toFixed(6)}`);
