// Automatic differentiation over flat arrays: every operation computes its output, and writes down on a tape how a gradient
// is to be handed back through it. The backward pass is the tape, from its end.

import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";

/** A matrix, and the gradient of the loss with respect to it. */
export interface Value {
  data: Floats; // (R, C)
  grad: Floats; // (R, C), added to by the backward pass
  R: number;
  C: number;
}

/** An operation that was done. */
export interface Entry {
  name: string;
  inputs: readonly Value[];
  out: Value;
  back: () => void; // from the gradient of out, adds to those of the inputs
}

/** All operations, in the order in which they were done. */
export type Tape = Entry[];

/** A value that no operation has computed: a parameter, an input, a constant. */
export function leaf(data: Floats, R: number, C: number, grad = zeros(data, R * C)): Value {
  if (data.length !== R * C || grad.length !== R * C) {
    const lengths = `${data.length} values and ${grad.length} gradients`;
    throw new RangeError(`leaf: ${lengths}, expected R*C = ${R * C}`);
  }
  return { data, grad, R, C };
}

/** An output of R rows and C columns, still empty, with its entry at the end of the tape. */
export function record(
  tape: Tape,
  name: string,
  inputs: readonly Value[],
  R: number,
  C: number,
  back: () => void,
): Value {
  const out = leaf(zeros(inputs[0].data, R * C), R, C);
  tape.push({ name, inputs, out, back });
  return out;
}

/** Adds to the gradient of every value on the tape, and of every leaf, that of the loss with respect to it. */
export function backward(tape: Tape, loss: Value): void {
  if (loss.data.length !== 1) {
    throw new RangeError(`backward: the loss has ${loss.data.length} values, expected 1`);
  }
  loss.grad[0] = 1;
  for (let k = tape.length - 1; k >= 0; k--) tape[k].back();
}

/** a + b. If b has one row, or one column, it is used for all rows of a, or all columns. */
export function add(tape: Tape, a: Value, b: Value): Value {
  const { R, C, down, right } = broadcast("add", a, b);
  const out = record(tape, "add", [a, b], R, C, () => {
    for (let r = 0; r < R; r++) {
      for (let c = 0; c < C; c++) {
        a.grad[r * C + c] += out.grad[r * C + c];
        b.grad[r * down + c * right] += out.grad[r * C + c];
      }
    }
  });
  for (let r = 0; r < R; r++) {
    for (let c = 0; c < C; c++) {
      out.data[r * C + c] = a.data[r * C + c] + b.data[r * down + c * right];
    }
  }
  return out;
}

/** a * b, number by number. If b has one row, or one column, it is used for all rows of a, or all columns. */
export function mul(tape: Tape, a: Value, b: Value): Value {
  const { R, C, down, right } = broadcast("mul", a, b);
  const out = record(tape, "mul", [a, b], R, C, () => {
    for (let r = 0; r < R; r++) {
      for (let c = 0; c < C; c++) {
        const [i, j] = [r * C + c, r * down + c * right];
        a.grad[i] += out.grad[i] * b.data[j];
        b.grad[j] += out.grad[i] * a.data[i];
      }
    }
  });
  for (let r = 0; r < R; r++) {
    for (let c = 0; c < C; c++) {
      out.data[r * C + c] = a.data[r * C + c] * b.data[r * down + c * right];
    }
  }
  return out;
}

/** a @ b^T: every row of a with every row of b. */
export function matmul(tape: Tape, a: Value, b: Value): Value {
  if (a.C !== b.C) throw misfit("matmul", a, b);
  const [R, C, K] = [a.R, b.R, a.C];
  const out = record(tape, "matmul", [a, b], R, C, () => {
    for (let r = 0; r < R; r++) {
      for (let c = 0; c < C; c++) {
        const d = out.grad[r * C + c];
        for (let k = 0; k < K; k++) {
          a.grad[r * K + k] += d * b.data[c * K + k];
          b.grad[c * K + k] += d * a.data[r * K + k];
        }
      }
    }
  });
  for (let r = 0; r < R; r++) {
    for (let c = 0; c < C; c++) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += a.data[r * K + k] * b.data[c * K + k];
      out.data[r * C + c] = sum;
    }
  }
  return out;
}

/** The sum of each row: (R, 1). With R = 1 the sum of everything. */
export function sum(tape: Tape, a: Value, R = a.R): Value {
  const C = a.data.length / R;
  if (!Number.isInteger(C)) throw new RangeError(`sum: ${a.data.length} values are not ${R} rows`);
  const out = record(tape, "sum", [a], R, 1, () => {
    for (let i = 0; i < R * C; i++) a.grad[i] += out.grad[Math.floor(i / C)];
  });
  for (let r = 0; r < R; r++) {
    let sum = 0;
    for (let c = 0; c < C; c++) sum += a.data[r * C + c];
    out.data[r] = sum;
  }
  return out;
}

/** R*C numbers of a, by their places in it: rows of a table, columns of a matrix, a matrix on its side. */
export function gather(tape: Tape, a: Value, places: Ints, R: number, C: number): Value {
  if (places.length !== R * C || places.some((i) => !(i >= 0 && i < a.data.length))) {
    throw new RangeError(`gather: expected ${R * C} places from 0 to ${a.data.length - 1}`);
  }
  const out = record(tape, "gather", [a], R, C, () => {
    for (let i = 0; i < R * C; i++) a.grad[places[i]] += out.grad[i];
  });
  for (let i = 0; i < R * C; i++) out.data[i] = a.data[places[i]];
  return out;
}

/** A function of each number, and its slope, told from the number x and the result y. */
function each(
  tape: Tape,
  name: string,
  a: Value,
  f: (x: number) => number,
  slope: (x: number, y: number) => number,
): Value {
  const out = record(tape, name, [a], a.R, a.C, () => {
    for (let i = 0; i < a.data.length; i++) {
      a.grad[i] += out.grad[i] * slope(a.data[i], out.data[i]);
    }
  });
  for (let i = 0; i < a.data.length; i++) out.data[i] = f(a.data[i]);
  return out;
}

export const exp = (tape: Tape, a: Value) => each(tape, "exp", a, Math.exp, (_, y) => y);

export const log = (tape: Tape, a: Value) => each(tape, "log", a, Math.log, (x) => 1 / x);

export const tanh = (tape: Tape, a: Value) => each(tape, "tanh", a, Math.tanh, (_, y) => 1 - y * y);

/** x to the power p */
export const pow = (tape: Tape, a: Value, p: number) => {
  const f = (x: number) => x ** p;
  return each(tape, "pow", a, f, (x, y) => (p * y) / x);
};

/** k x + c */
export const affine = (tape: Tape, a: Value, k: number, c = 0) => {
  const f = (x: number) => k * x + c;
  return each(tape, "affine", a, f, () => k);
};

const zeros = (like: Floats, length: number): Floats =>
  like instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);

/** How far it is in b from what belongs to one number of a to what belongs to the next one down, and to the right. */
function broadcast(name: string, a: Value, b: Value) {
  if ((b.R !== 1 && b.R !== a.R) || (b.C !== 1 && b.C !== a.C)) throw misfit(name, a, b);
  return { R: a.R, C: a.C, down: b.R === 1 ? 0 : b.C, right: b.C === 1 ? 0 : 1 };
}

const misfit = (name: string, a: Value, b: Value) =>
  new RangeError(`${name}: (${a.R}, ${a.C}) and (${b.R}, ${b.C}) do not fit`);
