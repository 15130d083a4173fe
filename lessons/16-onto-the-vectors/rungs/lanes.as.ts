// The second and the third rung: four neighbouring columns of out at once, a lane for each. OC is at least 4.

import { madd } from "@llm.ts/kernels/runtime/wasm/vector.as";

/** Four rows of weight, in the order in which they are needed: the four numbers of i = 0, those of i = 1, and so on. */
function packFour(panel: usize, weight: usize, C: i32): void {
  for (let i = 0; i < C; i++) {
    for (let lane = 0; lane < 4; lane++) {
      const w = load<f32>(weight + <usize>(lane * C + i) * 4);
      store<f32>(panel + <usize>(i * 4 + lane) * 4, w);
    }
  }
}

export function matmulLanes(
  out: usize, // (B, T, OC), written
  inp: usize, // (B, T, C)
  weight: usize, // (OC, C)
  bias: usize, // (OC)
  B: i32,
  T: i32,
  C: i32,
  OC: i32,
  panel: usize, // memory for 4 rows of weight
): void {
  for (let o = 0; o < OC; o += 4) {
    o = min(o, OC - 4); // the last four may be some that are done already
    packFour(panel, weight + <usize>(o * C) * 4, C);
    for (let bt = 0; bt < B * T; bt++) {
      let sum = v128.load(bias + <usize>o * 4);
      for (let i = 0; i < C; i++) {
        const x = v128.load32_splat(inp + <usize>(bt * C + i) * 4); // the same number in all lanes
        const w = v128.load(panel + <usize>i * 16);
        sum = f32x4.add(sum, f32x4.mul(x, w));
      }
      v128.store(out + <usize>(bt * OC + o) * 4, sum);
    }
  }
}

/** The same, with the multiplication and the addition in one instruction. */
export function matmulFused(
  out: usize,
  inp: usize,
  weight: usize,
  bias: usize,
  B: i32,
  T: i32,
  C: i32,
  OC: i32,
  panel: usize,
): void {
  for (let o = 0; o < OC; o += 4) {
    o = min(o, OC - 4);
    packFour(panel, weight + <usize>(o * C) * 4, C);
    for (let bt = 0; bt < B * T; bt++) {
      let sum = v128.load(bias + <usize>o * 4);
      for (let i = 0; i < C; i++) {
        const x = v128.load32_splat(inp + <usize>(bt * C + i) * 4);
        const w = v128.load(panel + <usize>i * 16);
        sum = madd(x, w, sum);
      }
      v128.store(out + <usize>(bt * OC + o) * 4, sum);
    }
  }
}
