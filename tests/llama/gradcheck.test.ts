import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { classifier } from "@llm.ts/kernels/model/classifier.ts";
import { namesOf } from "@llm.ts/kernels/model/parameters.ts";
import { zeroGradients } from "@llm.ts/kernels/model/update.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { randomBatch } from "../gpt2/models.ts";
import { numericalGradient } from "../kernels/gradcheck.ts";
import { createSpread, small } from "./models.ts";

// The whole model in float64: differences are wrong by some 1e-10, so a gradient that is right agrees to many digits.
const tolerance = { atol: 1e-8, rtol: 1e-6 };
const [B, T] = [2, 5];
const { inputs, targets } = randomBatch(B, T, 1);

describe.each(Object.entries(small))("%s, in float64", (_, config) => {
  const options = { rowsPerChunk: 3, attention: "recomputed" } as const;
  const model = createSpread(createCpu(Float64Array), config, options);

  function loss(): number {
    model.architecture.forward(model, inputs);
    classifier(model, targets, 0, false);
    let sum = 0;
    for (let i = 0; i < B * T; i++) sum += model.losses[i];
    return sum / (B * T);
  }

  zeroGradients(model);
  model.architecture.forward(model, inputs);
  classifier(model, targets, 0, true);
  model.architecture.backward(model);

  test.each(namesOf(model.architecture.parameters))(
    "the gradient of %s is what finite differences say",
    (name) => {
      const values = model.parameters[name] as Float64Array;
      const gradient = model.training?.gradients[name] as Float64Array;
      const analytic: number[] = [];
      const numerical: number[] = [];
      for (let i = 0; i < values.length; i += 7) {
        analytic.push(gradient[i]);
        numerical.push(numericalGradient(values.subarray(i, i + 1), loss)[0]);
      }
      expect(analytic.some((value) => Math.abs(value) > 1e-3)).toBe(true);
      expectClose(name, Float64Array.from(analytic), Float64Array.from(numerical), tolerance);
    },
  );
});
