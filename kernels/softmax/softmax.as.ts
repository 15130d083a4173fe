// Softmax on the processor's vectors, four exponentials at once. The rows are shared out among the threads.

import { expOf, maxOf, scaleBy } from "../runtime/wasm/row.as";
import { first } from "../runtime/wasm/share.as";
import { addUpTo, high64, loadUpTo, low64, sumLanes64 } from "../runtime/wasm/vector.as";

export function softmaxForward(
  probs: usize, // (B, T, Vp), written
  logits: usize, // (B, T, Vp)
  B: i32,
  T: i32,
  V: i32,
  Vp: i32,
  part: i32,
  parts: i32,
): void {
  const last = first(B * T, part + 1, parts);
  for (let bt = first(B * T, part, parts); bt < last; bt++) {
    const row = logits + <usize>bt * Vp * 4;
    const to = probs + <usize>bt * Vp * 4;

    const sum = expOf(to, row, V, maxOf(row, V));
    scaleBy(to, V, <f32>(1 / sum));
    memory.fill(to + <usize>V * 4, 0, <usize>(Vp - V) * 4);
  }
}

export function softmaxBackward(
  dlogits: usize, // (B, T, Vp), added to
  dprobs: usize, // (B, T, Vp)
  probs: usize, // (B, T, Vp)
  B: i32,
  T: i32,
  V: i32,
  Vp: i32,
  part: i32,
  parts: i32,
): void {
  const last = first(B * T, part + 1, parts);
  for (let bt = first(B * T, part, parts); bt < last; bt++) {
    const row = <usize>bt * Vp * 4;

    let low = f64x2.splat(0); // the mean of dprobs, weighted by the probabilities
    let high = low;
    for (let i = 0; i < V; i += 4) {
      const at = row + <usize>i * 4;
      const p = loadUpTo(probs + at, V - i);
      const d = loadUpTo(dprobs + at, V - i);
      low = f64x2.add(low, f64x2.mul(low64(p), low64(d)));
      high = f64x2.add(high, f64x2.mul(high64(p), high64(d)));
    }
    const mean = f32x4.splat(<f32>(sumLanes64(low) + sumLanes64(high)));

    for (let i = 0; i < V; i += 4) {
      const at = row + <usize>i * 4;
      const above = f32x4.sub(loadUpTo(dprobs + at, V - i), mean);
      addUpTo(dlogits + at, f32x4.mul(loadUpTo(probs + at, V - i), above), V - i);
    }
  }
}
