// What a kernel has to do at the least: floating-point operations, and bytes that must come from memory or go there even if
// every value is read and written only once. A kernel cannot be faster than either allows: the roofline of Williams,
// Waterman and Patterson 2009.

import type { Backend } from "@llm.ts/kernels/backend.ts";
import { type KernelName, signatures } from "@llm.ts/kernels/layers.ts";
import type { Sized } from "@llm.ts/kernels/runtime/check.ts";
import { argumentsOf, arraysOf, type Signature } from "@llm.ts/kernels/runtime/signature.ts";

/** The kernels that a training step is made of. */
export type Kernel = keyof typeof costs;

export interface Cost {
  readonly flops: number;
  readonly bytes: number;
}

type Sizes = Readonly<Record<string, number>>;

interface Rule {
  /** Operations: an addition, a multiplication, a division, a root, an exponential are one each. */
  readonly flops: (sizes: Sizes) => number;
  /** Where it is not the whole of each array: values read and written. */
  readonly values?: (sizes: Sizes) => number;
}

/** Products of vectors of hs channels, of each query with the keys up to it: so many for each of them. */
const attention =
  (products: number) =>
  ({ B, T, C }: Sizes): number =>
    products * B * T * (T + 1) * C;

const costs = {
  encoderForward: {
    flops: ({ B, T, C }) => B * T * C,
    values: ({ B, T, C }) => 2 * B * T * C + T * C + B * T, // of the tables only the rows that are looked up
  },
  encoderBackward: {
    flops: ({ B, T, C }) => 2 * B * T * C,
    values: ({ B, T, C }) => 3 * B * T * C + 2 * T * C + B * T,
  },
  layernormForward: { flops: ({ B, T, C }) => 8 * B * T * C },
  layernormBackward: { flops: ({ B, T, C }) => 17 * B * T * C },
  matmulForward: { flops: ({ B, T, C, OC }) => 2 * B * T * C * OC },
  matmulBackward: { flops: ({ B, T, C, OC }) => 4 * B * T * C * OC },
  attentionForward: { flops: attention(2) },
  attentionBackward: { flops: attention(4) },
  attentionFlashForward: { flops: attention(2) },
  // Four, as where the weights are kept. The scores are computed again besides, which is what this form pays with.
  attentionFlashBackward: { flops: attention(4) },
  geluForward: { flops: ({ N }) => 9 * N },
  geluBackward: { flops: ({ N }) => 20 * N },
  residualForward: { flops: ({ N }) => N },
  residualBackward: { flops: ({ N }) => 2 * N },
  crossentropySoftmaxFused: { flops: ({ B, T, V }) => 7 * B * T * V },
  crossentropyMean: { flops: ({ N }) => N },
  gradientSquares: { flops: ({ N }) => 2 * N },
  clipGradients: { flops: ({ N }) => N },
  adamwUpdate: { flops: ({ N }) => 15 * N },
} as const satisfies Partial<Record<KernelName, Rule>>;

/** The cost of a call of a kernel, with the arguments that it is called with. */
export function costOf(kernel: Kernel, args: readonly unknown[]): Cost {
  const rule: Rule = costs[kernel];
  const signature = signatures[kernel];
  const names = argumentsOf(signature);
  const sizes = Object.fromEntries(
    signature.sizes.map((name) => [name, Number(args[names.indexOf(name)])]),
  );
  const values = rule.values?.(sizes) ?? valuesOf(signature, args);
  return { flops: rule.flops(sizes), bytes: 4 * values };
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
  before: (kernel: Kernel, args: readonly unknown[]) => void,
  after: (kernel: Kernel) => void = () => {},
): Backend<Tensor, Ids> {
  const watched: Record<string, unknown> = { ...backend };
  for (const kernel of Object.keys(costs) as Kernel[]) {
    const call = backend[kernel] as (...args: unknown[]) => void;
    watched[kernel] = (...args: unknown[]) => {
      before(kernel, args);
      call(...args);
      after(kernel);
    };
  }
  return watched as unknown as Backend<Tensor, Ids>;
}

/** The least time in which a device of such a speed and memory can do this, in seconds, and which of the two decides. */
export function roofline(
  { flops, bytes }: Cost,
  { flopsPerSecond, bytesPerSecond }: Peak,
): { seconds: number; bound: "arithmetic" | "memory" } {
  const arithmetic = flops / flopsPerSecond;
  const memory = bytes / bytesPerSecond;
  return arithmetic >= memory
    ? { seconds: arithmetic, bound: "arithmetic" }
    : { seconds: memory, bound: "memory" };
}

/** What a device can do at most, as measured. */
export interface Peak {
  readonly flopsPerSecond: number;
  readonly bytesPerSecond: number;
}
