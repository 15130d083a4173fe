// The layers, in one list. What a layer's `signatures` names is a kernel, and belongs to every device.

import * as adamw from "./adamw/adamw.ts";
import * as attention from "./attention/attention.ts";
import * as cached from "./attention/cached.ts";
import * as flash from "./attention/flash.ts";
import * as grouped from "./attention/grouped.ts";
import * as clip from "./clip/clip.ts";
import * as crossentropy from "./crossentropy/crossentropy.ts";
import * as embedding from "./embedding/embedding.ts";
import * as encoder from "./encoder/encoder.ts";
import * as gelu from "./gelu/gelu.ts";
import * as layernorm from "./layernorm/layernorm.ts";
import * as matmul from "./matmul/matmul.ts";
import * as residual from "./residual/residual.ts";
import * as rmsnorm from "./rmsnorm/rmsnorm.ts";
import * as rope from "./rope/rope.ts";
import {
  checkArguments,
  checkIds,
  checkVocabulary,
  type Floats,
  type Ints,
  type Sized,
} from "./runtime/check.ts";
import { arraysOf, type Signature } from "./runtime/signature.ts";
import * as softmax from "./softmax/softmax.ts";
import * as swiglu from "./swiglu/swiglu.ts";

const layers = [
  encoder,
  layernorm,
  matmul,
  attention,
  flash,
  cached,
  grouped,
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
  const names = [
    ...arraysOf(signature).map(({ name }) => name),
    ...(signature.settings ?? []),
    ...signature.sizes,
  ];
  const given = Object.fromEntries(names.map((name, i) => [name, args[i]]));
  const pick = (some: readonly string[]) =>
    Object.fromEntries(some.map((name) => [name, given[name]])) as Record<string, number>;
  const sizes = pick(signature.sizes);
  checkArguments(signatures as Record<string, Signature>, kernel, given as never, sizes);
  const { R, T, C, NH, V, Vp } = sizes;
  if (NH !== undefined && C !== undefined) attention.checkHeads(kernel, C, NH);
  if (R !== undefined) cached.checkNew(kernel, R, T);
  if (V !== undefined) checkVocabulary(kernel, V, Vp);
  const { targets, inp } = given as Record<string, Ids>;
  const arrays = given as Record<string, Sized>;
  if (targets) checkIds(kernel, "targets", valuesOf(targets), V ?? Vp);
  const d = arrays.dwte ? "d" : "";
  if (arrays[`${d}wpe`]) encoder.checkPositions(kernel, `${d}wpe`, arrays[`${d}wpe`], T, C);
  if (arrays[`${d}wte`]) {
    checkIds(kernel, "inp", valuesOf(inp), arrays[`${d}wte`].length / C);
  }
  const { t, lr, beta1, beta2, eps, weightDecay, maxNorm, apart, windowSize, scale } = pick(
    signature.settings ?? [],
  );
  if (windowSize !== undefined) {
    grouped.checkGroups(kernel, NH, sizes.NKV);
    grouped.checkWindow(kernel, windowSize);
  }
  if (scale !== undefined) embedding.checkScale(kernel, scale);
  if (apart !== undefined) rope.checkPairs(kernel, apart, sizes.hs);
  if (maxNorm !== undefined) clip.checkMaxNorm(maxNorm);
  if (lr === undefined && eps !== undefined) rmsnorm.checkEps(eps);
  if (lr !== undefined) {
    if (!Number.isSafeInteger(t) || t < 1) {
      throw new RangeError(`${kernel}: t is ${t}, expected a positive integer`);
    }
    adamw.checkSettings({ lr, eps, weightDecay }, { beta1, beta2 });
  }
}

const valuesOf = (ids: Ids): Ints => (ids instanceof Int32Array ? ids : ids.values);
