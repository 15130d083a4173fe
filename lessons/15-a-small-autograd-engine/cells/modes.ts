// The two modes on y = tanh(a * b + a): forward mode carries a slope beside each number, and needs a pass for each input.

import { add, backward, leaf, mul, type Tape, tanh } from "../engine.ts";

const [a, b] = [0.5, -2];

/** How fast y moves, if a moves at the speed da and b at the speed db. */
function forwardMode(da: number, db: number): number {
  const [p, dp] = [a * b, da * b + a * db];
  const [s, ds] = [p + a, dp + da];
  const y = Math.tanh(s);
  return (1 - y * y) * ds;
}

export const forward = [forwardMode(1, 0), forwardMode(0, 1)];
console.log("forward mode, a pass for a:", forward[0].toFixed(6));
console.log("forward mode, a pass for b:", forward[1].toFixed(6));

const [A, B] = [a, b].map((x) => leaf(Float64Array.of(x), 1, 1));
const tape: Tape = [];
backward(tape, tanh(tape, add(tape, mul(tape, A, B), A)));
export const reverse = [A.grad[0], B.grad[0]];
console.log("reverse mode, one pass:    ", reverse.map((d) => d.toFixed(6)).join(" and "));
