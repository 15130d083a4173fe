import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Estimates how long the true gradient is and how noisy one text's, from the gradients of n texts. */
export function noiseOf(
  out: Floats, // (2), written: the squared length of the true gradient, then tr(Sigma)
  gradients: Floats, // (n, P), one row for each text
  n: number, // from 2
  P: number,
): void {
  const batch = new Float64Array(P); // the gradient of all n texts together
  let small = 0; // the mean squared length of a single text's gradient
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < P; i++) {
      const g = gradients[k * P + i];
      batch[i] += g / n;
      small += (g * g) / n;
    }
  }
  let big = 0;
  for (let i = 0; i < P; i++) big += batch[i] * batch[i];

  out[0] = (n * big - small) / (n - 1);
  out[1] = (small - big) / (1 - 1 / n);
}
