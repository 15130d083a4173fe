// What every GGUF has, whatever model is in it: tensors one after the other, in ggml's types, of which four are read here and
// three written.

import type { Config } from "../models.ts";
import { blockValues } from "../runtime/q8.ts";
import { count } from "../runtime/shape.ts";
import { aligned, fault, type GgufHeader, type GgufTensor, type Typed } from "./gguf.metadata.ts";
import { narrow, widen } from "./half.ts";
import { blockBytes, dequantize, quantize } from "./q8.ts";
import { bytesOf, type Source } from "./source.ts";
import type { Names, Tensor } from "./weights.ts";

/** How the matrices are stored; vectors and positions are always float32, as llama.cpp wants them. */
export type GgufDtype = "F32" | "F16" | "Q8_0";

/** A tensor that follows from the config, and that no training changes. */
export interface Constant {
  readonly key: string;
  readonly values: Float32Array<ArrayBuffer>;
}

/** What an architecture has of its own in such a file. */
export interface Layout<C extends Config = Config, Name extends string = string> {
  readonly names: Names<Name, C>;
  /** Sizes and parts. @throws FormatError naming what is wrong, or cannot be computed here */
  configOf(header: GgufHeader, size: SizeOf): C;
  metadataOf(config: C): [string, Typed][];
  constantsOf(config: C): Constant[];
  /** Why a tensor that is not one of its own cannot be left aside. */
  reasonFor(key: string, config: C): string;
}

/** A number that the file must give. */
export type SizeOf = (key: string) => number;

/** ggml's types that are read: their numbers, and the bytes of so many values. */
const dtypes = {
  F32: { type: 0, values: 1, bytes: 4 },
  F16: { type: 1, values: 1, bytes: 2 },
  Q8_0: { type: 8, values: blockValues, bytes: blockBytes },
  BF16: { type: 30, values: 1, bytes: 2 },
} as const;
type Dtype = keyof typeof dtypes;

/** llama.cpp's number for what most of a file is stored in. */
export const fileTypes: Record<GgufDtype, number> = { F32: 0, F16: 1, Q8_0: 7 };
export const embedding = "token_embd.weight";
export const head = "output.weight"; // is token_embd.weight once more, where a tied model's file has both
const largest = { F16: "65,504", Q8_0: "8,321,000" };

export const typeOf = (dtype: GgufDtype): number => dtypes[dtype].type;

/** What of a tensor is stored how. In Q8_0 matrices whose rows are no multiple of 32 are stored as F16. */
export function storedDtype({ name, shape }: Tensor, dtype: GgufDtype): GgufDtype {
  if (name === "wpe" || shape.length === 1) return "F32";
  return dtype === "Q8_0" && shape[1] % blockValues !== 0 ? "F16" : dtype;
}

/**
 * @param at place of the first value in its tensor
 * @throws RangeError if a value is too large for the dtype
 */
export function encode(
  key: string,
  at: number,
  values: Float32Array<ArrayBuffer>,
  dtype: GgufDtype,
): Uint8Array<ArrayBuffer> {
  if (dtype === "F32") return bytesOf(values);
  if (dtype === "Q8_0") {
    const blocks = quantize(values);
    if (blocks) return blocks;
  } else {
    const bits = narrow(values, "F16");
    if (!bits.some((each) => (each & 0x7fff) >= 0x7c00)) return bytesOf(bits);
  }
  const most = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  throw new RangeError(
    `GGUF: ${key} has a value of size ${most}, of those from ${at} on, and ${dtype} goes to ${largest[dtype]}: write it as F32`,
  );
}

/** @throws FormatError unless the file has these tensors, in these shapes */
export function checkShapes(
  stored: ReadonlyMap<string, GgufTensor>,
  shapes: ReadonlyMap<string, readonly number[]>,
): void {
  for (const [name, expected] of shapes) {
    const tensor = stored.get(name);
    if (!tensor && name === head) continue;
    if (!tensor) throw fault(`there is no tensor ${name}: the file is a part of a model`);
    if (`${tensor.shape}` !== `${expected}`) {
      throw fault(
        `${name} has shape (${tensor.shape.join(", ")}), expected (${expected.join(", ")}) for the sizes that the file gives`,
      );
    }
  }
}

/** @throws FormatError unless the file has these tensors, in these shapes, in types that are read here, and no others */
export function checkTensors(
  stored: ReadonlyMap<string, GgufTensor>,
  shapes: ReadonlyMap<string, readonly number[]>,
  reasonFor: (key: string) => string,
): void {
  checkShapes(stored, shapes);
  for (const { name, shape, type } of stored.values()) {
    if (!shapes.has(name)) throw fault(`it has a tensor ${name}, ${reasonFor(name)}`);
    const dtype = dtypeOf(type);
    if (!dtype) {
      throw fault(
        `${name} is of ggml's type ${type}, expected ${Object.keys(dtypes).join(", ")}: get the model in one of these`,
      );
    }
    if ((shape.at(-1) as number) % dtypes[dtype].values !== 0) {
      throw fault(`${name} is ${dtype}, but its rows of ${shape.at(-1)} are no multiple of 32`);
    }
  }
}

/** The tensors follow one another, each at a multiple of the alignment, and nothing else comes after them. */
export function checkPlaces({ tensors, start, alignment }: GgufHeader, size: number): void {
  let [expected, end] = [0, 0];
  for (const { name, shape, type, offset } of tensors) {
    if (offset !== expected) {
      throw fault(`${name} begins at byte ${offset} of the data, expected ${expected}`);
    }
    end = offset + bytesIn(dtypeOf(type) as Dtype, count(shape));
    expected = aligned(end, alignment);
    if (start + end > size) {
      throw fault(`${name} ends at byte ${start + end}, but the file has ${size}: it is truncated`);
    }
  }
  if (size > start + expected) {
    throw fault(`${size - start - expected} bytes follow the last tensor, expected none`);
  }
}

/** Values of a tensor from the value `at` on, as float32. @param start byte at which the data begins */
export async function readFloats(
  source: Source,
  start: number,
  { type, offset }: GgufTensor,
  at: number,
  length: number,
): Promise<Float32Array<ArrayBuffer>> {
  const dtype = dtypeOf(type) as Dtype;
  const place = (value: number) => start + offset + bytesIn(dtype, value);
  if (dtype === "F32") {
    const values = new Float32Array(length);
    await source.read(bytesOf(values), place(at));
    return values;
  }
  if (dtype === "Q8_0") {
    const first = Math.floor(at / blockValues) * blockValues;
    const blocks = Math.ceil((at + length - first) / blockValues);
    const bytes = new Uint8Array(blocks * blockBytes);
    await source.read(bytes, place(first));
    return dequantize(bytes).subarray(at - first, at - first + length);
  }
  const bits = new Uint16Array(length);
  await source.read(bytesOf(bits), place(at));
  return widen(bits, dtype);
}

export function dtypeOf(type: number): Dtype | undefined {
  return (Object.keys(dtypes) as Dtype[]).find((dtype) => dtypes[dtype].type === type);
}

/** Bytes of so many values. */
export function bytesIn(dtype: Dtype, length: number): number {
  return (length / dtypes[dtype].values) * dtypes[dtype].bytes;
}
