// The backward pass of a model as it runs: which kernel is called, what it reads, and the gradients that it adds to.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { readModel } from "@llm.ts/kernels/formats/llmc.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { kernelNames, signatures } from "@llm.ts/kernels/layers.ts";
import { classifier } from "@llm.ts/kernels/model/classifier.ts";
import { writeTensors } from "@llm.ts/kernels/model/model.ts";
import { zeroGradients } from "@llm.ts/kernels/model/update.ts";
import type { Floats } from "@llm.ts/kernels/runtime/check.ts";
import { arraysOf } from "@llm.ts/kernels/runtime/signature.ts";
import { tokenizerOf } from "../../src/training/tokenizers.ts";

/** A call of a kernel on the way back. */
interface Pulse {
  kernel: string;
  handed: string[]; // gradients that it reads
  kept: string[]; // activations
  weights: string[];
  /** What it adds to, each with the root of the mean of its squares afterwards. */
  adds: Record<string, number>;
}

/** What the backward pass of a model of two layers does after a sentence. @param bytes of the model */
export function pulsesOf(bytes: Uint8Array, sentence: string): { T: number; pulses: Pulse[] } {
  const { config, parameters } = readModel(bytes);
  const ids = [config.V - 1, ...tokenizerOf(undefined, config.V).encode(sentence)];
  const T = ids.length - 1;
  const cpu = createCpu(Float32Array);
  const pulses: Pulse[] = [];
  const names: { name: string; kind: "handed" | "kept" | "weights"; array: Floats }[] = [];
  const find = (array: Floats) => {
    const same = names.find(
      ({ array: { buffer, byteOffset, length } }) =>
        buffer === array.buffer && byteOffset === array.byteOffset && length === array.length,
    );
    if (!same) throw new Error(`a kernel was handed an array of ${array.length} without a name`);
    return same;
  };
  const told = Object.fromEntries(
    kernelNames.map((kernel) => [
      kernel,
      (...args: unknown[]) => {
        (cpu[kernel] as (...args: unknown[]) => void)(...args);
        const pulse: Pulse = { kernel, handed: [], kept: [], weights: [], adds: {} };
        for (const [k, { use, ids }] of arraysOf(signatures[kernel]).entries()) {
          const array = args[k] as Floats | null;
          if (ids || !array) continue;
          const { name, kind } = find(array);
          if (use === "read") pulse[kind].push(name);
          if (use === "updated") pulse.kept.push(name.slice(1)); // the logits
          if (use !== "read" && kind === "handed") pulse.adds[name] = rms(array);
        }
        pulses.push(pulse);
      },
    ]),
  );
  const model = createGPT2({ ...cpu, ...told } as typeof cpu, config, {
    ...{ B: 1, T, training: true, attention: "kept" },
  });
  writeTensors(model, "parameters", parameters);
  zeroGradients(model);
  const { architecture, acts, weights, training } = model;
  if (!training) throw new Error("the model has to be made with training: true");
  const { dacts, dweights } = training;

  const add = (
    kind: (typeof names)[number]["kind"],
    tensors: object,
    rename = (name: string) => name,
  ) => {
    for (const [name, array] of Object.entries(tensors)) {
      if (ArrayBuffer.isView(array))
        names.push({ name: rename(name), kind, array: array as Floats });
    }
  };
  // The stream has the names that the code of the backward pass gives it.
  const gradient = (name: string) => (name === "residual3" ? "dresidual" : `d${name}`);
  const [{ logits, losses, dlosses }] = model.chunks[0];
  add("handed", { dlosses, dlogits: logits }); // which is written over the logits
  add("kept", { ...acts, losses });
  add("weights", weights);
  add("handed", dacts, gradient);
  add("handed", dweights, gradient);
  for (const [l, layer] of acts.layers.entries()) {
    add("kept", layer, (name) => (name === "residual3" && l < config.L - 1 ? "residual" : name));
    add("weights", weights.layers[l]);
    add("handed", dweights.layers[l], gradient);
  }

  architecture.forward(model, Int32Array.from(ids.slice(0, T)));
  classifier(model, Int32Array.from(ids.slice(1)), 0, true);
  architecture.backward(model);
  const first = pulses.findIndex(({ kernel }) => kernel === "crossentropySoftmaxFused");
  return { T, pulses: pulses.slice(first) };
}

const rms = (array: Floats) => {
  const squares = Array.from(array, (one: number) => one ** 2);
  const mean = squares.reduce((sum, one) => sum + one, 0) / array.length;
  return Number(Math.sqrt(mean).toPrecision(3));
};
