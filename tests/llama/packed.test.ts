// Activations of a Llama that wait for the backward pass in 16 bits: the forward pass must not notice, and the backward pass must
// read, of every layer but the last, exactly the rounded values.

import type { Config } from "@llm.ts/kernels/llama/config.ts";
import type { Activation } from "@llm.ts/kernels/model/architecture.ts";
import { classifier, readLogits } from "@llm.ts/kernels/model/classifier.ts";
import { readTensors } from "@llm.ts/kernels/model/model.ts";
import { zeroGradients } from "@llm.ts/kernels/model/update.ts";
import type { Floats } from "@llm.ts/kernels/runtime/check.ts";
import { formats, type HalfFormat } from "@llm.ts/kernels/runtime/half.ts";
import { describe, expect, test } from "vitest";
import { backends, randomBatch } from "../gpt2/models.ts";
import { type AnyLlama, createSpread, small } from "./models.ts";

const families = Object.entries(small).map(([family, config]) => ({ family, config }));
const batch = randomBatch(2, 5, 1);

function run(model: AnyLlama): void {
  zeroGradients(model);
  model.architecture.forward(model, batch.inputs);
  classifier(model, batch.targets, 0, true);
}

const rounded = (values: Floats, format: HalfFormat) => {
  const { narrow, widen } = formats[format];
  const words = new Uint32Array(Float32Array.from(values).buffer);
  return new Float32Array(words.map((word) => widen(narrow(word))).buffer);
};

/** Rounds what every layer but the last has kept, in a model that keeps it in float32. */
async function roundKept(
  { architecture, backend, acts, sizes }: AnyLlama,
  format: HalfFormat,
): Promise<void> {
  const table: Readonly<Record<string, Activation<Config>>> = architecture.activations;
  for (const layer of acts.layers.slice(0, -1)) {
    for (const [name, tensor] of Object.entries(layer)) {
      const { half, light = false } = table[name];
      if (half === undefined || (light && sizes.recompute)) continue;
      backend.write(tensor, rounded(await backend.read(tensor), format));
    }
  }
}

describe.each(backends)("$name", (tier) => {
  test.each(families)("$family: the backward pass reads rounded values", async ({ config }) => {
    for (const [activations, attention, recompute] of [
      ["bfloat16", "recomputed", true],
      ["float16", "kept", false],
    ] as const) {
      const options = { attention, recompute };
      const packed = createSpread(tier.create(), { ...config, L: 3 }, { ...options, activations });
      const whole = createSpread(tier.create(), { ...config, L: 3 }, options);
      run(packed);
      run(whole);
      expect(await readLogits(packed, 0, 10)).toEqual(await readLogits(whole, 0, 10));
      await roundKept(whole, activations);
      for (const model of [packed, whole]) model.architecture.backward(model);
      const gradients = await readTensors(packed, "gradients");
      expect(gradients).toEqual(await readTensors(whole, "gradients"));
    }
  });
});
