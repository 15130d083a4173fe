// Weights in 8 bits, for a model that only writes: llama.cpp's Q8_0. A row of a matrix is cut into blocks of 32 values, each a whole
// number from -127 to 127 times the block's scale. That is a quarter of the memory, and writing a token takes as long as it takes
// to read all weights once.
//
//   weight[o, i] = scales[o, i / 32] * whole[o, i]
//
// Only weights are rounded: inputs, sums and outputs stay float32. There is no backward pass, as a rounded weight that is moved by
// a small step would mostly be the same whole number again.
//
// Source of the format: https://github.com/ggml-org/llama.cpp, ggml/src/ggml-quants.c. Equals torch.nn.functional.linear, and
// embedding, of the matrix that the numbers stand for.

import { checkArguments, checkIds, type Floats, type Ints } from "../runtime/check.ts";
import { blockValues } from "../runtime/q8.ts";
import type { Given, Signatures } from "../runtime/signature.ts";

/** What each kernel is called with, for every tier. */
export const signatures = {
  matmulQ8Forward: {
    arrays: {
      out: "B*T*OC, written",
      inp: "B*T*C",
      whole: "OC*C/4",
      scales: "OC*C/32",
      bias: "OC, or null",
    },
    sizes: ["B", "T", "C", "OC"],
    flops: "2*B*T*C*OC",
    further(given, kernel) {
      checkBlocks(given, kernel);
    },
  },
  embeddingQ8Forward: {
    arrays: {
      out: "B*T*C, written",
      inp: "B*T, ids",
      whole: "V*C/4",
      scales: "V*C/32",
      wpe: "T*C, or null",
    },
    settings: ["scale"],
    sizes: ["B", "T", "C"],
    counted: ["V"],
    flops: "2*B*T*C",
    moved: "B*T*C+B*T*C/4+B*T*C/32+B*T", // of the table the rows that are looked up
    further(given, kernel) {
      checkBlocks(given, kernel);
      const { inp, whole, scales, scale, C } = given;
      checkRows(kernel, whole, scales);
      checkScale(kernel, scale);
      checkIds(kernel, "inp", inp, scales.length / (C / blockValues));
    },
  },
} as const satisfies Signatures;

/**
 * A linear layer whose weights are in 8 bits. Sums are float64 (a JS number).
 *
 * @throws RangeError if a size is not a positive integer, C is no multiple of 32, or an array has another length than is written
 *   beside it; TypeError if `whole` is no Float32Array
 */
export function matmulQ8Forward(
  out: Floats, // (B, T, OC), written
  inp: Floats, // (B, T, C)
  whole: Floats, // (OC, C / 4): four whole numbers of 8 bits in a word, the first in the lowest bits
  scales: Floats, // (OC, C / 32)
  bias: Floats | null, // (OC)
  B: number,
  T: number,
  C: number,
  OC: number,
): void {
  const arrays = { out, inp, whole, scales, bias };
  checkArguments(signatures, "matmulQ8Forward", arrays, { B, T, C, OC });
  checkBlocks({ whole, C }, "matmulQ8Forward");
  const numbers = numbersOf(whole);
  for (let bt = 0; bt < B * T; bt++) {
    for (let o = 0; o < OC; o++) {
      let sum = bias === null ? 0 : bias[o];
      for (let first = 0; first < C; first += blockValues) {
        let block = 0;
        for (let i = first; i < first + blockValues; i++) {
          block += inp[bt * C + i] * numbers[o * C + i];
        }
        sum += block * scales[(o * C + first) / blockValues];
      }
      out[bt * OC + o] = sum;
    }
  }
}

/**
 * Looks up one row of a table in 8 bits for each token, and adds the vector of its position where the model has learned those.
 *
 * @throws as matmulQ8Forward, and RangeError if scale is not a finite number over 0 or an id is not a row of the table
 */
export function embeddingQ8Forward(
  out: Floats, // (B, T, C), written
  inp: Ints, // (B, T), token ids from 0 to V - 1
  whole: Floats, // (V, C / 4)
  scales: Floats, // (V, C / 32)
  wpe: Floats | null, // (T, C), one row for each position, which is not rounded
  scale: number, // 1, and in Gemma the root of C
  B: number,
  T: number,
  C: number,
): void {
  checkArguments(signatures, "embeddingQ8Forward", { out, inp, whole, scales, wpe }, { B, T, C });
  checkBlocks({ whole, C }, "embeddingQ8Forward");
  checkRows("embeddingQ8Forward", whole, scales);
  checkScale("embeddingQ8Forward", scale);
  checkIds("embeddingQ8Forward", "inp", inp, scales.length / (C / blockValues));
  const numbers = numbersOf(whole);
  for (let bt = 0; bt < B * T; bt++) {
    for (let i = 0; i < C; i++) {
      const at = inp[bt] * C + i;
      const place = wpe === null ? 0 : wpe[(bt % T) * C + i];
      out[bt * C + i] = scale * scales[Math.floor(at / blockValues)] * numbers[at] + place;
    }
  }
}

/** The same memory as whole numbers of 8 bits. */
function numbersOf({ buffer, byteOffset, byteLength }: Floats): Int8Array {
  return new Int8Array(buffer, byteOffset, byteLength);
}

/** @throws if rows are not whole blocks, or words are not of 32 bits */
function checkBlocks({ whole, C }: Given, kernel: string): void {
  if (C % blockValues !== 0) {
    throw new RangeError(
      `${kernel}: C is ${C}, expected a multiple of ${blockValues}: so many values share a scale`,
    );
  }
  if (whole instanceof Float64Array) {
    throw new TypeError(
      `${kernel}: whole is of type Float64Array, expected a Float32Array: four numbers of 8 bits are one of 32`,
    );
  }
}

/** @throws RangeError if the two parts of a table have not the same rows */
function checkRows(kernel: string, whole: { length: number }, scales: { length: number }): void {
  const expected = (4 * whole.length) / blockValues;
  if (scales.length === expected) return;
  throw new RangeError(
    `${kernel}: scales has ${scales.length} values, expected ${expected}: one for each 8 words of whole`,
  );
}

/** @throws RangeError if scale is not a finite number over 0 */
function checkScale(kernel: string, scale: number): void {
  if (!(Number.isFinite(scale) && scale > 0)) {
    throw new RangeError(`${kernel}: scale is ${scale}, expected a finite number over 0`);
  }
}
