// Matmul whose weight is in 16 bits, two numbers in a word, as pack/ rounds them. Half as many bytes of it come from memory;
// inputs, sums and gradients are float32, as ever.
//
// Training keeps the weight in float32 as well: AdamW's steps are mostly too small to move a number of 16 bits. What is computed
// here is the gradient at the rounded weight. It is added to that of the float32 one, as if rounding were not there: a
// step function has the slope 0 almost everywhere, which would teach nothing.
//
// Equals torch.nn.functional.linear(inp, weight.to(torch.bfloat16).to(torch.float32), bias), or torch.float16.

import { checkArguments, type Floats } from "../runtime/check.ts";
import { formats, type HalfFormat } from "../runtime/half.ts";
import type { Given, Signatures } from "../runtime/signature.ts";
import { matmulBackward, matmulForward } from "./matmul.ts";

const forward = {
  arrays: { out: "B*T*OC, written", inp: "B*T*C", packed: "OC*C/2", bias: "OC, or null" },
  sizes: ["B", "T", "C", "OC"],
  flops: "2*B*T*C*OC",
  further: checkBits,
} as const;
const backward = {
  arrays: {
    dinp: "B*T*C, added to",
    dweight: "OC*C, added to",
    dbias: "OC, added to, or null",
    dout: "B*T*OC",
    inp: "B*T*C",
    packed: "OC*C/2",
  },
  sizes: ["B", "T", "C", "OC"],
  flops: "4*B*T*C*OC",
  further: checkBits,
} as const;

/** What each kernel is called with, for every tier. */
export const signatures = {
  matmulBfloat16Forward: forward,
  matmulBfloat16Backward: backward,
  matmulFloat16Forward: forward,
  matmulFloat16Backward: backward,
} as const satisfies Signatures;

/**
 * matmulForward with a weight that `packBfloat16` has packed.
 *
 * @throws as matmulForward, and TypeError if `packed` is no Float32Array
 */
export function matmulBfloat16Forward(
  out: Floats, // (B, T, OC), written
  inp: Floats, // (B, T, C)
  packed: Floats, // (OC, C), two numbers in a word
  bias: Floats | null, // (OC), or null for none
  B: number,
  T: number,
  C: number,
  OC: number,
): void {
  const sizes = { B, T, C, OC };
  checkArguments(signatures, "matmulBfloat16Forward", { out, inp, packed, bias }, sizes);
  checkBits({ packed }, "matmulBfloat16Forward");
  matmulForward(out, inp, widened("bfloat16", packed, OC * C), bias, B, T, C, OC);
}

/**
 * matmulBackward with a weight that `packBfloat16` has packed. dweight is in float32, and is that of the rounded weight.
 *
 * @throws as matmulBfloat16Forward
 */
export function matmulBfloat16Backward(
  dinp: Floats, // (B, T, C), added to
  dweight: Floats, // (OC, C), added to
  dbias: Floats | null, // (OC), added to, or null where there is no bias
  dout: Floats, // (B, T, OC)
  inp: Floats, // (B, T, C)
  packed: Floats, // (OC, C), two numbers in a word
  B: number,
  T: number,
  C: number,
  OC: number,
): void {
  const arrays = { dinp, dweight, dbias, dout, inp, packed };
  checkArguments(signatures, "matmulBfloat16Backward", arrays, { B, T, C, OC });
  checkBits({ packed }, "matmulBfloat16Backward");
  const weight = widened("bfloat16", packed, OC * C);
  matmulBackward(dinp, dweight, dbias, dout, inp, weight, B, T, C, OC);
}

/**
 * matmulForward with a weight that `packFloat16` has packed.
 *
 * @throws as matmulBfloat16Forward
 */
export function matmulFloat16Forward(
  out: Floats, // (B, T, OC), written
  inp: Floats, // (B, T, C)
  packed: Floats, // (OC, C), two numbers in a word
  bias: Floats | null, // (OC), or null for none
  B: number,
  T: number,
  C: number,
  OC: number,
): void {
  const sizes = { B, T, C, OC };
  checkArguments(signatures, "matmulFloat16Forward", { out, inp, packed, bias }, sizes);
  checkBits({ packed }, "matmulFloat16Forward");
  matmulForward(out, inp, widened("float16", packed, OC * C), bias, B, T, C, OC);
}

/**
 * matmulBackward with a weight that `packFloat16` has packed.
 *
 * @throws as matmulBfloat16Forward
 */
export function matmulFloat16Backward(
  dinp: Floats, // (B, T, C), added to
  dweight: Floats, // (OC, C), added to
  dbias: Floats | null, // (OC), added to, or null where there is no bias
  dout: Floats, // (B, T, OC)
  inp: Floats, // (B, T, C)
  packed: Floats, // (OC, C), two numbers in a word
  B: number,
  T: number,
  C: number,
  OC: number,
): void {
  const arrays = { dinp, dweight, dbias, dout, inp, packed };
  checkArguments(signatures, "matmulFloat16Backward", arrays, { B, T, C, OC });
  checkBits({ packed }, "matmulFloat16Backward");
  const weight = widened("float16", packed, OC * C);
  matmulBackward(dinp, dweight, dbias, dout, inp, weight, B, T, C, OC);
}

/** A float32 copy, for the length of a call. The tiers that are fast widen a part at a time instead. */
function widened(format: HalfFormat, { buffer, byteOffset }: Floats, N: number): Float32Array {
  const { widen } = formats[format];
  const halves = new Uint16Array(buffer, byteOffset, N); // the lower half of a word comes first
  return new Float32Array(Uint32Array.from(halves, widen).buffer);
}

/** @throws TypeError if words are not of 32 bits. Other devices' handles are of nothing else */
function checkBits({ packed }: Given, kernel: string): void {
  if (packed instanceof Float64Array) {
    throw new TypeError(
      `${kernel}: packed is of type Float64Array, expected a Float32Array: two numbers of 16 bits are one of 32`,
    );
  }
}
