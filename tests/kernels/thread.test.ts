// The threads of the WebAssembly tier, held up at the very moments at which it matters.

import { exportNames, Thread, tensorsAt } from "@llm.ts/kernels/runtime/wasm/thread.ts";
import { afterEach, expect, test, vi } from "vitest";
import { load } from "../wasm.ts";

const module = await load("kernels");
const zero = exportNames(module).indexOf("zero"); // zero(at, N, part, parts)

afterEach(() => {
  vi.restoreAllMocks();
});

test("a thread that comes late to a call takes no part of the next one before that has begun", () => {
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 65536, shared: true });
  const [first, late] = [0, 1].map((thread) => new Thread({ module, memory, thread }));
  const at = tensorsAt(2);
  const values = new Float32Array(memory.buffer, at, 96);

  first.begin(zero, [at, 16], 1);
  first.help();
  expect(first.finish(true)).toBe(true);

  // The late thread sees that all parts are taken. Before it looks how many there are, a call of three parts begins, and is
  // held up just before it lets anyone have one.
  values.fill(1);
  const { load: look, store } = Atomics;
  let letGo = () => {};
  vi.spyOn(Atomics, "store").mockImplementation(((
    words: Int32Array,
    index: number,
    value: number,
  ) => {
    if (value % 256 === 0) letGo = () => store(words, index, value);
    else store(words, index, value);
    return value;
  }) as typeof Atomics.store);
  vi.spyOn(Atomics, "load").mockImplementationOnce(((words: Int32Array, index: number) => {
    const seen = look(words, index);
    first.begin(zero, [at, 96], 3);
    return seen;
  }) as typeof Atomics.load);
  late.help();
  expect([...values]).toEqual(Array(96).fill(1)); // it has done nothing

  letGo();
  first.help();
  expect(first.finish(true)).toBe(true);
  expect([...values]).toEqual(Array(96).fill(0));
});
