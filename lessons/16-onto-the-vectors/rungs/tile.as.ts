// The fourth rung: 6 rows and 8 columns of out at once. Their 48 sums stay in 12 registers from the first term to the last.
// There are at least 6 rows and 8 columns.

import { madd } from "@llm.ts/kernels/runtime/wasm/vector.as";

export function matmulTile(
  out: usize, // (B, T, OC), written
  inp: usize, // (B, T, C)
  weight: usize, // (OC, C)
  bias: usize, // (OC)
  B: i32,
  T: i32,
  C: i32,
  OC: i32,
  panel: usize, // memory for 8 rows of weight
): void {
  for (let o = 0; o < OC; o += 8) {
    o = min(o, OC - 8); // the last may be some that are done already
    packEight(panel, weight + <usize>(o * C) * 4, C);
    for (let bt = 0; bt < B * T; bt += 6) {
      bt = min(bt, B * T - 6);
      const to = out + <usize>(bt * OC + o) * 4;
      const from = inp + <usize>(bt * C) * 4;
      tile(to, <usize>OC * 4, from, <usize>C * 4, panel, bias + <usize>o * 4, C);
    }
  }
}

/** Rows of out are outRow bytes apart, rows of inp inpRow. */
function tile(
  out: usize,
  outRow: usize,
  inp: usize,
  inpRow: usize,
  panel: usize,
  bias: usize,
  C: i32,
): void {
  let s00 = v128.load(bias);
  let s01 = v128.load(bias, 16);
  let s10 = s00;
  let s11 = s01;
  let s20 = s00;
  let s21 = s01;
  let s30 = s00;
  let s31 = s01;
  let s40 = s00;
  let s41 = s01;
  let s50 = s00;
  let s51 = s01;
  for (let i = 0; i < C; i++) {
    const w0 = v128.load(panel);
    const w1 = v128.load(panel, 16);
    panel += 32;
    let at = inp + <usize>i * 4;
    let x = v128.load32_splat(at);
    s00 = madd(x, w0, s00);
    s01 = madd(x, w1, s01);
    at += inpRow;
    x = v128.load32_splat(at);
    s10 = madd(x, w0, s10);
    s11 = madd(x, w1, s11);
    at += inpRow;
    x = v128.load32_splat(at);
    s20 = madd(x, w0, s20);
    s21 = madd(x, w1, s21);
    at += inpRow;
    x = v128.load32_splat(at);
    s30 = madd(x, w0, s30);
    s31 = madd(x, w1, s31);
    at += inpRow;
    x = v128.load32_splat(at);
    s40 = madd(x, w0, s40);
    s41 = madd(x, w1, s41);
    at += inpRow;
    x = v128.load32_splat(at);
    s50 = madd(x, w0, s50);
    s51 = madd(x, w1, s51);
  }
  put(out, s00, s01);
  out += outRow;
  put(out, s10, s11);
  out += outRow;
  put(out, s20, s21);
  out += outRow;
  put(out, s30, s31);
  out += outRow;
  put(out, s40, s41);
  out += outRow;
  put(out, s50, s51);
}

function put(at: usize, low: v128, high: v128): void {
  v128.store(at, low);
  v128.store(at, high, 16);
}

/** Eight rows of weight, in the order in which they are needed: the eight numbers of i = 0, those of i = 1, and so on. */
function packEight(panel: usize, weight: usize, C: i32): void {
  for (let i = 0; i < C; i++) {
    for (let column = 0; column < 8; column++) {
      const w = load<f32>(weight + <usize>(column * C + i) * 4);
      store<f32>(panel + <usize>(i * 8 + column) * 4, w);
    }
  }
}
