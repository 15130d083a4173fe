// PyTorch's tensors, as cells are checked against them.

import { readSafetensors } from "@llm.ts/kernels/formats/safetensors.ts";
import type { Case } from "./check.ts";

/**
 * All cases of a reference file.
 *
 * @throws FormatError if the bytes are not such a file
 */
export function readCases(bytes: Uint8Array): Case[] {
  const { metadata, tensors } = readSafetensors(bytes);
  const sizes: Record<string, Record<string, number>> = JSON.parse(metadata.sizes);
  return Object.entries(sizes).map(([name, sizesOfCase]) => {
    const prefix = `${name}.`;
    const own = [...tensors].filter(([tensor]) => tensor.startsWith(prefix));
    return {
      name,
      sizes: sizesOfCase,
      tensors: new Map(own.map(([tensor, stored]) => [tensor.slice(prefix.length), stored])),
    };
  });
}
