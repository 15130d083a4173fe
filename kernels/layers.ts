// The layers, in one list. What a layer's `signatures` names is a kernel, and belongs to every device.

import * as adamw from "./adamw/adamw.ts";
import * as attention from "./attention/attention.ts";
import * as cached from "./attention/cached.ts";
import * as flash from "./attention/flash.ts";
import * as groupedCached from "./attention/grouped.cached.ts";
import * as groupedKept from "./attention/grouped.kept.ts";
import * as grouped from "./attention/grouped.ts";
import * as clip from "./clip/clip.ts";
import * as crossentropy from "./crossentropy/crossentropy.ts";
import * as embedding from "./embedding/embedding.ts";
import * as encoder from "./encoder/encoder.ts";
import * as gelu from "./gelu/gelu.ts";
import * as layernorm from "./layernorm/layernorm.ts";
import * as matmulHalf from "./matmul/half.ts";
import * as matmul from "./matmul/matmul.ts";
import * as packing from "./pack/pack.ts";
import * as q8 from "./q8/q8.ts";
import * as residual from "./residual/residual.ts";
import * as rmsnorm from "./rmsnorm/rmsnorm.ts";
import * as rope from "./rope/rope.ts";
import { checkArguments, type Floats, type Ints } from "./runtime/check.ts";
import { argumentsOf, arraysOf, type Signature } from "./runtime/signature.ts";
import * as softcap from "./softcap/softcap.ts";
import * as softmax from "./softmax/softmax.ts";
import * as swiglu from "./swiglu/swiglu.ts";

const layers = [
  encoder,
  layernorm,
  matmul,
  matmulHalf,
  attention,
  flash,
  cached,
  grouped,
  groupedCached,
  groupedKept,
  gelu,
  residual,
  softmax,
  crossentropy,
  clip,
  adamw,
  embedding,
  rmsnorm,
  rope,
  swiglu,
  q8,
  softcap,
  packing,
];

type Layer = (typeof layers)[number];

/** What each kernel is called with. */
export const signatures: Merged<Layer["signatures"]> = merge(
  layers.map((layer) => layer.signatures),
);

export type KernelName = keyof typeof signatures;

export const kernelNames = Object.keys(signatures) as KernelName[];

/** The kernels in TypeScript, over arrays. */
export const kernels = kernelsOf(merge<Layer>(layers));

export type Kernels = typeof kernels;

/** Only the kernels, of all that the files of a tier export. One that is missing is an error of types. */
export function kernelsOf<All extends Record<KernelName, unknown>>(
  all: All,
): Pick<All, KernelName> {
  const entries = kernelNames.map((name) => [name, all[name]]);
  return Object.fromEntries(entries) as Pick<All, KernelName>;
}

/** One object with all that several have. */
export function merge<Part extends object>(parts: readonly Part[]): Merged<Part> {
  return Object.assign({}, ...parts);
}

type Merged<Part> = (Part extends unknown ? (part: Part) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;

export type Argument = Floats | Ints | number | null;

/** Token ids, or a device's handle for them with a copy in this thread's memory. */
type Ids = Ints | { readonly length: number; readonly values: Ints };

/**
 * Checks all arguments of a call, as the TypeScript kernel does before it writes: for the other tiers.
 *
 * @param args arrays, or a device's handles for them, and numbers, in the kernel's order
 * @throws as the kernel of that name
 */
export function checkCall(kernel: KernelName, args: readonly unknown[]): void {
  const signature: Signature = signatures[kernel];
  const given = Object.fromEntries(argumentsOf(signature).map((name, i) => [name, args[i]]));
  const sizes = Object.fromEntries(signature.sizes.map((name) => [name, given[name]]));
  checkArguments(signatures as Record<string, Signature>, kernel, given as never, sizes as never);
  for (const { name, ids } of arraysOf(signature)) {
    if (ids) given[name] = valuesOf(given[name] as Ids);
  }
  signature.further?.(given, kernel);
}

const valuesOf = (ids: Ids): Ints => (ids instanceof Int32Array ? ids : ids.values);
