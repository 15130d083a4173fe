// Facts that the lesson about dropout states, and what its cells print.

import { countParameters } from "@llm.ts/kernels/gpt2/parameters.ts";
import { expect, test } from "vitest";
import { dropout } from "../../lessons/23-dropout/dropout/solution.ts";
import { outputs, sketch } from "../../lessons/23-dropout/sketch.ts";
import { expectClose } from "../close.ts";
import { loadReference } from "../reference.ts";
import { textOf } from "./text.ts";

const text = await textOf("23-dropout");

test("both passes are PyTorch's, with the same masks", async () => {
  const cases = await loadReference("dropout");
  expect(cases.map(({ name }) => name)).toEqual(["lesson", "most", "long", "evaluation"]);
  for (const { name, sizes, floats } of cases) {
    const { seed, step, p, training, N } = sizes;
    const [out, dinp] = [new Float32Array(N), new Float32Array(N)];
    dropout(out, dinp, floats("inp"), floats("dout"), seed, step, p, training, N);
    expectClose(`${name} out`, out, floats("out"), { atol: 1e-6, rtol: 1e-6 });
    expectClose(`${name} dinp`, dinp, floats("dinp"), { atol: 1e-6, rtol: 1e-6 });
    const dropped = out.filter((y) => y === 0).length;
    if (training) expect(dropped, name).toBeGreaterThan(0);
    else expect(dropped).toBe(0);
  }
});

test("the mean is kept, and the variance is p / (1 - p) of the square", () => {
  const [x, p, draws] = [6, 0.25, 200_000];
  let [sum, squares] = [0, 0];
  const [out, inp, none] = [new Float32Array(1), Float32Array.of(x), new Float32Array(1)];
  for (let step = 0; step < draws; step++) {
    dropout(out, none, inp, none, 9, step, p, 1, 1);
    const [y] = out;
    sum += y;
    squares += (y - x) ** 2;
  }
  expect(Math.abs(sum / draws - x)).toBeLessThan(0.04); // five standard errors
  expect(Math.abs(squares / draws - (x * x * p) / (1 - p))).toBeLessThan(0.2);
  expect(0.1 / (1 - 0.1)).toBeCloseTo(1 / 9, 12);
  expect(0.5 / (1 - 0.5)).toBe(1);
});

test("the gradient check agrees with the same mask alone", async () => {
  const { worst, apart } = await import("../../lessons/23-dropout/cells/gradcheck.ts");
  expect(worst).toBeLessThan(1e-8);
  expect(apart).toBeGreaterThan(1);
});

test("the page that is read thirty times is known by heart, and what is not read gets worse from about ten epochs on", async () => {
  const cell = await import("../../lessons/23-dropout/cells/overfit.ts");
  const { epochs, trained, unseen, config, characters } = cell;
  expect(epochs.at(-1)).toBe(30);
  expect(trained.at(-1)).toBeLessThan(1);
  const best = unseen.indexOf(Math.min(...unseen));
  expect(epochs[best]).toBeGreaterThanOrEqual(6);
  expect(epochs[best]).toBeLessThanOrEqual(14); // "some ten epochs"
  expect((unseen.at(-1) ?? 0) - unseen[best]).toBeGreaterThan(0.5);
  expect(trained.at(-1)).toBeLessThan(unseen[best]);
  const learned = countParameters(config) - (config.Vp - config.V) * config.C;
  expect(config.V).toBe(characters.length);
  expect(text).toContain(`with ${Math.round(learned / 1000)},000 parameters`);
});

test("the sketch keeps in training what is not dropped, and everything in evaluation", () => {
  const state = { p: 0.5, step: 4, training: true };
  const whole = outputs({ ...state, training: false });
  const out = outputs(state);
  expect(out.filter((y) => y === 0).length).toBeGreaterThan(2);
  for (const [i, y] of out.entries()) if (y !== 0) expect(y).toBe(2 * whole[i]);
  expect(sketch.says({ ...state, training: false })).toContain("nothing is dropped");
  expect(outputs({ ...state, p: 0 })).toEqual(whole);
  const height = (p: number) =>
    Math.max(
      ...Array.from({ length: 21 }, (_, step) => Math.max(...outputs({ p, step, training: true }))),
    );
  expect(52 * height(0.6)).toBeLessThan(208 - 60 - 14); // the bars below do not reach those above
  expect(height(0.4) * 52).toBeGreaterThan((208 - 60) / 2); // and at the start they fill their half
});
