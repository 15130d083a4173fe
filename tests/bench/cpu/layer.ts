// A linear layer as it is timed: its forward product, or both of its backward pass.

import type { Backend } from "@llm.ts/kernels/backend.ts";
import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";
import { random } from "../../random.ts";

export interface Layer {
  readonly rows: number;
  readonly C: number;
  readonly OC: number;
  readonly backward: boolean;
}

/** What a layer is computed from, the same for all that compute it. */
export const inputsOf = ({ rows, C, OC }: Layer) => ({
  inp: random(rows * C, 1),
  weight: random(OC * C, 2),
  dout: random(rows * OC, 3),
});

export type Inputs = ReturnType<typeof inputsOf>;

/** A layer in the memory of one of our backends. */
export function prepareOurs(backend: Backend<Floats, Ints>, layer: Layer, inputs: Inputs) {
  const { rows, C, OC, backward } = layer;
  const lengths = [rows * C, OC * C, rows * OC];
  // dout is where the forward pass writes what it computes.
  const [inp, weight, dout, ...gradients] = backend.alloc([
    ...lengths,
    ...(backward ? lengths.slice(0, 2) : []),
  ]);
  backend.write(inp, inputs.inp);
  backend.write(weight, inputs.weight);
  if (backward) backend.write(dout, inputs.dout);
  const [dinp, dweight] = gradients;
  const run = backward
    ? () => backend.matmulBackward(dinp, dweight, null, dout, inp, weight, 1, rows, C, OC)
    : () => backend.matmulForward(dout, inp, weight, null, 1, rows, C, OC);
  return {
    run,
    /** What is computed from gradients of 0: out, or dinp and dweight. */
    results(): Floats[] {
      for (const gradient of gradients) backend.zero(gradient);
      run();
      return backward ? gradients : [dout];
    },
  };
}
