// Numbers kept in 16 bits each, two in a word of 32. What waits for the backward pass fills the memory while training, and
// half the bits are half the memory. Kernels compute in float32, so what was packed is unpacked before it is read.
//
//               sign   exponent   fraction   largest      between 1 and the next
//   float32      1        8          23      3.4 * 10^38     0.00000012
//   bfloat16     1        8           7      3.4 * 10^38     0.0078
//   float16      1        5          10      65504           0.00098
//
// bfloat16 is the upper half of a float32: it reaches as far, with two or three digits. float16 has one digit more, and what is
// beyond its largest number becomes infinite. Both are rounded to the nearest, of two equally near to the even one.
//
// Equals torch's .to(torch.bfloat16) and .to(torch.float16), bit for bit, and .float() on the way back.

import { checkArguments, type Floats } from "../runtime/check.ts";
import { formats, type HalfFormat } from "../runtime/half.ts";
import type { Given, Signatures } from "../runtime/signature.ts";

const pack = {
  arrays: { packed: "N/2, written", inp: "N" },
  sizes: ["N"],
  flops: "N",
  further: checkBits,
} as const;
const unpack = {
  arrays: { out: "N, written", packed: "N/2" },
  sizes: ["N"],
  flops: "N",
  further: checkBits,
} as const;

/** What each kernel is called with, for every tier. A rounding or a shift counts as one operation. */
export const signatures = {
  packBfloat16: pack,
  unpackBfloat16: unpack,
  packFloat16: pack,
  unpackFloat16: unpack,
} as const satisfies Signatures;

/**
 * Rounds N values to bfloat16: value 2i is in the lower half of word i, value 2i + 1 in the upper. An odd one out is
 * followed by 0.
 *
 * @throws RangeError if N is not a positive integer or an array has another length, TypeError if it is no Float32Array
 */
export function packBfloat16(
  packed: Floats, // (N / 2, rounded up), written: words whose bits are no float32
  inp: Floats, // (N)
  N: number,
): void {
  checkArguments(signatures, "packBfloat16", { packed, inp }, { N });
  checkBits({ packed, inp }, "packBfloat16");
  packAs("bfloat16", packed, inp, N);
}

/**
 * Gives back what `packBfloat16` rounded: a shift by 16 bits.
 *
 * @throws as packBfloat16
 */
export function unpackBfloat16(
  out: Floats, // (N), written
  packed: Floats, // (N / 2, rounded up)
  N: number,
): void {
  checkArguments(signatures, "unpackBfloat16", { out, packed }, { N });
  checkBits({ out, packed }, "unpackBfloat16");
  unpackAs("bfloat16", out, packed, N);
}

/**
 * The same in float16. From 65520 on a value becomes infinite; below 0.00006 digits are lost one by one, down to 0.00000006.
 *
 * @throws as packBfloat16
 */
export function packFloat16(
  packed: Floats, // (N / 2, rounded up), written: words whose bits are no float32
  inp: Floats, // (N)
  N: number,
): void {
  checkArguments(signatures, "packFloat16", { packed, inp }, { N });
  checkBits({ packed, inp }, "packFloat16");
  packAs("float16", packed, inp, N);
}

/**
 * Gives back what `packFloat16` rounded.
 *
 * @throws as packBfloat16
 */
export function unpackFloat16(
  out: Floats, // (N), written
  packed: Floats, // (N / 2, rounded up)
  N: number,
): void {
  checkArguments(signatures, "unpackFloat16", { out, packed }, { N });
  checkBits({ out, packed }, "unpackFloat16");
  unpackAs("float16", out, packed, N);
}

function packAs(format: HalfFormat, packed: Floats, inp: Floats, N: number): void {
  const { narrow } = formats[format];
  const [to, from] = [wordsOf(packed), wordsOf(inp)];
  for (let i = 0; i < N; i += 2) {
    const next = i + 1 < N ? narrow(from[i + 1]) : 0;
    to[i / 2] = narrow(from[i]) | (next << 16);
  }
}

function unpackAs(format: HalfFormat, out: Floats, packed: Floats, N: number): void {
  const { widen } = formats[format];
  const [to, from] = [wordsOf(out), wordsOf(packed)];
  for (let i = 0; i < N; i++)
    to[i] = widen(i % 2 === 0 ? from[i >> 1] & 0xffff : from[i >> 1] >>> 16);
}

/** The same memory as whole numbers: read as floats, some patterns of bits would not come back as they were. */
function wordsOf({ buffer, byteOffset, length }: Floats): Uint32Array {
  return new Uint32Array(buffer, byteOffset, length);
}

/** What is packed is 32 bits a number. Other devices' handles are of nothing else. */
function checkBits({ packed, inp, out }: Given, kernel: string): void {
  for (const [name, array] of Object.entries({ out, packed, inp })) {
    if (array instanceof Float64Array) {
      throw new TypeError(
        `${kernel}: ${name} is of type Float64Array, expected a Float32Array: two numbers of 16 bits are one of 32`,
      );
    }
  }
}
