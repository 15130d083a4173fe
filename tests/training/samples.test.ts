import { expect, test } from "vitest";
import { spreadSamples } from "../../src/training/samples.ts";

const at = (...steps: number[]) => steps.map((step) => ({ step, prompt: "", text: `${step}` }));

test("samples that are kept are spread over the run, with the first and the last", () => {
  expect(spreadSamples(at(1, 2, 3), 3)).toEqual(at(1, 2, 3));
  expect(spreadSamples(at(0, 10, 11, 20, 30), 4)).toEqual(at(0, 10, 20, 30)); // 11 is between 10 and 20
  expect(spreadSamples(at(5, 5, 5, 40), 3)).toEqual(at(5, 5, 40));
  expect(spreadSamples(at(0, 10, 20, 30, 40), 2)).toEqual(at(0, 40));

  let kept = at();
  for (let step = 0; step <= 4000; step += 10) kept = spreadSamples([...kept, ...at(step)], 40);
  const gaps = kept.slice(1).map(({ step }, i) => step - kept[i].step);
  expect([kept.length, kept[0].step, kept[39].step]).toEqual([40, 0, 4000]);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(4 * (4000 / 39));
});
