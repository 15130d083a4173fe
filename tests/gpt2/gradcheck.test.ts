import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { backward } from "@llm.ts/kernels/gpt2/backward.ts";
import { forward } from "@llm.ts/kernels/gpt2/forward.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { parameterNames } from "@llm.ts/kernels/gpt2/parameters.ts";
import { classifier } from "@llm.ts/kernels/model/classifier.ts";
import { writeTensors } from "@llm.ts/kernels/model/model.ts";
import { zeroGradients } from "@llm.ts/kernels/model/update.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { numericalGradient } from "../kernels/gradcheck.ts";
import { randomBatch, small, spreadParameters } from "./models.ts";

// The whole model in float64: differences are wrong by some 1e-10, so a gradient that is right agrees to many digits.
const tolerance = { atol: 1e-8, rtol: 1e-6 };
const [B, T] = [2, 5];
const { inputs, targets } = randomBatch(B, T, 1);
const model = createGPT2(createCpu(Float64Array), small, { B, T, training: true, rowsPerChunk: 3 });
writeTensors(model, "parameters", spreadParameters(small, 1));

function loss(): number {
  forward(model, inputs);
  classifier(model, targets, 0, false);
  let sum = 0;
  for (let i = 0; i < B * T; i++) sum += model.losses[i];
  return sum / (B * T);
}

zeroGradients(model);
forward(model, inputs);
classifier(model, targets, 0, true);
backward(model);

describe("the gradient of the whole model is what finite differences in float64 say", () => {
  test.each(parameterNames)("%s", (name) => {
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
  });
});
