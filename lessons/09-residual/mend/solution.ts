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
  const dmid = new Float32Array(N); // (N), the gradient of the stream between the blocks
  const dbranch = new Float32Array(N); // (N), that of what a block adds to the stream; both blocks use it

  // out = mid + gelu(mid)
  residualBackward(dmid, dbranch, dout, N);
  geluBackward(dmid, dbranch, mid, N);

  // mid = inp + gelu(inp)
  dbranch.fill(0);
  residualBackward(dinp, dbranch, dmid, N);
  geluBackward(dinp, dbranch, inp, N);
}
