// The whole of GPT-2 on the tape, for one text: forward, and no more.

import type { ParameterName } from "@llm.ts/kernels/gpt2/parameters.ts";
import type { Ints } from "@llm.ts/kernels/runtime/check.ts";
import { add, affine, gather, leaf, matmul, sum, type Tape, type Value } from "./engine.ts";
import { crossentropy, gelu, layernorm, linear, softmax } from "./layers.ts";

/** A parameter, of layer l if each layer has one of its own. */
export type Weights = (name: ParameterName, l?: number) => Value;

// biome-ignore format: one line for each layer
/** The sum of the losses of T tokens: (1, 1) */
export function gpt2(tape: Tape, w: Weights, inputs: Ints, targets: Ints, L: number, NH: number): Value {
  const [T, wte, wpe] = [inputs.length, w("wte"), w("wpe")];
  const C = wte.C;
  let x = add(tape,
    cut(tape, wte, T, C, (t, i) => inputs[t] * C + i),
    cut(tape, wpe, T, C, (t, i) => t * C + i),
  );
  for (let l = 0; l < L; l++) {
    const ln1 = layernorm(tape, x, w("ln1w", l), w("ln1b", l));
    const qkv = linear(tape, ln1, w("qkvw", l), w("qkvb", l));
    x = add(tape, x, attention(tape, qkv, w("attprojw", l), w("attprojb", l), NH));
    const ln2 = layernorm(tape, x, w("ln2w", l), w("ln2b", l));
    const fch = linear(tape, ln2, w("fcw", l), w("fcb", l));
    x = add(tape, x, linear(tape, gelu(tape, fch), w("fcprojw", l), w("fcprojb", l)));
  }
  const logits = matmul(tape, layernorm(tape, x, w("lnfw"), w("lnfb")), wte); // the table once more
  return sum(tape, crossentropy(tape, logits, targets), 1);
}

// biome-ignore format: one line for each part
/** Attention with its projection: (T, 3C) to (T, C). Each head goes through its own columns of the projection. */
function attention(tape: Tape, qkv: Value, weight: Value, bias: Value, NH: number): Value {
  const [T, C] = [qkv.R, weight.R];
  const hs = C / NH;
  const mask = leaf(Float32Array.from({ length: T * T }, (_, i) => (i % T > i / T ? -Infinity : 0)), T, T);
  let out: Value | undefined;
  for (let h = 0; h < NH; h++) {
    const q = cut(tape, qkv, T, hs, (t, i) => t * 3 * C + h * hs + i);
    const k = cut(tape, qkv, T, hs, (t, i) => t * 3 * C + C + h * hs + i);
    const v = cut(tape, qkv, hs, T, (i, t) => t * 3 * C + 2 * C + h * hs + i); // on its side
    const scores = affine(tape, matmul(tape, q, k), 1 / Math.sqrt(hs));
    const att = softmax(tape, add(tape, scores, mask));
    const columns = cut(tape, weight, C, hs, (o, i) => o * C + h * hs + i);
    const part = matmul(tape, matmul(tape, att, v), columns);
    out = add(tape, part, out ?? bias);
  }
  return out as Value;
}

/** The numbers of a whose places are told by row and column. */
function cut(tape: Tape, a: Value, R: number, C: number, at: (r: number, c: number) => number) {
  const places = Int32Array.from({ length: R * C }, (_, i) => at(Math.floor(i / C), i % C));
  return gather(tape, a, places, R, C);
}
