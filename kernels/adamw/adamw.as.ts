// AdamW on the processor's vectors: what adamw.ts does to one weight, to four at once, in float32.

import { firstOf, line } from "../runtime/wasm/share.as";
import { loadUpTo, storeUpTo } from "../runtime/wasm/vector.as";

export function adamwUpdate(
  params: usize, // (N), updated
  grads: usize, // (N)
  m: usize, // (N), updated
  v: usize, // (N), updated
  t: f64,
  lr: f64,
  beta1: f64,
  beta2: f64,
  eps: f64,
  weightDecay: f64,
  N: i32,
  part: i32,
  parts: i32,
): void {
  const kept = f32x4.splat(<f32>(1 - lr * weightDecay));
  const rate = f32x4.splat(<f32>lr);
  const mShare = f32x4.splat(<f32>(1 - beta1 ** t));
  const vShare = f32x4.splat(<f32>(1 - beta2 ** t));
  const mKept = f32x4.splat(<f32>beta1);
  const mNew = f32x4.splat(<f32>(1 - beta1));
  const vKept = f32x4.splat(<f32>beta2);
  const vNew = f32x4.splat(<f32>(1 - beta2));
  const least = f32x4.splat(<f32>eps);
  const end = firstOf(line, N, part + 1, parts);
  for (let i = firstOf(line, N, part, parts); i < end; i += 4) {
    const at = <usize>i * 4;
    const count = end - i;
    const grad = loadUpTo(grads + at, count);
    const mean = f32x4.add(f32x4.mul(mKept, loadUpTo(m + at, count)), f32x4.mul(mNew, grad));
    const square = f32x4.add(
      f32x4.mul(vKept, loadUpTo(v + at, count)),
      f32x4.mul(f32x4.mul(vNew, grad), grad),
    );
    const root = f32x4.add(f32x4.sqrt(f32x4.div(square, vShare)), least);
    const step = f32x4.div(f32x4.div(mean, mShare), root);
    const decayed = f32x4.mul(loadUpTo(params + at, count), kept);
    storeUpTo(params + at, f32x4.sub(decayed, f32x4.mul(rate, step)), count);
    storeUpTo(m + at, mean, count);
    storeUpTo(v + at, square, count);
  }
}
