// The embedding on the processor's vectors. Forward the tokens are shared out among the threads. Backward it is the channels,
// since a token that occurs twice adds to the same row of dwte both times.

import { first, firstOf, line } from "../runtime/wasm/share.as";
import { addUpTo, loadUpTo, storeUpTo } from "../runtime/wasm/vector.as";

export function embeddingForward(
  out: usize, // (B, T, C), written
  inp: usize, // (B, T), token ids
  wte: usize, // (V, C)
  scale: f64,
  B: i32,
  T: i32,
  C: i32,
  part: i32,
  parts: i32,
): void {
  const factor = f32x4.splat(<f32>scale);
  const end = first(B * T, part + 1, parts);
  for (let bt = first(B * T, part, parts); bt < end; bt++) {
    const row = out + <usize>(bt * C) * 4;
    const token = wte + <usize>(load<i32>(inp + <usize>bt * 4) * C) * 4;
    for (let i = 0; i < C; i += 4) {
      const at = <usize>i * 4;
      storeUpTo(row + at, f32x4.mul(factor, loadUpTo(token + at, C - i)), C - i);
    }
  }
}

export function embeddingBackward(
  dwte: usize, // (V, C), added to
  dout: usize, // (B, T, C)
  inp: usize, // (B, T), token ids
  scale: f64,
  B: i32,
  T: i32,
  C: i32,
  part: i32,
  parts: i32,
): void {
  const factor = f32x4.splat(<f32>scale);
  const from = firstOf(line, C, part, parts);
  const end = firstOf(line, C, part + 1, parts);
  for (let bt = 0; bt < B * T; bt++) {
    const row = dout + <usize>(bt * C) * 4;
    const token = dwte + <usize>(load<i32>(inp + <usize>bt * 4) * C) * 4;
    for (let i = from; i < end; i += 4) {
      const at = <usize>i * 4;
      addUpTo(token + at, f32x4.mul(factor, loadUpTo(row + at, end - i)), end - i);
    }
  }
}
