// The tiers that every kernel test runs on, and how a test calls a kernel on one of them.

import type { Backend } from "@llm.ts/kernels/backend.ts";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";

type Argument = Floats | Ints | number | null;

export interface Tier {
  name: string;
  /**
   * Calls a kernel of the tier with arrays, as its TypeScript reference would be called: every array is copied to the
   * device, the kernel runs, and every array is copied back into itself, also where the kernel throws. An array given
   * twice is one tensor on the device too.
   */
  call(kernel: string, ...args: Argument[]): Promise<void>;
}

export const tiers: Tier[] = [tier(createCpu())];

/** Kernels that a tier has in several forms, or that cut what is too large to be bound. */
type Varied = "attention" | "attentionFlash" | "matmul";

/** Every tier, and for each further way in which a tier runs a kernel, the tier once more, made to run it so. */
export function tiersWith(kernel: Varied): Tier[] {
  return [...tiers, ...forms[kernel]];
}

const forms: Record<Varied, Tier[]> = { attention: [], attentionFlash: [], matmul: [] };

export function tier<Tensor, Ids>(backend: Backend<Tensor, Ids>): Tier {
  return {
    name: backend.name,
    async call(kernel, ...args) {
      const floats = new Map<Floats, Tensor>();
      const handles = args.map((argument) => {
        if (argument === null || typeof argument === "number") return argument;
        if (argument instanceof Int32Array) {
          const ids = backend.allocIds(argument.length);
          backend.writeIds(ids, argument);
          return ids;
        }
        if (!floats.has(argument)) {
          const [handle] = backend.alloc([argument.length]);
          backend.write(handle, argument);
          floats.set(argument, handle);
        }
        return floats.get(argument);
      });
      try {
        (backend as unknown as Record<string, (...args: unknown[]) => void>)[kernel](...handles);
        backend.submit();
      } finally {
        for (const [array, handle] of floats) await backend.read(handle, array);
      }
    },
  };
}
