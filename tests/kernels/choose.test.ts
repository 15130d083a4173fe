import {
  type Choice,
  type Contest,
  chooseForms,
  stillHolds,
  type Timer,
  type Trial,
} from "@llm.ts/kernels/runtime/choose.ts";
import { expect, test } from "vitest";

const trial = (shape: string, flops: number): Trial => ({ shape, flops, prepare: () => () => {} });
const contest: Contest = {
  kernel: "matmul",
  forms: ["slow", "steady", "fast"],
  trials: [trial("small", 1e6), trial("middle", 1e8), trial("large", 1e9)],
};

/** A device of which every form does so many operations in a second, by name of form, then of shape; null if it fails. */
function timer(rates: Record<string, Record<string, number | null>>): Timer {
  return async (kernel, form, { shape, flops }) => {
    const rate = rates[form][shape];
    const base = { kernel, form, shape };
    if (rate === null) return { ...base, seconds: null, gflops: null, fault: `${form} is refused` };
    return { ...base, seconds: flops / rate, gflops: rate / 1e9, fault: null };
  };
}
const same = (rate: number) => ({ small: rate, middle: rate, large: rate });
const tried = ({ timings }: Choice) => timings.map(({ form, shape }) => `${form} ${shape}`);

test("the form that is fastest with the last shape is chosen, whatever it was with the first", async () => {
  const time = timer({
    slow: same(1e11),
    steady: { small: 3e11, middle: 3e11, large: 3e11 },
    fast: { small: 2e11, middle: 2e11, large: 9e11 },
  });
  const choice = await chooseForms([contest], "key", time);
  expect(choice.forms).toEqual({ matmul: "fast" });
  expect(choice.key).toBe("key");
  expect(choice.timings[0]).toEqual({
    kernel: "matmul",
    form: "slow",
    shape: "small",
    seconds: 1e-5,
    gflops: 100,
    fault: null,
  });
});

test("a form three times slower than the best is not tried again", async () => {
  const time = timer({ slow: same(1e11), steady: same(4e11), fast: same(9e11) });
  const choice = await chooseForms([contest], "key", time);
  expect(choice.forms).toEqual({ matmul: "fast" });
  expect(tried(choice)).toEqual([
    ...["slow small", "steady small", "fast small"],
    ...["steady middle", "fast middle", "steady large", "fast large"],
  ]);
});

test("a slow device is asked for no more than it can do in the budget", async () => {
  // 2 * 1e8 operations by three forms take 0.2 s each; 1e9 would take 2 s each.
  const time = timer({ slow: same(0.9e9), steady: same(1e9), fast: same(1.1e9) });
  const choice = await chooseForms([contest], "key", time, 1);
  expect(choice.forms).toEqual({ matmul: "fast" });
  expect(tried(choice).at(-1)).toBe("fast middle");
  const least = await chooseForms([contest], "key", time, 0.1);
  expect(tried(least)).toEqual(["slow small", "steady small", "fast small"]);
});

test("a form that the device refuses is not chosen, and says why; where none runs, the kernel is named", async () => {
  const none = { small: null, middle: null, large: null };
  const choice = await chooseForms(
    [contest],
    "key",
    timer({ slow: same(1e9), steady: same(2e9), fast: none }),
  );
  expect(choice.forms).toEqual({ matmul: "steady" });
  expect(choice.timings[2]).toMatchObject({
    form: "fast",
    seconds: null,
    fault: "fast is refused",
  });
  await expect(
    chooseForms([contest], "key", timer({ slow: none, steady: none, fast: none })),
  ).rejects.toThrow("no form of matmul runs on this GPU: slow is refused");
});

test("a kept choice holds for the same key and as long as its form exists", () => {
  const kept: Choice = { key: "key", forms: { matmul: "fast" }, timings: [] };
  expect(stillHolds(kept, "key", [contest])).toBe(true);
  expect(stillHolds(kept, "other", [contest])).toBe(false);
  expect(stillHolds(kept, "key", [{ ...contest, forms: ["slow"] }])).toBe(false);
  expect(stillHolds({ ...kept, forms: {} }, "key", [contest])).toBe(false);
});
