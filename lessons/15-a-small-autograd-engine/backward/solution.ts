import { add, leaf, matmul, record, type Tape, tanh, type Value } from "../engine.ts";

/** a * b, number by number. b has as many rows as a, or one row that is used for all of a's. */
function mul(tape: Tape, a: Value, b: Value): Value {
  const { R, C } = a;
  const down = b.R === 1 ? 0 : C; // from one row of b to the next
  const out = record(tape, "mul", [a, b], R, C, () => {
    for (let r = 0; r < R; r++) {
      for (let c = 0; c < C; c++) {
        const i = r * C + c; // in a and out
        const j = r * down + c; // in b
        a.grad[i] += out.grad[i] * b.data[j];
        b.grad[j] += out.grad[i] * a.data[i];
      }
    }
  });
  for (let r = 0; r < R; r++) {
    for (let c = 0; c < C; c++) out.data[r * C + c] = a.data[r * C + c] * b.data[r * down + c];
  }
  return out;
}

/** Hands the gradient of the loss back through all that is on the tape. */
function backward(tape: Tape, loss: Value): void {
  loss.grad[0] = 1;
  for (let k = tape.length - 1; k >= 0; k--) tape[k].back();
}

/** The gradients of sum(tanh(y * x + y) * w) with y = x * g, by your tape. */
export function tapeBackward(
  dx: Float32Array, // (R, C), added to
  dg: Float32Array, // (C), added to
  dw: Float32Array, // (R, C), added to
  x: Float32Array, // (R, C)
  g: Float32Array, // (C)
  w: Float32Array, // (R, C)
  R: number,
  C: number,
): void {
  const [X, G, W] = [leaf(x, R, C, dx), leaf(g, 1, C, dg), leaf(w, 1, R * C, dw)];
  const tape: Tape = [];
  const y = mul(tape, X, G);
  const h = tanh(tape, add(tape, mul(tape, y, X), y));
  const row = { ...h, R: 1, C: R * C }; // the same two arrays, as one row
  backward(tape, matmul(tape, row, W)); // of one row with one row: the sum of all products
}
