// y = tanh(a * b + a) on a tape: what is written down, and how gradients come back. Change a and b.

import { add, backward, leaf, mul, type Tape, tanh } from "../engine.ts";

const a = leaf(Float64Array.of(0.5), 1, 1);
const b = leaf(Float64Array.of(-2), 1, 1);

const tape: Tape = [];
const y = tanh(tape, add(tape, mul(tape, a, b), a));

console.log("the tape");
for (const { name, out } of tape) console.log(`${name.padEnd(6)}${digits(out.data[0])}`);

console.log("\nfrom its end");
y.grad[0] = 1; // what backward begins with
for (let k = tape.length - 1; k >= 0; k--) {
  tape[k].back();
  console.log(
    `${tape[k].name.padEnd(6)}a's gradient ${digits(a.grad[0])}   b's ${digits(b.grad[0])}`,
  );
}

/** Once more, on the tape that has been walked already. */
export const twice = { once: [a.grad[0], b.grad[0]], again: again() };

function again(): number[] {
  backward(tape, y);
  return [a.grad[0], b.grad[0]];
}

function digits(x: number): string {
  return x.toFixed(4).padStart(8);
}
