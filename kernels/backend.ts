// What a device must offer for a model to be trained on it. model/ and the architectures are written once, over this type;
// cpu.ts makes one such device, webgpu.ts another. Kernels are named and ordered as in the layers' own files, with handles for arrays.

import type { Kernels } from "./layers.ts";
import type { Floats, Ints } from "./runtime/check.ts";

/** The same arguments as the kernel F, with the device's handles instead of arrays. */
type On<F, Tensor, Ids> = F extends (...args: infer A) => void
  ? (...args: { [K in keyof A]: Handle<A[K], Tensor, Ids> }) => void
  : never;

type Handle<A, Tensor, Ids> = A extends Ints
  ? Ids
  : A extends Floats
    ? Tensor
    : A extends null
      ? null
      : A;

/** The kernels of all layers, by name. */
export type KernelsOn<Tensor, Ids> = { [Name in keyof Kernels]: On<Kernels[Name], Tensor, Ids> };

/** A device: its memory and every kernel of every layer. */
export interface Backend<Tensor, Ids> extends Device<Tensor, Ids>, KernelsOn<Tensor, Ids> {}

/**
 * A device's memory.
 *
 * Calls take effect in the order in which they are made. Only `read` waits for the device; every other member may
 * merely record what is to be done, so a fault of the device can show itself as late as in the next `read`.
 *
 * Tensor is the device's handle for floats, Ids the one for token ids; both know their length.
 */
export interface Device<Tensor, Ids> {
  /** Name of the tier, as shown to the reader. */
  readonly name: "TypeScript" | "WebAssembly" | "WebGPU";

  /** Allocates one zeroed tensor for each length, all in one block. Called before the first step, never in one. */
  alloc(lengths: readonly number[]): Tensor[];
  /** Allocates zeroed token ids. */
  allocIds(length: number): Ids;
  /** The part of a tensor from `start`, `length` values long: a view, not a copy. */
  view(tensor: Tensor, start: number, length: number): Tensor;
  viewIds(ids: Ids, start: number, length: number): Ids;
  /** Copies values to the device. Their number must be the tensor's length. */
  write(tensor: Tensor, values: Floats): void;
  writeIds(ids: Ids, values: Ints): void;
  /** Sets every value to 0. */
  zero(tensor: Tensor): void;
  /** Waits for all that was recorded and copies the values back, into `into` where it is given. */
  read(tensor: Tensor, into?: Floats): Promise<Floats>;
  /** Hands what was recorded to the device. A device that runs each call at once does nothing here. */
  submit(): void;
  /** Gives all memory back. No handle may be used after it. */
  destroy(): void;
}
