// The first rung: the three loops of the formula, one number at a time.

/** out[bt, o] = bias[o] + sum over i of inp[bt, i] * weight[o, i] */
export function matmulPlain(
  out: usize, // (B, T, OC), written
  inp: usize, // (B, T, C)
  weight: usize, // (OC, C)
  bias: usize, // (OC)
  B: i32,
  T: i32,
  C: i32,
  OC: i32,
): void {
  for (let bt = 0; bt < B * T; bt++) {
    for (let o = 0; o < OC; o++) {
      let sum = load<f32>(bias + <usize>o * 4);
      for (let i = 0; i < C; i++) {
        const x = load<f32>(inp + <usize>(bt * C + i) * 4);
        const w = load<f32>(weight + <usize>(o * C + i) * 4);
        sum += x * w;
      }
      store<f32>(out + <usize>(bt * OC + o) * 4, sum);
    }
  }
}

/** out = inp1 + inp2, one number at a time. */
export function residualPlain(out: usize, inp1: usize, inp2: usize, N: i32): void {
  for (let i = 0; i < N; i++) {
    const at = <usize>i * 4;
    store<f32>(out + at, load<f32>(inp1 + at) + load<f32>(inp2 + at));
  }
}
