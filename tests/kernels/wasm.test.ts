// What the WebAssembly tier is made of and refuses; its kernels are tested with those of all tiers.

import type { Spawn } from "@llm.ts/kernels/runtime/wasm/pool.ts";
import { createWasm } from "@llm.ts/kernels/wasm.ts";
import { describe, expect, test } from "vitest";
import { load } from "../wasm.ts";

const module = await load("kernels");
const page = 65536;

describe("memory", () => {
  test("tensors and ids are zero, apart from each other, and stay where they are while it grows", async () => {
    const { alloc, allocIds } = await createWasm(module);
    const [first, second] = alloc([3, page]);
    first.fill(1);
    second.fill(2);
    const ids = allocIds(page); // more than is left of the last page: the memory grows for it
    expect(ids).toHaveLength(page);
    expect(ids.every((id) => id === 0)).toBe(true);
    ids.fill(7);
    const [last] = alloc([4 * page]);
    expect(last.every((value) => value === 0)).toBe(true);
    last.fill(3);
    expect([...first]).toEqual([1, 1, 1]);
    expect(second.every((value) => value === 2)).toBe(true);
    expect(ids.every((id) => id === 7)).toBe(true);
  });

  test("more than there can be is refused with the numbers, and what was there is kept", async () => {
    const backend = await createWasm(module);
    const [kept] = backend.alloc([4]);
    kept.fill(5);
    expect(() => backend.alloc([2 ** 30])).toThrow(
      /^alloc: 4096 MiB more do not fit beside the \d+ MiB that are taken: WebAssembly has 4096 MiB at most/,
    );
    expect(() => backend.allocIds(2 ** 30)).toThrow(/^alloc: 4096 MiB more do not fit/);
    const [next] = backend.alloc([4]);
    backend.residualForward(next, kept, kept, 4);
    expect([...next]).toEqual([10, 10, 10, 10]);
  });

  test("of another device is refused", async () => {
    const [backend, other] = [await createWasm(module), await createWasm(module)];
    const [own] = backend.alloc([4]);
    const [foreign] = other.alloc([4]);
    for (const array of [foreign, new Float32Array(4)]) {
      expect(() => backend.residualForward(own, own, array, 4)).toThrow(
        "residualForward: an array is not of this device's memory",
      );
      expect(() => backend.zero(array)).toThrow("zero: an array is not of this device's memory");
    }
  });
});

describe("threads", () => {
  test.each([0, -1, 1.5, Number.NaN])("%d of them are refused", async (threads) => {
    await expect(createWasm(module, { threads })).rejects.toThrow(
      `createWasm: threads is ${threads}, expected a positive integer`,
    );
  });

  test("need something that starts them", async () => {
    await expect(createWasm(module, { threads: 2 })).rejects.toThrow(
      "createWasm: spawn is missing",
    );
  });

  test("that cannot be started are told, and those that could are ended", async () => {
    const ended: number[] = [];
    const spawn: Spawn = async ({ thread }) => {
      if (thread === 2) throw new Error("no more threads");
      return () => void ended.push(thread);
    };
    await expect(createWasm(module, { threads: 4, spawn })).rejects.toThrow("no more threads");
    expect(ended).toEqual([1, 3]);
  });

  test("share a call in two parts each, but none that is not worth waking them for", async () => {
    let words = new Int32Array();
    const spawn: Spawn = async ({ memory }) => {
      words = new Int32Array(memory.buffer, 0, 2); // the second is the number of parts: see thread.ts
      return () => {};
    };
    const backend = await createWasm(module, { threads: 3, spawn });
    const N = 1_000_000; // 12 MB are read and written: a millisecond
    const [out, inp1, inp2] = backend.alloc([N, N, N]);
    backend.residualForward(out, inp1, inp2, N);
    expect(words[1]).toBe(6);
    const [few1, few2] = [backend.view(inp1, 0, 64), backend.view(inp2, 0, 64)];
    backend.residualForward(backend.view(out, 0, 64), few1, few2, 64);
    expect(words[1]).toBe(1);
    backend.zero(out);
    expect(words[1]).toBe(6);
  });

  test("that never get to run are not waited for", async () => {
    const spawn: Spawn = async () => () => {};
    const backend = await createWasm(module, { threads: 3, spawn, worthwhile: 0 });
    const [out, inp1, inp2] = backend.alloc([1000, 1000, 1000]);
    inp1.fill(1);
    inp2.fill(2);
    backend.residualForward(out, inp1, inp2, 1000);
    expect(out.every((value) => value === 3)).toBe(true);
  });
});
