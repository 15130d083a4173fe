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
  let xx = 0;
  let xy = 0;
  for (let i = 0; i < n; i++) {
    const x = Math.log(N[i]) - meanX;
    const y = Math.log(loss[i] - E) - meanY;
    xx += x * x;
    xy += x * y;
  }
  const slope = xy / xx;
  out[0] = Math.exp(meanY - slope * meanX);
  out[1] = -slope;
}
