// Weights in 8 bits on the processor's vectors: 16 of them are one vector, which is widened to four of float32. The rows of the
// matrix are shared out among the threads, so that each weight is read once for each row of inputs.

import { first } from "../runtime/wasm/share.as";
import { madd, sumLanes } from "../runtime/wasm/vector.as";

/** sum + the products of 8 whole numbers of 16 bits with 8 floats. */
function addEight(sum: v128, numbers: v128, inp: usize): v128 {
  const low = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(numbers));
  const high = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(numbers));
  return madd(high, v128.load(inp, 16), madd(low, v128.load(inp), sum));
}

export function matmulQ8Forward(
  out: usize, // (B, T, OC), written
  inp: usize, // (B, T, C)
  whole: usize, // (OC, C / 4)
  scales: usize, // (OC, C / 32)
  bias: usize, // (OC), or 0 for none
  B: i32,
  T: i32,
  C: i32,
  OC: i32,
  part: i32,
  parts: i32,
): void {
  const blocks = C / 32;
  const last = first(OC, part + 1, parts);
  for (let o = first(OC, part, parts); o < last; o++) {
    const row = whole + <usize>o * C;
    const own = scales + <usize>o * blocks * 4;
    const start = bias === 0 ? <f32>0 : load<f32>(bias + <usize>o * 4);
    for (let bt = 0; bt < B * T; bt++) {
      const x = inp + <usize>bt * C * 4;
      let sum = f32x4.splat(0);
      for (let block = 0; block < blocks; block++) {
        let products = f32x4.splat(0);
        for (let half = 0; half < 2; half++) {
          const at = block * 32 + half * 16;
          const bytes = v128.load(row + at);
          const values = x + <usize>at * 4;
          products = addEight(products, i16x8.extend_low_i8x16_s(bytes), values);
          products = addEight(products, i16x8.extend_high_i8x16_s(bytes), values + 32);
        }
        sum = madd(products, v128.load32_splat(own + <usize>block * 4), sum);
      }
      store<f32>(out + (<usize>bt * OC + o) * 4, start + sumLanes(sum));
    }
  }
}

export function embeddingQ8Forward(
  out: usize, // (B, T, C), written
  inp: usize, // (B, T), token ids
  whole: usize, // (V, C / 4)
  scales: usize, // (V, C / 32)
  wpe: usize, // (T, C), or 0 for none
  scale: f64,
  B: i32,
  T: i32,
  C: i32,
  part: i32,
  parts: i32,
): void {
  const blocks = C / 32;
  const last = first(B * T, part + 1, parts);
  for (let bt = first(B * T, part, parts); bt < last; bt++) {
    const id = <usize>load<i32>(inp + <usize>bt * 4);
    for (let block = 0; block < blocks; block++) {
      const by = <f32>(scale * load<f32>(scales + (id * blocks + block) * 4));
      for (let i = block * 32; i < block * 32 + 32; i++) {
        const number = <f32>load<i8>(whole + id * C + i);
        const place = wpe === 0 ? <f32>0 : load<f32>(wpe + <usize>((bt % T) * C + i) * 4);
        store<f32>(out + (<usize>bt * C + i) * 4, by * number + place);
      }
    }
  }
}
