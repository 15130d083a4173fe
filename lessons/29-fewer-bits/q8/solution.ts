import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Rounds blocks of 32 values to whole numbers from -127 to 127, each block with a scale of its own. */
export function quantizeBlocks(
  whole: Floats, // (N, 32), written: whole numbers
  scales: Floats, // (N), written
  inp: Floats, // (N, 32)
  N: number,
): void {
  for (let block = 0; block < N; block++) {
    const first = block * 32;
    let largest = 0;
    for (let i = first; i < first + 32; i++) largest = Math.max(largest, Math.abs(inp[i]));

    const scale = largest / 127;
    scales[block] = scale;
    for (let i = first; i < first + 32; i++) {
      whole[i] = scale === 0 ? 0 : roundAway(inp[i] / scale);
    }
  }
}

/** To the nearest whole number; a half goes away from 0, as in C. */
function roundAway(x: number): number {
  return Math.sign(x) * Math.floor(Math.abs(x) + 0.5);
}
