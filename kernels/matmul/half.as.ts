// Matmul with a weight in 16 bits on the processor's vectors: the loops of matmul.as.ts, which widen the weight while they pack it.

import { addColumns, addProduct, bfloat16, float16, float32 } from "./matmul.as";

export function matmulBfloat16Forward(
  out: usize, // (B, T, OC), written
  inp: usize, // (B, T, C)
  packed: usize, // (OC, C), two numbers in a word
  bias: usize, // (OC), or 0 for none
  B: i32,
  T: i32,
  C: i32,
  OC: i32,
  part: i32,
  parts: i32,
): void {
  forward(out, inp, packed, bfloat16, bias, B * T, C, OC, part, parts);
}

export function matmulBfloat16Backward(
  dinp: usize, // (B, T, C), added to
  dweight: usize, // (OC, C), added to
  dbias: usize, // (OC), added to, or 0
  dout: usize, // (B, T, OC)
  inp: usize, // (B, T, C)
  packed: usize, // (OC, C), two numbers in a word
  B: i32,
  T: i32,
  C: i32,
  OC: i32,
  part: i32,
  parts: i32,
): void {
  backward(dinp, dweight, dbias, dout, inp, packed, bfloat16, B * T, C, OC, part, parts);
}

export function matmulFloat16Forward(
  out: usize, // (B, T, OC), written
  inp: usize, // (B, T, C)
  packed: usize, // (OC, C), two numbers in a word
  bias: usize, // (OC), or 0 for none
  B: i32,
  T: i32,
  C: i32,
  OC: i32,
  part: i32,
  parts: i32,
): void {
  forward(out, inp, packed, float16, bias, B * T, C, OC, part, parts);
}

export function matmulFloat16Backward(
  dinp: usize, // (B, T, C), added to
  dweight: usize, // (OC, C), added to
  dbias: usize, // (OC), added to, or 0
  dout: usize, // (B, T, OC)
  inp: usize, // (B, T, C)
  packed: usize, // (OC, C), two numbers in a word
  B: i32,
  T: i32,
  C: i32,
  OC: i32,
  part: i32,
  parts: i32,
): void {
  backward(dinp, dweight, dbias, dout, inp, packed, float16, B * T, C, OC, part, parts);
}

function forward(
  out: usize,
  inp: usize,
  packed: usize,
  format: i32,
  bias: usize,
  BT: i32,
  C: i32,
  OC: i32,
  part: i32,
  parts: i32,
): void {
  addProduct(out, bias, true, inp, C, 1, packed, format, C, 1, BT, OC, C, part, parts);
}

function backward(
  dinp: usize,
  dweight: usize,
  dbias: usize,
  dout: usize,
  inp: usize,
  packed: usize,
  format: i32,
  BT: i32,
  C: i32,
  OC: i32,
  part: i32,
  parts: i32,
): void {
  addProduct(dinp, 0, false, dout, OC, 1, packed, format, 1, C, BT, C, OC, part, parts);
  addProduct(dweight, 0, false, dout, 1, OC, inp, float32, 1, C, OC, C, BT, part, parts);
  if (dbias !== 0) addColumns(dbias, dout, BT, OC, part, parts);
}
