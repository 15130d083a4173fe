import { add, leaf, mul, sum, type Tape, tanh, type Value } from "../engine.ts";

/** Leaves the gradients of this loss in everything on the tape, whatever was there before. */
function backward(tape: Tape, loss: Value): void {
  for (const { inputs } of tape) {
    for (const { grad } of inputs) grad.fill(0);
  }
  loss.grad[0] = 1;
  for (let k = tape.length - 1; k >= 0; k--) {
    tape[k].back();
  }
}

/** The gradients of sum((x + tanh(x * g)) * w). */
export function leafBackward(
  dx: Float32Array, // (R, C), still with the last step's numbers, and so are the next two
  dg: Float32Array, // (C)
  dw: Float32Array, // (R, C)
  x: Float32Array, // (R, C)
  g: Float32Array, // (C)
  w: Float32Array, // (R, C)
  R: number,
  C: number,
): void {
  const [X, G, W] = [leaf(x, R, C, dx), leaf(g, 1, C, dg), leaf(w, R, C, dw)];
  const tape: Tape = [];
  const h = tanh(tape, mul(tape, X, G));
  const out = add(tape, X, h);
  backward(tape, sum(tape, mul(tape, out, W), 1));
}
