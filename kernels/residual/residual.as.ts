// The residual sum on the processor's vectors: four additions in one instruction.

import { firstOf, line } from "../runtime/wasm/share.as";
import { addUpTo, loadUpTo, storeUpTo } from "../runtime/wasm/vector.as";

export function residualForward(
  out: usize, // (N), written
  inp1: usize, // (N)
  inp2: usize, // (N)
  N: i32,
  part: i32,
  parts: i32,
): void {
  const end = firstOf(line, N, part + 1, parts);
  for (let i = firstOf(line, N, part, parts); i < end; i += 4) {
    const at = <usize>i * 4;
    const count = end - i;
    const sum = f32x4.add(loadUpTo(inp1 + at, count), loadUpTo(inp2 + at, count));
    storeUpTo(out + at, sum, count);
  }
}

export function residualBackward(
  dinp1: usize, // (N), added to
  dinp2: usize, // (N), added to
  dout: usize, // (N)
  N: i32,
  part: i32,
  parts: i32,
): void {
  const end = firstOf(line, N, part + 1, parts);
  for (let i = firstOf(line, N, part, parts); i < end; i += 4) {
    const at = <usize>i * 4;
    const count = end - i;
    const d = loadUpTo(dout + at, count);
    addUpTo(dinp1 + at, d, count);
    addUpTo(dinp2 + at, d, count);
  }
}
