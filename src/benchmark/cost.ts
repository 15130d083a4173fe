// What a kernel has to do at the least: floating-point operations, and bytes that must come from memory or go there even if
// every value is read and written only once. A kernel cannot be faster than either allows: the roofline of Williams,
// Waterman and Patterson 2009.

import type { Backend } from "@llm.ts/kernels/backend.ts";

/** The kernels that a training step is made of. */
export type Kernel = keyof typeof costs;

export interface Cost {
  readonly flops: number;
  readonly bytes: number;
}

interface Rule {
  /** Operations: an addition, a multiplication, a division, a root, an exponential are one each. */
  readonly flops: (...sizes: number[]) => number;
  /** For each tensor, in the order of the arguments: r read, w written, a added to, which is both. */
  readonly tensors: string;
  /** Where the length of a tensor is not what is used of it: values read and written. */
  readonly values?: (...sizes: number[]) => number;
}

/** Products of vectors of hs channels, of each query with the keys up to it: so many for each of them. */
const attention =
  (products: number) =>
  (B: number, T: number, C: number): number =>
    products * B * T * (T + 1) * C;

const costs = {
  encoderForward: {
    flops: (B, T, C) => B * T * C,
    tensors: "",
    values: (B, T, C) => 2 * B * T * C + T * C + B * T,
  },
  encoderBackward: {
    flops: (B, T, C) => 2 * B * T * C,
    tensors: "",
    values: (B, T, C) => 3 * B * T * C + 2 * T * C + B * T,
  },
  layernormForward: { flops: (B, T, C) => 8 * B * T * C, tensors: "wwwrrr" },
  layernormBackward: { flops: (B, T, C) => 17 * B * T * C, tensors: "aaarrrrr" },
  matmulForward: { flops: (B, T, C, OC) => 2 * B * T * C * OC, tensors: "wrrr" },
  matmulBackward: { flops: (B, T, C, OC) => 4 * B * T * C * OC, tensors: "aaarrr" },
  attentionForward: { flops: attention(2), tensors: "wwwr" },
  attentionBackward: { flops: attention(4), tensors: "aaarrr" },
  attentionFlashForward: { flops: attention(2), tensors: "wwr" },
  // Four, as where the weights are kept. The scores are computed again besides, which is what this form pays with.
  attentionFlashBackward: { flops: attention(4), tensors: "arrrr" },
  geluForward: { flops: (N) => 9 * N, tensors: "wr" },
  geluBackward: { flops: (N) => 20 * N, tensors: "arr" },
  residualForward: { flops: (N) => N, tensors: "wrr" },
  residualBackward: { flops: (N) => 2 * N, tensors: "aar" },
  crossentropySoftmaxFused: { flops: (B, T, V) => 7 * B * T * V, tensors: "awrr" },
  crossentropyMean: { flops: (N) => N, tensors: "wr" },
  gradientSquares: { flops: (N) => 2 * N, tensors: "ar" },
  clipGradients: { flops: (N) => N, tensors: "ar" },
  adamwUpdate: { flops: (_t, _lr, _b1, _b2, _eps, _decay, N) => 15 * N, tensors: "araa" },
} as const satisfies Partial<Record<keyof Backend<unknown, unknown>, Rule>>;

/** The cost of a call of a kernel, with the arguments that it is called with. */
export function costOf(kernel: Kernel, args: readonly unknown[]): Cost {
  const rule: Rule = costs[kernel];
  const sizes = args.filter((arg): arg is number => typeof arg === "number");
  let values = rule.values?.(...sizes) ?? 0;
  for (const [i, use] of [...rule.tensors].entries()) {
    const tensor = args[i] as { length: number } | null; // a bias may be absent
    values += (tensor?.length ?? 0) * (use === "a" ? 2 : 1);
  }
  return { flops: rule.flops(...sizes), bytes: 4 * values };
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
