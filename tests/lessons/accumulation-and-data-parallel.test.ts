// Facts that the lesson about accumulation and data parallel training states, and what its cells print.

import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { countParameters } from "@llm.ts/kernels/gpt2/parameters.ts";
import { planGPT2 } from "@llm.ts/kernels/gpt2/plan.ts";
import { expect, test } from "vitest";
import { accumulatedGradient } from "../../lessons/20-accumulation-and-data-parallel/accumulate/solution.ts";
import { allReduce } from "../../lessons/20-accumulation-and-data-parallel/machines.ts";
import { ringStep } from "../../lessons/20-accumulation-and-data-parallel/ring/solution.ts";
import { sketch } from "../../lessons/20-accumulation-and-data-parallel/sketch.ts";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { printedBy } from "./printed.ts";
import { textOf } from "./text.ts";

const text = await textOf("20-accumulation-and-data-parallel");

test("at half a million tokens a step 124M keeps 316 GB of activations, eight texts at a time 4.9", () => {
  const tokens = 2 ** 19;
  const keptWith = (B: number) => {
    const accumulation = tokens / 1024 / B;
    const options = { B, T: 1024, accumulation, training: true, attention: "recomputed" } as const;
    return { accumulation, GB: planGPT2(presets["gpt2-124M"], options).groups.activations / 1e9 };
  };
  const [whole, parts] = [keptWith(512), keptWith(8)];
  expect(whole.accumulation).toBe(1);
  expect(whole.GB.toFixed(0)).toBe("316");
  expect(parts.GB.toFixed(1)).toBe("4.9");
  expect(text).toContain(`cut into ${parts.accumulation} **micro-batches**`);
});

test("a mean of means, printed", async () => {
  const lines = await printedBy(
    () => import("../../lessons/20-accumulation-and-data-parallel/cells/play.ts"),
  );
  expect(lines.slice(-3).map((line) => line.split(/ {2,}|: /).at(-1))).toEqual([
    "4.00",
    "3.00",
    "3.00",
  ]);
});

test("four texts at once and one by one: the same loss, a quarter of the activations, gradients that are close and not equal", async () => {
  const cell = () => import("../../lessons/20-accumulation-and-data-parallel/cells/whole.ts");
  const lines = await printedBy(cell);
  const [once, parts] = lines.slice(1, 3).map((line) => line.trim().split(/ +/));
  expect(once[2]).toBe(parts[2]);
  const count = (value: string) => Number(value.replace(",", ""));
  expect(count(once[3])).toBe(4 * count(parts[3]));
  const { atOnce, inParts } = await cell();
  expectClose("gradient", inParts, atOnce, { atol: 3e-8, rtol: 0 }); // of 0.16: seven digits
  const equal = atOnce.filter((value, i) => Object.is(value, inParts[i])).length;
  expect(equal).toBeGreaterThan(atOnce.length / 3);
  expect(equal).toBeLessThan(atOnce.length);
});

test("which orders have the same bits", async () => {
  const lines = await printedBy(
    () => import("../../lessons/20-accumulation-and-data-parallel/cells/order.ts"),
  );
  const bits = (begins: string) =>
    Number(
      / (\d+)/.exec(lines.find((line) => line.startsWith(begins))?.slice(begins.length) ?? "")?.[1],
    );
  expect(bits("accumulated from 0, in order")).toBe(4096);
  for (const other of ["the last machine first", "(0 + 1) + (2 + 3)", "around the ring"]) {
    expect(bits(other)).toBeGreaterThan(1000);
    expect(bits(other)).toBeLessThan(4000);
  }
  expect(lines).toContain("after the all-reduce 4 of 4 machines have the same bits");
  expect(lines).toContain("two machines, ring against 0 + 1: 4096 of 4096");
  expect(bits("1/2:")).toBe(4096);
  expect(bits("1/4:")).toBe(4096);
  expect(bits("1/3:")).toBeLessThan(4000);
});

test("only chunk 0 of a ring of four is added in the order 0, 1, 2, 3", () => {
  const [M, length] = [4, 500];
  const N = M * length;
  const rows = Array.from({ length: M }, (_, r) => Float32Array.from(random(N, r + 1)));
  const inOrder = rows.slice(1).reduce((sum, row) => sum.map((x, i) => x + row[i]), rows[0]);
  const grads = Float32Array.from(rows.flatMap((row) => Array.from(row)));
  allReduce(grads, M, N);
  for (let c = 0; c < M; c++) {
    const [from, to] = [c * length, (c + 1) * length];
    const same = grads.subarray(from, to).every((x, i) => x === inOrder[from + i]);
    expect(same, `chunk ${c}`).toBe(c === 0);
  }
});

test.each([2, 3, 4, 7])(
  "around %i machines all get the sum, and send 2 (M - 1) / M gradients",
  (M) => {
    const N = 6 * M;
    const rows = Array.from({ length: M }, (_, r) => random(N, r + 1));
    const grads = Float32Array.from(rows.flatMap((row) => Array.from(row)));
    let sent = 0;
    allReduce(grads, M, N, (count) => {
      sent += count;
    });
    const sum = Float64Array.from({ length: N }, (_, i) =>
      rows.reduce((all, row) => all + row[i], 0),
    );
    for (let r = 0; r < M; r++) {
      expectClose(`machine ${r}`, grads.subarray(r * N, (r + 1) * N), sum, { atol: 2e-6, rtol: 0 });
    }
    expect(sent).toBe((2 * (M - 1) * N) / M);
  },
);

test("the figure shows what was counted", async () => {
  const cell = () => import("../../lessons/20-accumulation-and-data-parallel/cells/sent.ts");
  const lines = await printedBy(cell);
  const { machines, ring, hub } = await cell();
  expect(ring).toEqual(machines.map((M) => (2 * (M - 1)) / M));
  expect(hub).toEqual(machines.map((M) => M - 1));
  expect(lines).toHaveLength(1 + machines.length);
  for (const line of lines.slice(1)) expect(line).toContain(" yes ");
});

test("the step of the exercise is that of PyTorch's cases, and its gradient is the whole batch's", async () => {
  for (const { sizes, floats } of await loadReference("ring")) {
    const grads = floats("grads").slice();
    ringStep(grads, sizes.step, sizes.machines, sizes.N);
    expectClose("grads", grads, floats("after"), { atol: 1e-6, rtol: 0 });
  }
  for (const { sizes, floats, ints } of await loadReference("accumulate")) {
    const { parts, T, C, V } = sizes;
    const [dweight, loss] = [floats("dweight").slice(), new Float32Array(1)];
    const inputs = [floats("inp"), ints("targets"), ints("counts"), floats("weight")] as const;
    accumulatedGradient(dweight, loss, ...inputs, parts, T, C, V);
    expectClose("dweight", dweight, floats("gradient"), { atol: 1e-6, rtol: 0 });
    expectClose("loss", loss, floats("loss"), { atol: 1e-6, rtol: 0 });
  }
});

test("the sketch: the first chunks are whole after three steps, six are sent, and then all are", () => {
  const filled = (step: number) => sketch.marks({ step }).match(/data-fill="output"/g)?.length ?? 0;
  expect([0, 1, 2, 3, 4, 5, 6].map(filled)).toEqual([0, 0, 0, 16, 32, 48, 64]);
  expect(sketch.says({ step: 1 })).toContain("machine 0 sends d next"); // it came from machine 3
  expect(sketch.says({ step: 6 })).toContain("six chunks, which is one and a half gradients");
});

test("of GPT-2 124M, eight machines send 871 MB of gradients each, and with ZeRO keep 124 MB of m and v", () => {
  const [N, M] = [countParameters(presets["gpt2-124M"]), 8];
  const MB = (bytes: number) => (bytes / 1e6).toFixed(0);
  expect(text).toContain(`GPT-2 124M's gradient is ${MB(4 * N)} MB. Eight machines`);
  expect(text).toContain(`number={${MB((4 * N * 2 * (M - 1)) / M)}}`);
  expect(text).toContain(`and GPT-2 124M, ${MB((8 * N) / M)} MB instead of ${MB(8 * N)}`);
});

test("a token of the smaller part counts nine times as much", () => {
  const [first, second] = [900, 100];
  const [each, other] = [2 * first, 2 * second]; // half of the gradient is spread over the tokens of each
  expect(each / other).toBe(9);
  expect(text).toContain("A token of the second counts nine times as much as one of the first");
  expect(text).toContain(`One has ${first} tokens, the other ${second}.`);
  expect(text).toContain(
    `1/${each} for each of the ${first}, 1/${other} for each of the ${second}.`,
  );
});
