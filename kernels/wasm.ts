// The WebAssembly tier: the kernels of every layer's `.as.ts`, on the processor's vectors, on all of its threads. Tensors are
// Float32Arrays over the one memory of the module.

import type { Backend, Device, KernelsOn } from "./backend.ts";
import { type Cost, costOf } from "./cost.ts";
import { createCpu } from "./cpu.ts";
import { type Argument, checkCall, type KernelName, kernelNames } from "./layers.ts";
import type { Floats, Ints } from "./runtime/check.ts";
import { createPool, type Spawn } from "./runtime/wasm/pool.ts";
import { mostParts, tensorsAt } from "./runtime/wasm/thread.ts";

export interface WasmOptions {
  /** How many threads share the work, this one among them. Any number gives the same bits. */
  threads?: number;
  /** Starts the others: of runtime/wasm/spawn.web.ts or spawn.node.ts. Needed where there is more than one thread. */
  spawn?: Spawn;
  /** Microseconds that a part of a call is to take at the least, by an estimate: less is not worth waking a thread for. */
  worthwhile?: number;
}

const page = 65536; // bytes: memory grows by whole pages
const mostPages = 65536; // 4 GiB
const partsPerThread = 2; // with more, matmul's parts would be so narrow that packing them counts
const alignment = 64; // bytes, a line of the cache

/**
 * Makes the WebAssembly tier.
 *
 * @param module kernels.wasm or kernels.relaxed.wasm, which `npm run wasm` builds: see loadKernels
 * @throws RangeError if the number of threads is not a positive integer; Error if a thread cannot be started
 */
export async function createWasm(
  module: WebAssembly.Module,
  { threads = 1, spawn, worthwhile = 20 }: WasmOptions = {},
) {
  if (!Number.isSafeInteger(threads) || threads < 1) {
    throw new RangeError(`createWasm: threads is ${threads}, expected a positive integer`);
  }
  if (threads > 1 && !spawn) throw new TypeError("createWasm: spawn is missing");
  let end = tensorsAt(threads); // of what is taken
  const pages = Math.ceil(end / page);
  // Shared also for one thread: growing does not move it, so every tensor stays where it is.
  const memory = new WebAssembly.Memory({ initial: pages, maximum: mostPages, shared: true });
  const buffers = new WeakSet<ArrayBufferLike>(); // of this memory: growing makes a new one over the same bytes
  const pool = await createPool(module, memory, threads, spawn as Spawn);

  /** A few parts for each thread, so that one that is late has less to do. */
  const partsOf = ({ flops, bytes }: Cost): number => {
    if (threads === 1) return 1;
    const microseconds = flops / 20_000 + bytes / 10_000; // at 20 GFLOP/s and 10 GB/s
    return Math.max(
      1,
      Math.min(partsPerThread * threads, mostParts, Math.floor(microseconds / worthwhile)),
    );
  };

  /** The place of an array in this memory, 0 for one that may be missing. */
  function address(kernel: string, array: Argument): number {
    if (array === null || typeof array === "number") return array ?? 0;
    if (!buffers.has(array.buffer)) {
      throw new TypeError(`${kernel}: an array is not of this device's memory`);
    }
    return array.byteOffset;
  }

  function take(bytes: number): number {
    const at = Math.ceil(end / alignment) * alignment;
    const missing = Math.ceil((at + bytes - memory.buffer.byteLength) / page);
    if (missing > 0) {
      try {
        memory.grow(missing);
      } catch {
        const [has, MiB] = [memory.buffer.byteLength, 2 ** 20];
        throw new RangeError(
          `alloc: ${Math.ceil(bytes / MiB)} MiB more do not fit beside the ${Math.round(has / MiB)} MiB that are taken: WebAssembly has 4096 MiB at most, and the system may give less`,
        );
      }
    }
    end = at + bytes;
    buffers.add(memory.buffer);
    return at;
  }

  const run = (kernel: KernelName, args: Argument[]) => {
    checkCall(kernel, args);
    const values = args.map((argument) => address(kernel, argument));
    pool.run(kernel, values, partsOf(costOf(kernel, args)));
    pool.runAlone(`${kernel}Last`, values);
  };
  const kernels = Object.fromEntries(
    kernelNames.map((kernel) => [kernel, (...args: Argument[]) => run(kernel, args)]),
  ) as unknown as KernelsOn<Floats, Ints>;

  const { view, viewIds, write, writeIds, read, submit } = createCpu();
  const device: Device<Floats, Ints> = {
    name: "WebAssembly",
    alloc(lengths) {
      const bytes = lengths.map((length) => Math.ceil((4 * length) / alignment) * alignment);
      let at = take(bytes.reduce((sum, each) => sum + each, 0));
      return lengths.map((length, i) => {
        const tensor = new Float32Array(memory.buffer, at, length);
        at += bytes[i];
        return tensor;
      });
    },
    allocIds(length) {
      const at = take(4 * length); // first: it may grow the memory
      return new Int32Array(memory.buffer, at, length);
    },
    view,
    viewIds,
    write,
    writeIds,
    read,
    submit,
    zero(tensor) {
      const parts = partsOf({ flops: 0, bytes: 4 * tensor.length });
      pool.run("zero", [address("zero", tensor), tensor.length], parts);
    },
    destroy: () => pool.destroy(),
  };
  return { ...device, ...kernels, threads } satisfies Backend<Floats, Ints> & { threads: number };
}

export type WasmBackend = Awaited<ReturnType<typeof createWasm>>;
