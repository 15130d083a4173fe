// The tiers that every kernel test runs on, and how a test calls a kernel on one of them.

import type { Backend } from "@llm.ts/kernels/backend.ts";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";
import type { GpuOptions } from "@llm.ts/kernels/runtime/gpu.ts";
import { createWebGpu } from "@llm.ts/kernels/webgpu.ts";
import { inject } from "vitest";
import { openDevice } from "../device.ts";
import { type Build, openWasm } from "../wasm.ts";

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

const device = await openDevice();
const withSubgroups = inject("forms") ? await openDevice("subgroups") : null; // null where a GPU has none
const withF16 = inject("forms") ? await openDevice("shader-f16") : null; // likewise

/** The WebGPU tier made in a certain way: one tier, or none where there is no such device, as in Node. */
function webgpu(name: string, options: GpuOptions = {}, on = device): Tier[] {
  return on ? [{ ...tier(createWebGpu(on, options)), name }] : [];
}

async function wasm(build: Build, threads: number): Promise<Tier> {
  const name = `WebAssembly, ${build}, ${threads} thread${threads > 1 ? "s" : ""}`;
  return { ...tier(await openWasm(build, threads)), name };
}

const wasms = [
  await wasm("kernels.relaxed", 1),
  await wasm("kernels.relaxed", 3),
  await wasm("kernels", 2),
];

export const tiers: Tier[] = [tier(createCpu()), ...wasms, ...webgpu("WebGPU")];

/** Kernels that a tier has in several forms, or that cut what is too large to be bound. */
type Varied =
  | "attention"
  | "attentionFlash"
  | "attentionGrouped"
  | "attentionGroupedKept"
  | "layernorm"
  | "matmul";

/**
 * Every tier; or, in the tests of forms, which take minutes, each further way in which the WebGPU tier runs the kernel,
 * as a tier of its own.
 */
export function tiersWith(kernel: Varied): Tier[] {
  return inject("forms") ? forms[kernel] : tiers;
}

const matmul = (form: string, options: GpuOptions = {}, on = device) =>
  webgpu(`WebGPU, ${form}`, { ...options, choices: { matmul: form } }, on);
const layernorm = (form: string, on = device) =>
  webgpu(`WebGPU, ${form}`, { choices: { layernorm: form } }, on);
const flash = (form: string) => webgpu(`WebGPU, ${form}`, { choices: { attention: form } });
const forms: Record<Varied, Tier[]> = {
  matmul: [
    ...["naive", "registers", "shared64", "shared256"].flatMap((form) => matmul(form)),
    ...matmul("registers", { maxBinding: 2 ** 17 }).map(inPieces),
    ...matmul("shared64", { maxBinding: 2 ** 17 }).map(inPieces),
    // Where no adapter has shader-f16, these are none: see ../dawn/f16.test.ts.
    ...["shared64F16", "shared256F16"].flatMap((form) => matmul(form, {}, withF16)),
    ...matmul("shared64F16", { maxBinding: 2 ** 17 }, withF16).map(inPieces),
  ],
  layernorm: [
    ...["rows", "fours"].flatMap((form) => layernorm(form)),
    ...layernorm("subgroups", withSubgroups),
  ],
  attentionFlash: ["rows", "tiles", "stagedTiles"].flatMap(flash),
  attentionGrouped: ["rows", "tiles", "stagedTiles"].flatMap(flash),
  attention: webgpu("WebGPU", { maxBinding: 2 ** 14 }).map(inPieces),
  attentionGroupedKept: webgpu("WebGPU", { maxBinding: 2 ** 15 }).map(inPieces),
};

/** Whose largest binding is so small that the tests' tensors have to be cut. */
function inPieces(tier: Tier): Tier {
  return { ...tier, name: `${tier.name}, in pieces` };
}

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
