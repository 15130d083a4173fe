// Facts that the lesson about the whole backward pass states in its prose and that none of its cells prints.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { backward } from "@llm.ts/kernels/gpt2/backward.ts";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { forward } from "@llm.ts/kernels/gpt2/forward.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { countParameters } from "@llm.ts/kernels/gpt2/parameters.ts";
import { classifier } from "@llm.ts/kernels/model/classifier.ts";
import { initialise, readTensors } from "@llm.ts/kernels/model/model.ts";
import { zeroGradients } from "@llm.ts/kernels/model/update.ts";
import { expect, test } from "vitest";
import { tenSteps } from "../../lessons/14-backward-through-everything/cells/ten.ts";
import { wholeBackward } from "../../lessons/14-backward-through-everything/cells/whole.ts";
import { prepareCalls } from "../../src/cells/calls.ts";
import { checks } from "../../src/cells/checks.ts";
import { grade } from "../../src/cells/grader.ts";
import { readCases } from "../../src/cells/reference.ts";
import { load } from "../reference.ts";
import { printedBy } from "./printed.ts";

const cases = readCases(await load("reference/gpt2.safetensors"));

test.each([
  ["wholeBackward", wholeBackward],
  ["tenSteps", tenSteps],
] as const)("%s agrees with PyTorch, as its cell says", async (name, run) => {
  const calls = prepareCalls(checks[name], cases);
  const results = calls.map(({ args }) =>
    args.map((one) => (ArrayBuffer.isView(one) ? one.slice() : one)),
  );
  for (const args of results) await run(...args);
  expect(grade(calls, results).says).toMatch(/^All [\d,]+ numbers agree with PyTorch, in 2 sets/);
});

test("a learning rate that is off by a hundredth is found, and not in the first loss", async () => {
  const [call] = prepareCalls(checks.tenSteps, cases);
  const args = call.args.map((one) => (ArrayBuffer.isView(one) ? one.slice() : one));
  const lr = call.names.indexOf("lr");
  args[lr] = (args[lr] as number) * 1.01;
  await tenSteps(...args);
  const verdict = grade([call], [args]);
  expect(verdict.passed).toBe(false);
  expect(verdict.tensors[0].first?.index).toBe(1);
});

test("from the loss back 1.52 million products, from the inputs 720 million, 474 times as many", async () => {
  const back = 400 * 600 + 600 * 800 + 800 * 1000;
  const on = 600 * 800 * 1000 + 400 * 600 * 1000 + 400 * 1000;
  expect(back).toBe(1_520_000);
  expect(on).toBe(720_400_000);
  expect(Math.round(on / back)).toBe(474);
  const lines = await printedBy(
    () => import("../../lessons/14-backward-through-everything/cells/brackets.ts"),
  );
  expect(lines).toEqual([
    "from the loss back: 1,520,000 products",
    "from the inputs on: 720,400,000 products",
    "474 times as many",
  ]);
});

test("two passes for each of GPT-2's parameters are 249 million", () => {
  expect(Math.round((2 * countParameters(presets["gpt2-124M"])) / 1e6)).toBe(249);
});

test("a token that is no input has a gradient from the classifier alone", async () => {
  const config = { maxT: 4, V: 128, Vp: 128, L: 1, NH: 1, C: 8 };
  const model = createGPT2(createCpu(Float64Array), config, { B: 1, T: 4, training: true });
  initialise(model, 3);
  zeroGradients(model);
  forward(model, Int32Array.of(5, 6, 5, 7));
  classifier(model, Int32Array.of(6, 5, 7, 8), 0, true);
  const row = async (token: number) => {
    const { wte } = await readTensors(model, "gradients");
    return Array.from(wte.slice(token * config.C, (token + 1) * config.C));
  };
  const before = { five: await row(5), hundred: await row(100) };
  expect(Math.hypot(...before.hundred)).toBeGreaterThan(0);
  backward(model);
  expect(await row(100)).toEqual(before.hundred);
  expect(await row(5)).not.toEqual(before.five);
});
