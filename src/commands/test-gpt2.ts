// npm run test-gpt2: does for this package what llm.c's test_gpt2 does for llm.c. A model and a debug state, written by
// PyTorch, are read; one forward and one backward pass must come to the logits, the loss and the gradients of the state, and
// ten steps of AdamW on the same batch to the losses that PyTorch has.

import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import { type DebugState, readModel, readState } from "@llm.ts/kernels/formats/llmc.ts";
import { type Config, presets } from "@llm.ts/kernels/gpt2/config.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import {
  countParameters,
  parameterNames,
  parameterShape,
} from "@llm.ts/kernels/gpt2/parameters.ts";
import type { GPT2 } from "@llm.ts/kernels/gpt2/tables.ts";
import { checkBatchTokens } from "@llm.ts/kernels/model/batch.ts";
import { readLogits } from "@llm.ts/kernels/model/classifier.ts";
import { writeTensors } from "@llm.ts/kernels/model/model.ts";
import { readLoss, trainStep } from "@llm.ts/kernels/model/train.ts";
import type { Optimiser } from "@llm.ts/kernels/model/update.ts";
import type { Floats } from "@llm.ts/kernels/runtime/check.ts";
import { backendFlags, type Computer, nameOf, openBackend } from "./backends.ts";
import type { Command, Flags } from "./command.ts";
import { pathOf, reading, readWhole } from "./files.ts";
import { optionsOn } from "./memory.ts";

const steps = 10;
const optimiser: Optimiser = {
  ...{ lr: 1e-4, beta1: 0.9, beta2: 0.999, eps: 1e-8 },
  ...{ weightDecay: 0.01, decayVectors: true, maxNorm: Number.POSITIVE_INFINITY },
};

// Both sides round to float32 and sum in different orders. llm.c allows 1e-2 for logits and losses and 2e-2 for gradients,
// which are measured here by the largest value of their tensor: a small one can be all wrong and keep to 2e-2.
const tolerances = { logits: 2e-4, loss: 1e-3, gradients: 1e-3, losses: 1e-3 };

/** The losses of OpenAI's 124M on the batch of its debug state, as PyTorch computes them. Source: llm.c, test_gpt2.c. */
const losses124M = [
  5.270007133483887, 4.059706687927246, 3.3751230239868164, 2.8007826805114746, 2.315382242202759,
  1.8490285873413086, 1.3946564197540283, 0.9991465210914612, 0.6240804195404053,
  0.37651097774505615,
];

const flags = {
  losses: {
    takes: "FILE",
    says: "the ten losses to come to, one a line. Without it they are compared\nfor OpenAI's 124M only, whose losses are known",
  },
  ...backendFlags,
} as const;

type Name = keyof typeof flags;

export const testGpt2: Command<Name> = {
  name: "test-gpt2",
  does: `Compares logits, loss, the 16 gradients and the losses of ten steps with PyTorch's, as llm.c's test_gpt2 does.
MODEL is a checkpoint of llm.c (version 3, float32), STATE the debug state that its train_gpt2.py writes beside it.
The exit status is 0 if all agree, else 1.`,
  takes: ["MODEL", "STATE"],
  flags,
  examples: ["gpt2_124M.bin gpt2_124M_debug_state.bin", "model.bin state.bin --losses losses.txt"],
  run: (flags, [model, state]) => test(flags, pathOf(model), pathOf(state)),
};

async function test(flags: Flags<Name>, modelPath: string, statePath: string): Promise<number> {
  const { config, parameters } = await reading(modelPath, () => readModel(readWhole(modelPath)));
  const state = await reading(statePath, () => readBatch(readWhole(statePath), config));
  const expected = await readLosses(flags, config, state);

  const { B, T } = state;
  const options = { B, T, training: true };
  const computer = await openBackend(flags, { config, options });
  try {
    printHeader(config, state, computer);
    const model = createGPT2(computer.backend, config, optionsOn(computer.note.tier, options));
    writeTensors(model, "parameters", parameters);
    const right = await compare(model, state, expected);
    print(`overall okay: ${right ? 1 : 0}`);
    return right ? 0 : 1;
  } finally {
    computer.close();
  }
}

/** The state, with tokens that the model knows. */
function readBatch(bytes: Uint8Array, config: Config): DebugState {
  const state = readState(bytes, config);
  try {
    checkBatchTokens("llm.c debug state", { config, sizes: state }, state);
  } catch (error) {
    throw new FormatError(`${(error as Error).message}: it is damaged or of another model`);
  }
  return state;
}

/** The losses to compare with; null where there are none. */
async function readLosses(
  flags: Flags<Name>,
  config: Config,
  state: DebugState,
): Promise<readonly number[] | null> {
  const given = flags.text("losses");
  if (given === undefined) return isOpenAIs(config, state) ? losses124M : null;
  const path = pathOf(given);
  return reading(path, () => {
    const lines = new TextDecoder().decode(readWhole(path)).split("\n");
    const losses = lines.map((line) => line.trim()).filter(Boolean);
    const bad = losses.findIndex((loss) => !Number.isFinite(Number(loss)));
    if (bad >= 0) {
      const found = losses[bad].slice(0, 30); // of a file of another kind a line may be all
      throw new FormatError(`line ${bad + 1} begins with "${found}", expected a loss`);
    }
    if (losses.length !== steps) {
      throw new FormatError(`it has ${losses.length} losses, expected ${steps}, one a line`);
    }
    return losses.map(Number);
  });
}

/** Whether it is the state that llm.c's losses belong to: OpenAI's weights, and the batch that train_gpt2.py takes. */
function isOpenAIs(config: Config, { B, T, loss }: DebugState): boolean {
  const model = presets["gpt2-124M"];
  const sizes = ["maxT", "V", "Vp", "L", "NH", "C"] as const;
  const same = sizes.every((size) => config[size] === model[size]);
  return same && B === 4 && T === 64 && Math.abs(loss - losses124M[0]) < 1e-3;
}

async function compare<Tensor, Ids>(
  model: GPT2<Tensor, Ids>,
  state: DebugState,
  expected: readonly number[] | null,
): Promise<boolean> {
  const { config, backend, training } = model;
  let right = await logitsAreRight(model, state);
  for (let step = 0; step < steps; step++) {
    const began = performance.now();
    trainStep(model, [state], step + 1, optimiser);
    const loss = await readLoss(model);
    const took = performance.now() - began;
    if (step === 0) {
      right = lossIsRight(loss, state.loss) && right;
      for (const name of parameterNames) {
        const gradient = await backend.read(
          (training as NonNullable<typeof training>).gradients[name],
        );
        // As in llm.c, the rows of wte that no token has are not looked at.
        const shape = parameterShape(name, config);
        if (name === "wte") shape[0] = config.V;
        const axes =
          shape.length === 3
            ? "(l, o, i)"
            : ["wte", "wpe"].includes(name)
              ? "(row, i)"
              : shape.length === 2
                ? "(l, i)"
                : "(i)";
        right =
          isRight(`d${name}`, gradient, state.gradients[name], shape, axes, tolerances.gradients) &&
          right;
      }
    }
    const time = `(took ${took.toFixed(0)} ms)`;
    if (expected === null) {
      print(`step ${step}: loss ${loss.toFixed(6)} ${time}, not compared: --losses FILE names ten`);
      continue;
    }
    const difference = Math.abs(loss - expected[step]);
    const ok = difference <= tolerances.losses;
    right &&= ok;
    print(
      `step ${step}: loss ${loss.toFixed(6)} ${ok ? "OK" : "NOT OK"}, expected ${expected[step].toFixed(6)}, difference ${short(difference)} ${time}`,
    );
  }
  return right;
}

/** One forward pass, compared chunk by chunk. */
async function logitsAreRight<Tensor, Ids>(
  model: GPT2<Tensor, Ids>,
  { B, T, inputs, logits: expected }: DebugState,
): Promise<boolean> {
  const { V, Vp } = model.config;
  const logits = new Float32Array(B * T * V);
  model.architecture.forward(model, inputs);
  for (let start = 0; start < B * T; start += model.sizes.rowsPerChunk) {
    const rows = Math.min(model.sizes.rowsPerChunk, B * T - start);
    const chunk = await readLogits(model, start, rows);
    for (let row = 0; row < rows; row++) {
      logits.set(chunk.subarray(row * Vp, row * Vp + V), (start + row) * V);
    }
  }
  return isRight("logits", logits, expected, [B, T, V], "(b, t, v)", tolerances.logits);
}

function lossIsRight(loss: number, expected: number): boolean {
  const difference = Math.abs(loss - expected);
  const right = difference <= tolerances.loss;
  print(
    `${"loss".padEnd(10)} ${right ? "OK" : "NOT OK"}, ${loss.toFixed(6)}, expected ${expected.toFixed(6)}, difference ${short(difference)}`,
  );
  return right;
}

/** Compares a tensor, of which the first values count, and prints a line about it. */
function isRight(
  name: string,
  values: Floats,
  expected: Floats,
  shape: readonly number[],
  axes: string,
  tolerance: number, // of the largest expected value
): boolean {
  const length = shape.reduce((product, size) => product * size, 1);
  let [largest, where, scale] = [0, 0, 0];
  for (let i = 0; i < length; i++) {
    const difference = Math.abs(values[i] - expected[i]);
    scale = Math.max(scale, Math.abs(expected[i]));
    if (difference <= largest) continue;
    [largest, where] = [difference, i];
    if (Number.isNaN(difference)) break; // nothing is worse
  }
  const right = largest <= tolerance * scale + 1e-9; // where all are 0, so is what rounding leaves
  const place = `at ${axes} = (${coordinates(where, shape).join(", ")})`;
  const numbers = right ? "" : `: ${values[where]}, expected ${expected[where]}`;
  print(
    `${name.padEnd(10)} ${right ? "OK" : "NOT OK"}, largest difference ${short(largest)} ${place}${numbers}`,
  );
  return right;
}

function coordinates(index: number, shape: readonly number[]): number[] {
  const places: number[] = [];
  for (const size of shape.toReversed()) {
    places.unshift(index % size);
    index = Math.floor(index / size);
  }
  return places;
}

function printHeader(config: Config, { B, T }: DebugState, computer: Computer): void {
  const { maxT, V, Vp, L, NH, C } = config;
  print("[GPT-2]");
  print(`max_seq_len: ${maxT}`);
  print(`vocab_size: ${V}`);
  print(`padded_vocab_size: ${Vp}`);
  print(`num_layers: ${L}`);
  print(`num_heads: ${NH}`);
  print(`channels: ${C}`);
  print(`num_parameters: ${countParameters(config)}`);
  print("[State]");
  print(`batch_size: ${B}`);
  print(`seq_len: ${T}`);
  print(`computed by ${nameOf(computer)}`);
}

function short(difference: number): string {
  return difference.toExponential(1);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
