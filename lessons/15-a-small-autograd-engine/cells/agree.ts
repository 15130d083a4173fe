// The engine beside the kernels: the largest difference of their gradients, where the largest gradient is about 1.

import { crossentropySoftmaxBackward } from "@llm.ts/kernels/crossentropy/crossentropy.ts";
import { geluBackward } from "@llm.ts/kernels/gelu/gelu.ts";
import { layernormBackward, layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";
import { softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";
import { backward, leaf, mul, sum, type Tape, type Value } from "../engine.ts";
import { crossentropy, gelu, layernorm } from "../layers.ts";

const [R, C] = [6, 32];
const wave = (n: number, seed: number) =>
  Float32Array.from({ length: n }, (_, i) => 2 * Math.sin(12.9898 * (i + 1) + seed));
const [inp, dout, weight] = [wave(R * C, 1), wave(R * C, 2), wave(C, 3)];
const zeros = (n: number) => new Float32Array(n);

export const differences: Record<string, number> = {};

// LayerNorm
const [dx, dw, db, out, mean, rstd] = [R * C, C, C, R * C, R, R].map(zeros);
layernormForward(out, mean, rstd, inp, weight, zeros(C), 1, R, C);
layernormBackward(dx, dw, db, dout, inp, weight, mean, rstd, 1, R, C);
const [x, w, b] = [leaf(inp, R, C), leaf(weight, 1, C), leaf(zeros(C), 1, C)];
pull((tape) => layernorm(tape, x, w, b), dout);
tell("LayerNorm", [dx, dw, db], [x, w, b]);

// GELU
const dbent = zeros(R * C);
geluBackward(dbent, dout, inp, R * C);
const bent = leaf(inp, R, C);
pull((tape) => gelu(tape, bent), dout);
tell("GELU", [dbent], [bent]);

// Softmax and cross-entropy
const targets = Int32Array.from({ length: R }, (_, r) => (7 * r) % C);
const [probs, dlogits, dlosses] = [zeros(R * C), zeros(R * C), wave(R, 4)];
softmaxForward(probs, inp, 1, R, C, C);
crossentropySoftmaxBackward(dlogits, dlosses, probs, targets, 1, R, C, C);
const logits = leaf(inp, R, C);
pull((tape) => crossentropy(tape, logits, targets), dlosses);
tell("softmax and loss", [dlogits], [logits]);

/** Hands dout back through a layer: any loss will do whose gradient with respect to its output is dout. */
function pull(layer: (tape: Tape) => Value, dout: Float32Array): void {
  const tape: Tape = [];
  const out = layer(tape);
  backward(tape, sum(tape, mul(tape, out, leaf(dout, out.R, out.C)), 1));
}

function tell(name: string, kernel: Float32Array[], engine: Value[]): void {
  const off = kernel.map((d, k) => Math.max(...d.map((x, i) => Math.abs(x - engine[k].grad[i]))));
  differences[name] = Math.max(...off);
  console.log(name.padEnd(18) + differences[name].toExponential(1));
}
