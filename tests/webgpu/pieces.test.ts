// Tensors that are too large to be bound whole, and work for more workgroups than a dimension takes. Both limits are set
// so low here that small tensors meet them; the results must be the same bits as without.

import type { Backend } from "@llm.ts/kernels/backend.ts";
import { GpuFault } from "@llm.ts/kernels/runtime/gpu/fault.ts";
import type { GpuIds, GpuTensor } from "@llm.ts/kernels/runtime/gpu/tensor.ts";
import { createGpu } from "@llm.ts/kernels/runtime/gpu.ts";
import { createWebGpu } from "@llm.ts/kernels/webgpu.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { tier } from "../kernels/tiers.ts";
import { random, randomIds } from "../random.ts";

const adapter = await navigator.gpu?.requestAdapter();
if (!adapter) throw new Error("these tests need a browser with WebGPU");
const device = await adapter.requestDevice();

const on = (options: Parameters<typeof createWebGpu>[1]) =>
  tier(createWebGpu(device, options) as unknown as Backend<GpuTensor, GpuIds>);
const whole = on({});
const limited = {
  "in pieces of at most 2 KiB": on({ maxBinding: 2048 }),
  "at most 3 workgroups in x": on({ maxWorkgroups: 3 }),
  "both, and an odd number of bytes": on({ maxBinding: 2999, maxWorkgroups: 2 }),
};

const [B, T, C, V, Vp] = [2, 75, 5, 6, 7]; // 150 rows, in pieces of 64 or fewer
const tokens = 333; // rows of wte
const N = 1500;
const seeds = { next: 1 };
const floats = (length: number, size = 1, centre = 0) => random(length, seeds.next++, size, centre);
const ids = (limit: number) => randomIds(B * T, seeds.next++, limit);
const rows = (columns: number) => floats(B * T * columns);
const probs = () => floats(B * T * Vp, 0.4, 0.5);

type Arguments = Parameters<typeof whole.call>;
const inPlace = rows(Vp);
const overwritten = floats(N, 60);
const calls: Arguments[] = [
  ["encoderForward", rows(C), ids(tokens), floats(tokens * C), floats(80 * C), B, T, C],
  ["encoderBackward", floats(tokens * C), floats(80 * C), rows(C), ids(tokens), B, T, C],
  ["embeddingForward", rows(C), ids(tokens), floats(tokens * C), 2, B, T, C],
  ["embeddingBackward", floats(tokens * C), rows(C), ids(tokens), 2, B, T, C],
  [
    "matmulQ8Forward",
    floats(B * 3000),
    floats(B * 32),
    floats(3000 * 8),
    floats(3000),
    floats(3000),
    B,
    1,
    32,
    3000,
  ],
  [
    "matmulQ8Forward",
    floats(B * 3000),
    floats(B * 32),
    floats(3000 * 8),
    floats(3000),
    null,
    B,
    1,
    32,
    3000,
  ],
  [
    "embeddingQ8Forward",
    rows(32),
    ids(tokens),
    floats(tokens * 8),
    floats(tokens),
    null,
    2,
    B,
    T,
    32,
  ],
  ["rmsnormForward", rows(C), rows(1), rows(C), floats(C), 1e-5, B, T, C],
  ["rmsnormBackward", rows(C), floats(C), rows(C), rows(C), floats(C), rows(1), B, T, C],
  ["ropeForward", rows(12), floats(T * 4), 1, B, T, 1, 1, 4],
  ["softcapForward", floats(N), floats(N, 60), 30, N],
  ["softcapForward", overwritten, overwritten, 30, N],
  ["softcapBackward", floats(N), floats(N), floats(N, 30), 30, N],
  ["swigluForward", rows(C), rows(2 * C), B, T, C],
  ["swigluBackward", rows(2 * C), rows(C), rows(2 * C), B, T, C],
  ["attentionGroupedForward", rows(8), rows(2), rows(16), 20, B, T, 2, 1, 4],
  ["attentionGroupedBackward", rows(16), rows(8), rows(8), rows(16), rows(2), 20, B, T, 2, 1, 4],
  ["attentionCachedForward", floats(30 * 8), floats(T * 24), 30, T, 8, 2],
  ["attentionGroupedCachedForward", floats(30 * 8), floats(T * 16), 20, 30, T, 2, 1, 4],
  ["layernormForward", rows(C), rows(1), rows(1), rows(C), floats(C), floats(C), B, T, C],
  ["layernormForward", rows(8), rows(1), rows(1), rows(8), floats(8), floats(8), B, T, 8],
  // biome-ignore format: gradients, then dout, inp, weight, mean and rstd
  ["layernormBackward", rows(C), floats(C), floats(C), rows(C), rows(C), floats(C), rows(1), rows(1), B, T, C],
  // biome-ignore format: the same, four channels at a time
  ["layernormBackward", rows(8), floats(8), floats(8), rows(8), rows(8), floats(8), rows(1), rows(1), B, T, 8],
  ["attentionFlashForward", rows(C), rows(1), rows(3 * C), B, T, C, 1],
  ["attentionFlashForward", rows(12), rows(3), rows(3 * 12), B, T, 12, 3],
  ["attentionFlashBackward", rows(3 * C), rows(C), rows(C), rows(3 * C), rows(1), B, T, C, 1],
  ["attentionFlashBackward", rows(36), rows(12), rows(12), rows(36), rows(3), B, T, 12, 3],
  ["geluForward", floats(N), floats(N, 3), N],
  ["geluBackward", floats(N), floats(N), floats(N, 3), N],
  ["residualForward", floats(N), floats(N), floats(N), N],
  ["residualBackward", floats(N), floats(N), floats(N), N],
  ["softmaxForward", rows(Vp), rows(Vp), B, T, V, Vp],
  ["softmaxForward", inPlace, inPlace, B, T, V, Vp],
  ["softmaxBackward", rows(Vp), rows(Vp), probs(), B, T, V, Vp],
  ["crossentropyForward", rows(1), probs(), ids(Vp), B, T, Vp],
  ["crossentropyBackward", rows(Vp), rows(1), probs(), ids(Vp), B, T, Vp],
  ["crossentropySoftmaxBackward", rows(Vp), rows(1), probs(), ids(V), B, T, V, Vp],
  ["crossentropySoftmaxFused", rows(Vp), rows(1), rows(1), ids(V), B, T, V, Vp],
  ["crossentropySoftmaxFused", rows(8), rows(1), rows(1), ids(V), B, T, V, 8],
  ["packBfloat16", floats(N), floats(2 * N), 2 * N],
  ["packFloat16", floats(N), floats(2 * N - 1), 2 * N - 1],
  ["unpackBfloat16", floats(2 * N - 1), floats(N), 2 * N - 1],
  ["unpackFloat16", floats(2 * N), floats(N), 2 * N],
  ["clipGradients", floats(N), Float32Array.of(25), 2, N],
  ["clipGradients", floats(N + 1), Float32Array.of(25), 2, N + 1],
  // biome-ignore format: weights, then t, lr, beta1, beta2, eps, weightDecay
  ["adamwUpdate", floats(N), floats(N), floats(N), floats(N, 0.5, 0.6), 3, 0.01, 0.9, 0.95, 1e-8, 0.1, N],
  // biome-ignore format: the same, and a number that is no multiple of 4
  ["adamwUpdate", floats(N + 1), floats(N + 1), floats(N + 1), floats(N + 1, 0.5, 0.6), 3, 0.01, 0.9, 0.95, 1e-8, 0.1, N + 1],
];

/** Runs one call on copies of its arrays, and gives all of these afterwards. An array given twice is copied once. */
async function run(on: typeof whole, [kernel, ...args]: Arguments) {
  const copies = new Map<unknown, unknown>();
  for (const arg of args)
    if (ArrayBuffer.isView(arg)) copies.set(arg, (arg as Float32Array).slice());
  await on.call(kernel, ...args.map((arg) => (copies.get(arg) ?? arg) as typeof arg));
  return [...copies.values()];
}

describe.each(Object.entries(limited))("%s", (_, backend) => {
  test.each(calls)("%s gives the same bits", async (...call) => {
    const expected = await run(whole, call);
    expect(expected).not.toEqual([...new Set(call.filter(ArrayBuffer.isView))]); // it did something
    expect(await run(backend, call)).toEqual(expected);
  });

  test.each([19_997, 20_000])(
    "squares of %i gradients give the same sum, rounded elsewhere",
    async (length) => {
      const grads = floats(length, 2);
      const exact = [...grads].reduce((sum, grad) => sum + grad * grad, 3);
      for (const on of [whole, backend]) {
        const sum = Float32Array.of(3);
        await on.call("gradientSquares", sum, grads, grads.length);
        expectClose("sum", sum, Float64Array.of(exact), { atol: 0, rtol: 1e-6 });
      }
    },
  );
});

test.each(calls)("%s gives the same bits when run again", async (...call) => {
  expect(await run(whole, call)).toEqual(await run(whole, call));
});

describe("pieces", () => {
  const gpu = createGpu(device, { maxBinding: 2048 });

  test.each([
    { total: 1, rowLength: 512 },
    { total: 2048, rowLength: 1 },
    { total: 300, rowLength: 5 },
    { total: 257, rowLength: 8 },
    { total: 129, rowLength: 7 },
  ])(
    "$total rows of $rowLength: all of them, none too large to be bound",
    ({ total, rowLength }) => {
      const tensor = gpu.alloc(total * rowLength);
      let next = 0;
      for (const { tensor: part, row, rows } of gpu.pieces(tensor, rowLength)) {
        expect(row).toBe(next);
        expect(part.start).toBe(row * rowLength);
        expect(part.start % 64).toBe(0); // where every device can bind
        expect(part.length).toBe(rows * rowLength);
        expect(part.length * 4).toBeLessThanOrEqual(2048);
        next += rows;
      }
      expect(next).toBe(total);
    },
  );

  test("rows that cannot be bound are refused in words", () => {
    const tensor = gpu.alloc(100 * 100);
    expect(() => gpu.pieces(tensor, 100)).toThrow(GpuFault);
    expect(() => gpu.pieces(tensor, 100)).toThrow(
      "64 rows of 100 values are more than this GPU can bind at once (2048 bytes)",
    );
  });

  test("GPT-2's token embeddings come in two halves within the default limits", () => {
    const { maxStorageBufferBindingSize } = device.limits;
    expect(maxStorageBufferBindingSize).toBe(128 * 2 ** 20); // a device asked for nothing more has the default
    const wte = { length: 50304 * 768, start: 0 } as GpuTensor; // pieces takes no memory
    const parts = createGpu(device).pieces(wte, 768);
    expect(parts.map(({ row, rows }) => [row, rows])).toEqual([
      [0, 25152],
      [25152, 25152],
    ]);
  });
});
