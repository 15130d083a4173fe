// The layers, in one list. What a layer's `signatures` names is a kernel, and belongs to every device.

import * as adamw from "./adamw/adamw.ts";
import * as attention from "./attention/attention.ts";
import * as flash from "./attention/flash.ts";
import * as clip from "./clip/clip.ts";
import * as crossentropy from "./crossentropy/crossentropy.ts";
import * as encoder from "./encoder/encoder.ts";
import * as gelu from "./gelu/gelu.ts";
import * as layernorm from "./layernorm/layernorm.ts";
import * as matmul from "./matmul/matmul.ts";
import * as residual from "./residual/residual.ts";
import * as softmax from "./softmax/softmax.ts";

const layers = [
  encoder,
  layernorm,
  matmul,
  attention,
  flash,
  gelu,
  residual,
  softmax,
  crossentropy,
  clip,
  adamw,
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
