// Matrices in 8 bits, for a model that only reads. A backend is wrapped so that such a matrix looks like any other tensor: what is
// written to it is rounded, what is read is what it stands for, and the kernels that read weights take those for 8 bits.
// The passes of an architecture stay as they are.

import type { Backend } from "../backend.ts";
import { blockValues, quantize, widenScales } from "../runtime/q8.ts";
import type { Parameter } from "./architecture.ts";
import type { ModelConfig } from "./config.ts";
import type { Sizes } from "./memory.ts";

/** A matrix of `length` values: whole numbers of 8 bits, four in a word, and a scale for 32 of them. */
class Q8<Tensor> {
  readonly whole: Tensor;
  readonly scales: Tensor;
  readonly length: number;

  constructor(whole: Tensor, scales: Tensor, length: number) {
    this.whole = whole;
    this.scales = scales;
    this.length = length;
  }
}

/**
 * Whether a parameter is kept in 8 bits: matrices are, whose rows are whole blocks. The vectors of positions are added to the stream
 * as they are, and stay as they are, as in llama.cpp.
 */
export function isQ8(
  { shape, rows }: Parameter,
  config: ModelConfig,
  { weights }: Pick<Sizes, "weights">,
): boolean {
  const sizes = shape(config);
  const blocks = sizes.length === 2 && sizes[1] % blockValues === 0;
  return weights === "q8_0" && blocks && rows !== "positions";
}

/** The same device, on which some tensors are matrices in 8 bits. */
export interface Q8Backend<Tensor, Ids> {
  readonly backend: Backend<Tensor, Ids>;
  /** Allocates a matrix of so many values in 8 bits. The handle is for `backend` alone. */
  readonly allocQ8: (length: number) => Tensor;
}

export function withQ8<Tensor, Ids>(plain: Backend<Tensor, Ids>): Q8Backend<Tensor, Ids> {
  const handle = (whole: Tensor, scales: Tensor, length: number) =>
    new Q8(whole, scales, length) as unknown as Tensor;
  const q8 = (tensor: Tensor) => (tensor instanceof Q8 ? (tensor as Q8<Tensor>) : null);

  const backend: Backend<Tensor, Ids> = {
    ...plain,
    view(tensor, start, length) {
      const matrix = q8(tensor);
      if (!matrix) return plain.view(tensor, start, length);
      checkBlocks("view", start);
      checkBlocks("view", length);
      return handle(
        plain.view(matrix.whole, start / 4, length / 4),
        plain.view(matrix.scales, start / blockValues, length / blockValues),
        length,
      );
    },
    write(tensor, values) {
      const matrix = q8(tensor);
      if (!matrix) return plain.write(tensor, values);
      if (values.length !== matrix.length) {
        throw new RangeError(`write: got ${values.length} values, expected ${matrix.length}`);
      }
      const rounded = quantize(Float32Array.from(values));
      if (!rounded) throw new RangeError("write: a value is over 8,321,000, too large for 8 bits");
      plain.write(matrix.whole, new Float32Array(rounded.numbers.buffer));
      plain.write(matrix.scales, widenScales(rounded.scales));
    },
    zero(tensor) {
      const matrix = q8(tensor);
      for (const each of matrix ? [matrix.whole, matrix.scales] : [tensor]) plain.zero(each);
    },
    async read(tensor, into) {
      const matrix = q8(tensor);
      if (!matrix) return plain.read(tensor, into);
      const words = Float32Array.from(await plain.read(matrix.whole));
      const scales = Float32Array.from(await plain.read(matrix.scales));
      const numbers = new Int8Array(words.buffer);
      const values = into ?? new Float32Array(matrix.length);
      for (let i = 0; i < values.length; i++) {
        values[i] = numbers[i] * scales[Math.floor(i / blockValues)];
      }
      return values;
    },
    // biome-ignore-start format: one line for each kernel
    matmulForward(out, inp, weight, bias, B, T, C, OC) {
      const matrix = q8(weight);
      if (matrix) plain.matmulQ8Forward(out, inp, matrix.whole, matrix.scales, bias, B, T, C, OC);
      else plain.matmulForward(out, inp, weight, bias, B, T, C, OC);
    },
    encoderForward(out, inp, wte, wpe, B, T, C) {
      const matrix = q8(wte);
      if (matrix) plain.embeddingQ8Forward(out, inp, matrix.whole, matrix.scales, wpe, 1, B, T, C);
      else plain.encoderForward(out, inp, wte, wpe, B, T, C);
    },
    embeddingForward(out, inp, wte, scale, B, T, C) {
      const matrix = q8(wte);
      if (matrix)
        plain.embeddingQ8Forward(out, inp, matrix.whole, matrix.scales, null, scale, B, T, C);
      else plain.embeddingForward(out, inp, wte, scale, B, T, C);
    },
    // biome-ignore-end format: as above
  };
  return {
    backend,
    allocQ8(length) {
      const [whole, scales] = plain.alloc([length / 4, length / blockValues]);
      return handle(whole, scales, length);
    },
  };
}

function checkBlocks(caller: string, values: number): void {
  if (values % blockValues === 0) return;
  throw new RangeError(
    `${caller}: ${values} is no multiple of ${blockValues}: so many values of a matrix in 8 bits share a scale`,
  );
}
