// All gradients of a whole GPT-2 by the engine. What is written down is the way forward; the way back is the tape.

import { parameterNames, parameterTable } from "@llm.ts/kernels/gpt2/parameters.ts";
import { add, affine, backward, leaf, type Tape, type Value } from "../engine.ts";
import { gpt2, type Weights } from "../gpt2.ts";

/** args: the 16 gradients, added to; the 16 parameters; inputs, targets (B, T); maxT, V, Vp, L, NH, C, B, T */
export function wholeBackward(...args: unknown[]): void {
  const tensors = args.slice(0, 32) as Float32Array[];
  const [inputs, targets] = args.slice(32, 34) as Int32Array[];
  const [maxT, V, , L, NH, C, B, T] = args.slice(34) as number[];

  /** A leaf is a part of the two arrays of its name: of the numbers, and of the gradients. */
  const weights: Weights = (name, l = 0) => {
    const shape = parameterTable[name].shape({ maxT, V, Vp: V, L, NH, C }); // without the padding
    const [R, columns] = shape.length === 2 ? shape : [1, shape[0]];
    const place = parameterNames.indexOf(name);
    const [grad, data] = [tensors[place], tensors[16 + place]].map((all) =>
      all.subarray(l * R * columns, (l + 1) * R * columns),
    );
    return leaf(data, R, columns, grad);
  };

  const tape: Tape = [];
  let total: Value | undefined;
  for (let b = 0; b < B; b++) {
    const [from, to] = [b * T, (b + 1) * T];
    const losses = gpt2(
      tape,
      weights,
      inputs.subarray(from, to),
      targets.subarray(from, to),
      L,
      NH,
    );
    total = total ? add(tape, total, losses) : losses;
  }
  backward(tape, affine(tape, total as Value, 1 / (B * T))); // the mean over all tokens
  console.log(`${tape.length} operations on the tape`);
}
