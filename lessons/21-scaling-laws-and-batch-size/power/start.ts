import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Fits loss = E + A / N^alpha to losses of models of several sizes, at a given E. */
export function fitPower(
  out: Floats, // (2), written: A, then alpha
  N: Floats, // (n), numbers of weights
  loss: Floats, // (n), each above E
  E: number,
  n: number,
): void {
  let meanX = 0;
  let meanY = 0;
  for (let i = 0; i < n; i++) {
    meanX += Math.log(N[i]) / n;
    meanY += Math.log(loss[i] - E) / n;
  }

  // TODO: the slope of the line through the points, by the normal equations

  // TODO: A and alpha from the slope and the means
  out[0] = 0;
  out[1] = 0;
}
