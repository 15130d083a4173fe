// Clipping on the processor's vectors. The squares are summed in blocks of a fixed size, in float64, and the sums of the
// blocks in their order: so it does not matter how the blocks are shared out.

import { first, firstOf, line, shared } from "../runtime/wasm/share.as";
import { high64, loadUpTo, low64, storeUpTo, sumLanes64 } from "../runtime/wasm/vector.as";

const mostBlocks = 8192; // as many sums fit into the memory that all threads see

function blockOf(N: i32): i32 {
  return max(4096, (N + mostBlocks - 1) / mostBlocks);
}

export function gradientSquares(
  sum: usize, // (1), added to by the last part
  grads: usize, // (N)
  N: i32,
  part: i32,
  parts: i32,
): void {
  const block = blockOf(N);
  const blocks = (N + block - 1) / block;
  for (let j = first(blocks, part, parts); j < first(blocks, part + 1, parts); j++) {
    let low = f64x2.splat(0);
    let high = low;
    const end = min(N, (j + 1) * block);
    for (let i = j * block; i < end; i += 4) {
      const x = loadUpTo(grads + <usize>i * 4, end - i);
      const xLow = low64(x);
      const xHigh = high64(x);
      low = f64x2.add(low, f64x2.mul(xLow, xLow));
      high = f64x2.add(high, f64x2.mul(xHigh, xHigh));
    }
    store<f64>(shared + <usize>j * 8, sumLanes64(low) + sumLanes64(high));
  }
}

/** Run once, after all parts are done. */
export function gradientSquaresLast(sum: usize, grads: usize, N: i32): void {
  const block = blockOf(N);
  const blocks = (N + block - 1) / block;
  let squares: f64 = 0;
  for (let j = 0; j < blocks; j++) squares += load<f64>(shared + <usize>j * 8);
  store<f32>(sum, <f32>(load<f32>(sum) + squares));
}

export function clipGradients(
  grads: usize, // (N), scaled
  sum: usize, // (1)
  maxNorm: f64,
  N: i32,
  part: i32,
  parts: i32,
): void {
  const norm = Math.sqrt(load<f32>(sum));
  const factor = f32x4.splat(<f32>min(1, maxNorm / (norm + 1e-6))); // NaN if the norm is
  const end = firstOf(line, N, part + 1, parts);
  for (let i = firstOf(line, N, part, parts); i < end; i += 4) {
    const at = grads + <usize>i * 4;
    storeUpTo(at, f32x4.mul(loadUpTo(at, end - i), factor), end - i);
  }
}
