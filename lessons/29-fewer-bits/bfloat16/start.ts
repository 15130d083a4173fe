import type { Ints } from "@llm.ts/kernels/runtime/check.ts";

/** Rounds float32 to bfloat16: to the nearest, and of two that are equally near to the even one. */
export function roundToBfloat16(
  out: Ints, // (N), written: the 16 bits of each
  inp: Ints, // (N): the 32 bits of each
  N: number,
): void {
  for (let i = 0; i < N; i++) {
    const sign = (inp[i] >>> 16) & 0x8000;
    const size = inp[i] & 0x7fffffff; // without the sign

    // TODO: this cuts the lower 16 bits off. Round instead, and let NaN stay NaN.
    out[i] = sign | (size >>> 16);
  }
}
