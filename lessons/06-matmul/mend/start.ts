import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Adds the gradients of the loss with respect to inp, weight and bias. */
export function matmulBackward(
  dinp: Floats, // (B, T, C), added to
  dweight: Floats, // (OC, C), added to
  dbias: Floats | null, // (OC), added to, or null where there is no bias
  dout: Floats, // (B, T, OC)
  inp: Floats, // (B, T, C)
  weight: Floats, // (OC, C)
  B: number,
  T: number,
  C: number,
  OC: number,
): void {
  const whole = OC - (OC % 4);
  for (let bt = 0; bt < B * T; bt++) {
    if (dbias !== null) for (let o = 0; o < OC; o++) dbias[o] += dout[bt * OC + o];

    // Four output channels at a time: each inp that is read serves four gradients.
    for (let o = 0; o < whole; o += 4) {
      const d0 = dout[bt * OC + o];
      const d1 = dout[bt * OC + o + 1];
      const d2 = dout[bt * OC + o + 2];
      const d3 = dout[bt * OC + o + 3];
      for (let i = 0; i < C; i++) {
        const w = o * C + i;
        const x = inp[bt * C + i];
        dinp[bt * C + i] +=
          d0 * weight[w] + d1 * weight[w + C] + d2 * weight[w + 2 * C] + d3 * weight[w + 3 * C];
        dweight[w] += d0 * x;
        dweight[w + C] += d1 * x;
        dweight[w + 2 * C] += d2 * x;
        dweight[w + 3 * C] += d3 * x;
      }
    }

    // Those that are left over, one at a time.
    for (let o = whole; o < OC; o++) {
      const d = dout[o];
      for (let i = 0; i < C; i++) {
        dinp[bt * C + i] += d * weight[o * C + i];
        dweight[o * C + i] += d * inp[bt * C + i];
      }
    }
  }
}
