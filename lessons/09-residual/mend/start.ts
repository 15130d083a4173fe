import { geluBackward } from "@llm.ts/kernels/gelu/gelu.ts";
import { residualBackward } from "@llm.ts/kernels/residual/residual.ts";
import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Adds the gradient of inp through two blocks: mid = inp + gelu(inp), out = mid + gelu(mid). */
export function stackBackward(
  dinp: Floats, // (N), added to
  dout: Floats, // (N), only read
  inp: Floats, // (N)
  mid: Floats, // (N), from the forward pass
  N: number,
): void {
  const dstream = dout.slice(); // (N), the gradient of the stream, carried down through both blocks
  const dbranch = new Float32Array(N); // (N), that of what a block adds to the stream; both blocks use it

  // out = mid + gelu(mid)
  residualBackward(dstream, dbranch, dstream, N);
  geluBackward(dstream, dbranch, mid, N);

  // mid = inp + gelu(inp)
  dbranch.fill(0);
  residualBackward(dstream, dbranch, dstream, N);
  geluBackward(dstream, dbranch, inp, N);

  for (let i = 0; i < N; i++) dinp[i] += dstream[i];
}
