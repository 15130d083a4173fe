// Cross-entropy on the processor's vectors. The rows are shared out among the threads; logarithms, one in a row, are float64.

import { expOf, maxOf, scaleBy } from "../runtime/wasm/row.as";
import { first } from "../runtime/wasm/share.as";
import { addUpTo, loadUpTo } from "../runtime/wasm/vector.as";

const infinity: f32 = Infinity;

export function crossentropyForward(
  losses: usize, // (B, T), written
  probs: usize, // (B, T, Vp)
  targets: usize, // (B, T), token ids
  B: i32,
  T: i32,
  Vp: i32,
  part: i32,
  parts: i32,
): void {
  const last = first(B * T, part + 1, parts);
  for (let bt = first(B * T, part, parts); bt < last; bt++) {
    const p = load<f32>(probs + (<usize>bt * Vp + load<i32>(targets + <usize>bt * 4)) * 4);
    store<f32>(losses + <usize>bt * 4, <f32>-Math.log(p));
  }
}

export function crossentropyBackward(
  dprobs: usize, // (B, T, Vp), added to
  dlosses: usize, // (B, T)
  probs: usize, // (B, T, Vp)
  targets: usize, // (B, T), token ids
  B: i32,
  T: i32,
  Vp: i32,
  part: i32,
  parts: i32,
): void {
  const last = first(B * T, part + 1, parts);
  for (let bt = first(B * T, part, parts); bt < last; bt++) {
    const target = (<usize>bt * Vp + load<i32>(targets + <usize>bt * 4)) * 4;
    const d = load<f32>(dlosses + <usize>bt * 4) / load<f32>(probs + target);
    store<f32>(dprobs + target, load<f32>(dprobs + target) - d); // dloss/dp = -1 / p
  }
}

export function crossentropySoftmaxBackward(
  dlogits: usize, // (B, T, Vp), added to
  dlosses: usize, // (B, T)
  probs: usize, // (B, T, Vp)
  targets: usize, // (B, T), token ids
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
    const dloss = load<f32>(dlosses + <usize>bt * 4);
    const target = row + <usize>load<i32>(targets + <usize>bt * 4) * 4;
    // probs_i * dloss for all, and (probs_i - 1) * dloss for the target: it is taken before the others are added.
    const short = (load<f32>(probs + target) - 1) * dloss;
    const before = load<f32>(dlogits + target);
    for (let i = 0; i < V; i += 4) {
      const at = row + <usize>i * 4;
      addUpTo(dlogits + at, f32x4.mul(loadUpTo(probs + at, V - i), f32x4.splat(dloss)), V - i);
    }
    store<f32>(dlogits + target, before + short);
  }
}

export function crossentropySoftmaxFused(
  logits: usize, // (B, T, Vp), overwritten with dlogits
  losses: usize, // (B, T), written
  dlosses: usize, // (B, T)
  targets: usize, // (B, T), token ids
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
    const target = row + <usize>load<i32>(targets + <usize>bt * 4) * 4;

    const max = maxOf(row, V);
    const targetLogit = <f64>load<f32>(target) - <f64>max;

    // The sum of exponentials without the target's, whose logit is set to -Infinity for it.
    store<f32>(target, -infinity);
    const others = expOf(row, row, V, max);
    const sum = others + Math.exp(targetLogit);

    // log(sum) - targetLogit. Where the model is sure of the target, sum is 1 + others, and adding the 1 would cost the
    // digits of a small loss: log1p does without.
    const loss = targetLogit === 0 ? Math.log1p(others) : Math.log(sum) - targetLogit;
    store<f32>(losses + <usize>bt * 4, <f32>loss);

    const scale = <f64>load<f32>(dlosses + <usize>bt * 4) / sum;
    scaleBy(row, V, <f32>scale); // probs_i * dloss
    store<f32>(target, <f32>(-others * scale)); // (probs_i - 1) * dloss
    memory.fill(row + <usize>V * 4, 0, <usize>(Vp - V) * 4);
  }
}

export function crossentropyMean(
  mean: usize, // (1), written
  losses: usize, // (N)
  N: i32,
  part: i32,
  parts: i32,
): void {
  if (part !== 0) return;
  let sum: f64 = 0;
  for (let i = 0; i < N; i++) sum += load<f32>(losses + <usize>i * 4);
  store<f32>(mean, <f32>(sum / N));
}
