// The numbers of a tensor in safetensors, in any of the three formats that weights are published in.

import { type Half, widen } from "./half.ts";
import type { Entry } from "./safetensors.ts";
import { bytesOf, type Source } from "./source.ts";

const floats: readonly string[] = ["F32", "F16", "BF16"];

export const isFloats = (dtype: string): boolean => floats.includes(dtype);

/** What is wrong with a tensor that has other numbers, and what helps. */
export function notFloats(key: string, dtype: string): string {
  return `${key} has dtype ${dtype}, expected F32, F16 or BF16: choose a file in one of these, or convert this one with model.float() in PyTorch`;
}

/** What is to be said of a file with these dtypes. */
export function halvesNote(dtypes: readonly string[]): string[] {
  const halves = ["F16", "BF16"].filter((dtype) => dtypes.includes(dtype));
  if (halves.length === 0) return [];
  return [
    `Its numbers have 16 bits (${halves.join(" and ")}); each is widened to 32, which changes none of them.`,
  ];
}

/**
 * Values of one tensor from the value `at` on, as float32.
 *
 * @param start byte at which the data of the file begins
 */
export async function readFloats(
  source: Source,
  start: number,
  { dtype, begin }: Entry,
  at: number,
  length: number,
): Promise<Float32Array<ArrayBuffer>> {
  if (dtype === "F32") {
    const values = new Float32Array(length);
    await source.read(bytesOf(values), start + begin + 4 * at);
    return values;
  }
  const bits = new Uint16Array(length);
  await source.read(bytesOf(bits), start + begin + 2 * at);
  return widen(bits, dtype as Half);
}
