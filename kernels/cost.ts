// What a kernel has to do at the least: floating-point operations, and bytes that must come from memory or go there even if
// every value is read and written only once. Both are in its layer's signatures.

import type { Backend } from "./backend.ts";
import { type KernelName, kernelNames, signatures } from "./layers.ts";
import type { Sized } from "./runtime/check.ts";
import { argumentsOf, arraysOf, evaluate, type Signature } from "./runtime/signature.ts";

export interface Cost {
  readonly flops: number;
  readonly bytes: number;
}

/** The cost of a call of a kernel, with the arguments that it is called with. */
export function costOf(kernel: KernelName, args: readonly unknown[]): Cost {
  const signature: Signature = signatures[kernel];
  const { flops, moved } = signature;
  const sizes: Record<string, number> = {};
  for (const [i, name] of argumentsOf(signature).entries()) {
    if (signature.sizes.includes(name)) sizes[name] = Number(args[i]);
  }
  const values = moved === undefined ? valuesOf(signature, args) : evaluate(moved, sizes);
  return { flops: evaluate(flops, sizes), bytes: 4 * values };
}

/** Values that a call reads and writes where it goes through each of its arrays once. */
function valuesOf(signature: Signature, args: readonly unknown[]): number {
  return arraysOf(signature).reduce((sum, { use }, i) => {
    const array = args[i] as Sized | null; // a bias may be absent
    const times = use === "added to" || use === "updated" ? 2 : 1;
    return sum + times * (array?.length ?? 0);
  }, 0);
}

/** The same backend, which tells of every call of a kernel before it is made, and after. */
export function watchKernels<Tensor, Ids>(
  backend: Backend<Tensor, Ids>,
  before: (kernel: KernelName, args: readonly unknown[]) => void,
  after: (kernel: KernelName) => void = () => {},
): Backend<Tensor, Ids> {
  const watched: Record<string, unknown> = { ...backend };
  for (const kernel of kernelNames) {
    const call = backend[kernel] as (...args: unknown[]) => void;
    watched[kernel] = (...args: unknown[]) => {
      before(kernel, args);
      call(...args);
      after(kernel);
    };
  }
  return watched as unknown as Backend<Tensor, Ids>;
}
