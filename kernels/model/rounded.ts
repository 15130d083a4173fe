// Matrices that matmul reads in 16 bits. A backend is wrapped so that such a matrix looks like any other weight: matmul takes its
// packed copy, and whatever else reads it, such as the encoder, the float32 numbers that AdamW moves. The passes of an
// architecture stay as they are.
//
// A copy is packed by the first matmul that needs it after its matrix was changed: by AdamW, or because something was written to
// it. So no one who changes weights has to think of it.

import type { Backend } from "../backend.ts";
import type { HalfFormat } from "../runtime/half.ts";
import { count } from "../runtime/shape.ts";
import type { Outline, Tables } from "./architecture.ts";
import type { Options } from "./memory.ts";

/** A matrix of `length` values, and its copy. */
class Rounded<Tensor> {
  readonly values: Tensor;
  readonly packed: Tensor;
  readonly length: number;
  /** How often weights had been changed when the copy was made; -1 before the first. */
  copied = -1;

  constructor(values: Tensor, packed: Tensor, length: number) {
    this.values = values;
    this.packed = packed;
    this.length = length;
  }
}

/** The format of copies, or null where matmul reads the weights themselves. */
export function roundedFormat({ weights }: Pick<Options, "weights">): HalfFormat | null {
  return weights === "bfloat16" || weights === "float16" ? weights : null;
}

/** Whether matmul reads a parameter: the matrices of the layers, and the classifier's weight. */
export function isMultiplied<A extends Tables>(
  { parameters, head }: Outline<A>,
  name: string,
  config: A["config"],
): boolean {
  const { shape, perLayer } = parameters[name];
  return name === head || (perLayer && shape(config).length === 2);
}

/** The same device, on which some weights have copies. */
export interface RoundedBackend<Tensor, Ids> {
  readonly backend: Backend<Tensor, Ids>;
  /** Says that a tensor holds weights: what is written to it, or to a part of it, makes copies stale. */
  readonly watch: (weights: Tensor) => void;
  /** Makes a weight of a matrix and the memory for its copy. The handle is for `backend` alone. */
  readonly pair: (values: Tensor, packed: Tensor, shape: readonly number[]) => Tensor;
}

export function withRounded<Tensor, Ids>(
  plain: Backend<Tensor, Ids>,
  format: HalfFormat,
): RoundedBackend<Tensor, Ids> {
  const watched = new WeakSet<object>(); // tensors of weights, and parts of them
  let changes = 0;
  const rounded = (tensor: Tensor) =>
    tensor instanceof Rounded ? (tensor as Rounded<Tensor>) : null;
  const valuesOf = (tensor: Tensor) => rounded(tensor)?.values ?? tensor;
  const changed = (tensor: Tensor) => {
    if (watched.has(tensor as object)) changes++;
  };
  const kernels =
    format === "bfloat16"
      ? {
          pack: plain.packBfloat16,
          forward: plain.matmulBfloat16Forward,
          backward: plain.matmulBfloat16Backward,
        }
      : {
          pack: plain.packFloat16,
          forward: plain.matmulFloat16Forward,
          backward: plain.matmulFloat16Backward,
        };
  const packedOf = (matrix: Rounded<Tensor>): Tensor => {
    if (matrix.copied !== changes) kernels.pack(matrix.packed, matrix.values, matrix.length);
    matrix.copied = changes;
    return matrix.packed;
  };

  const backend: Backend<Tensor, Ids> = {
    ...plain,
    view(tensor, start, length) {
      const part = plain.view(valuesOf(tensor), start, length);
      if (watched.has(tensor as object)) watched.add(part as object);
      return part;
    },
    write(tensor, values) {
      plain.write(valuesOf(tensor), values);
      changed(tensor);
    },
    zero(tensor) {
      plain.zero(valuesOf(tensor));
      changed(tensor);
    },
    read: (tensor, into) => plain.read(valuesOf(tensor), into),
    adamwUpdate(params, ...rest) {
      plain.adamwUpdate(params, ...rest);
      changed(params);
    },
    // biome-ignore-start format: one line for each kernel
    matmulForward(out, inp, weight, bias, B, T, C, OC) {
      const matrix = rounded(weight);
      if (matrix) kernels.forward(out, inp, packedOf(matrix), bias, B, T, C, OC);
      else plain.matmulForward(out, inp, weight, bias, B, T, C, OC);
    },
    matmulBackward(dinp, dweight, dbias, dout, inp, weight, B, T, C, OC) {
      const matrix = rounded(weight);
      if (matrix) kernels.backward(dinp, dweight, dbias, dout, inp, packedOf(matrix), B, T, C, OC);
      else plain.matmulBackward(dinp, dweight, dbias, dout, inp, weight, B, T, C, OC);
    },
    encoderForward: (out, inp, wte, wpe, B, T, C) =>
      plain.encoderForward(out, inp, valuesOf(wte), wpe, B, T, C),
    embeddingForward: (out, inp, wte, scale, B, T, C) =>
      plain.embeddingForward(out, inp, valuesOf(wte), scale, B, T, C),
    // biome-ignore-end format: as above
  };
  return {
    backend,
    watch: (weights) => watched.add(weights as object),
    pair: (values, packed, shape) => new Rounded(values, packed, count(shape)) as unknown as Tensor,
  };
}
