// Loads the tensors that PyTorch computed, in Node and in the browser alike.

import { readSafetensors, type Safetensors } from "@llm.ts/kernels/formats/safetensors.ts";
import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";

/** One case of a reference file: its sizes (B, T, C, ...) and its tensors by name. */
export interface Case {
  name: string;
  sizes: Record<string, number>;
  /** A copy of the tensor's values. @throws Error if the case has no such float32 tensor */
  floats(name: string): Float32Array;
  /** A copy of the tensor's values. @throws Error if the case has no such int32 tensor */
  ints(name: string): Int32Array;
}

/** All cases of public/reference/<name>.safetensors. */
export async function loadReference(name: string): Promise<Case[]> {
  const { metadata, tensors } = readSafetensors(await load(`reference/${name}.safetensors`));
  const sizes: Record<string, Record<string, number>> = JSON.parse(metadata.sizes);
  return Object.keys(sizes).map((key) => ({
    name: key,
    sizes: sizes[key],
    floats: (tensor) => pick(tensors, `${key}.${tensor}`, "F32") as Float32Array,
    ints: (tensor) => pick(tensors, `${key}.${tensor}`, "I32") as Int32Array,
  }));
}

/** A file of public/. */
export async function load(path: string): Promise<Uint8Array> {
  if (typeof window === "undefined") {
    const { readFile } = await import("node:fs/promises");
    return readFile(new URL(`../public/${path}`, import.meta.url));
  }
  const response = await fetch(`/${path}`);
  if (!response.ok) throw new Error(`/${path}: ${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}

function pick(tensors: Safetensors["tensors"], name: string, dtype: "F32" | "I32"): Floats | Ints {
  const tensor = tensors.get(name);
  if (tensor?.dtype !== dtype) throw new Error(`the reference file has no ${dtype} tensor ${name}`);
  return tensor.data.slice();
}
