// Backward passes whose gradients are kept in float16: after each kernel, every number that it wrote or added is rounded.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { type KernelName, signatures } from "@llm.ts/kernels/layers.ts";
import { packFloat16, unpackFloat16 } from "@llm.ts/kernels/pack/pack.ts";
import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

type Kernel = (...args: unknown[]) => void;

/** The TypeScript tier, whose gradients are numbers of float16. */
export function createFloat16() {
  const plain = createCpu(Float32Array);
  const kernels = plain as unknown as Record<KernelName, Kernel>;
  const rounding: Partial<Record<KernelName, Kernel>> = {};
  for (const [name, { arrays }] of Object.entries(signatures)) {
    if (!/Backward$|Fused$/.test(name)) continue;
    const kernel = kernels[name as KernelName];
    // The arrays come first among the arguments, in this order.
    const changed = Object.values(arrays).flatMap((text, i) =>
      /added|updated/.test(text) ? [i] : [],
    );
    rounding[name as KernelName] = (...args) => {
      kernel(...args);
      for (const i of changed) if (args[i]) roundToFloat16(args[i] as Floats);
    };
  }
  return { ...plain, ...(rounding as unknown as typeof plain) };
}

/** Rounds every number where it is, by the course's own kernel. */
export function roundToFloat16(values: Floats): void {
  const packed = new Float32Array(Math.ceil(values.length / 2));
  packFloat16(packed, values, values.length);
  unpackFloat16(values, packed, values.length);
}
