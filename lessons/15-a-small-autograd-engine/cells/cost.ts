// What a layer costs on the tape, and by its kernels: operations, what is kept for the way back, bytes moved, time.

import { costOf } from "@llm.ts/kernels/cost.ts";
import * as loss from "@llm.ts/kernels/crossentropy/crossentropy.ts";
import { geluBackward, geluForward } from "@llm.ts/kernels/gelu/gelu.ts";
import { layernormBackward, layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";
import type { KernelName } from "@llm.ts/kernels/layers.ts";
import { softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";
import { type Entry, leaf, type Tape, type Value } from "../engine.ts";
import { crossentropy, gelu, layernorm } from "../layers.ts";

const [T, C, V] = [64, 768, 8192]; // tokens, GPT-2's channels, and a part of its vocabulary
const noise = (n: number) => Float32Array.from({ length: n }, (_, i) => Math.sin(12.9898 * i));
const zeros = (n: number) => new Float32Array(n);

interface Layer {
  name: string;
  engine: (tape: Tape) => Value;
  kernels: [KernelName, (...args: never[]) => void, unknown[]][];
  kept: Float32Array[]; // by the kernels, besides input and output
}

const [x, out, dx, dout] = [noise(T * C), zeros(T * C), zeros(T * C), noise(T * C)];
const [w, b, dw, db, mean, rstd] = [noise(C), noise(C), zeros(C), zeros(C), zeros(T), zeros(T)];
const [h, bent, dh, dbent] = [
  noise(4 * T * C),
  zeros(4 * T * C),
  zeros(4 * T * C),
  noise(4 * T * C),
];
const [logits, probs, dlogits] = [noise(T * V), zeros(T * V), zeros(T * V)];
const [losses, dlosses, ids] = [
  zeros(T),
  noise(T),
  Int32Array.from({ length: T }, (_, t) => 9 * t),
];

const layers: Layer[] = [
  {
    name: "LayerNorm",
    engine: (tape) => layernorm(tape, leaf(x, T, C), leaf(w, 1, C), leaf(b, 1, C)),
    kernels: [
      ["layernormForward", layernormForward, [out, mean, rstd, x, w, b, 1, T, C]],
      ["layernormBackward", layernormBackward, [dx, dw, db, dout, x, w, mean, rstd, 1, T, C]],
    ],
    kept: [mean, rstd],
  },
  {
    name: "GELU",
    engine: (tape) => gelu(tape, leaf(h, T, 4 * C)),
    kernels: [
      ["geluForward", geluForward, [bent, h, 4 * T * C]],
      ["geluBackward", geluBackward, [dh, dbent, h, 4 * T * C]],
    ],
    kept: [],
  },
  {
    name: "softmax, loss",
    engine: (tape) => crossentropy(tape, leaf(logits, T, V), ids),
    kernels: [
      ["softmaxForward", softmaxForward, [probs, logits, 1, T, V, V]],
      ["crossentropyForward", loss.crossentropyForward, [losses, probs, ids, 1, T, V]],
      [
        "crossentropySoftmaxBackward",
        loss.crossentropySoftmaxBackward,
        [dlogits, dlosses, probs, ids, 1, T, V, V],
      ],
    ],
    kept: [probs],
  },
];

export const costs = layers.map(({ name, engine, kernels, kept }) => {
  const tape: Tape = [];
  engine(tape);
  const byTape = {
    steps: 2 * tape.length, // there and back
    // All that operations have put out, and its gradients, but for the last, which is the output.
    kept: 2 * 4 * length(tape.slice(0, -1).map(({ out }) => out.data)),
    bytes: tape.reduce((all, entry) => all + bytesOf(entry), 0),
    time: best(() => walk(engine)),
  };
  const byKernels = {
    steps: kernels.length,
    kept: 4 * length(kept),
    bytes: kernels.reduce((all, [kernel, , args]) => all + costOf(kernel, args).bytes, 0),
    time: best(() => {
      for (const [, run, args] of kernels) run(...(args as never[]));
    }),
  };
  return { name, byTape, byKernels };
});

export const names = costs.map(({ name }) => name);
export const tapeBytes = costs.map(({ byTape }) => byTape.bytes);
export const kernelBytes = costs.map(({ byKernels }) => byKernels.bytes);

console.log("                        steps  kept MB  moved MB       ms");
for (const { name, byTape, byKernels } of costs) {
  for (const [how, { steps, kept, bytes, time }] of Object.entries({ byTape, byKernels })) {
    const who = how === "byTape" ? `${name}, tape` : "kernels".padStart(name.length + 9);
    const columns = [steps.toFixed(0), mb(kept), mb(bytes), time.toFixed(2)];
    console.log(who.padEnd(22) + columns.map((text, i) => text.padStart(i ? 9 : 7)).join(""));
  }
}

/** Bytes that an operation reads and writes, there and back, where it goes through each input once: x * x reads x twice. */
function bytesOf({ name, inputs, out }: Entry): number {
  const all = length(inputs.map(({ data }) => data));
  const own = out.data.length;
  const taken = name === "gather" ? own : all; // of what it gathers from, the rest is not looked at
  const again = /mul/.test(name)
    ? all
    : /exp|log|tanh/.test(name)
      ? own
      : name === "pow"
        ? 2 * own
        : 0;
  return 4 * (taken + own + (own + again + 2 * taken));
}

/** Forward, and back from an output whose gradient is given. */
function walk(engine: (tape: Tape) => Value): void {
  const tape: Tape = [];
  engine(tape).grad.fill(1);
  for (let k = tape.length - 1; k >= 0; k--) tape[k].back();
}

/** Milliseconds of the best of several rounds: four at least, and as many as fit in a fifth of a second. */
function best(run: () => void): number {
  let [least, all] = [Number.POSITIVE_INFINITY, 0];
  for (let round = 0; round < 4 || all < 200; round++) {
    const start = performance.now();
    run();
    const time = performance.now() - start;
    [least, all] = [Math.min(least, time), all + time];
  }
  return least;
}

function length(arrays: readonly { length: number }[]): number {
  return arrays.reduce((sum, array) => sum + array.length, 0);
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(2);
}
