// Repairs that do not repair it: each an edit of solution.ts, with what the page says about it. The bug of start.ts itself
// is not here, because finding it is the exercise.

const line = "const tanh = Math.tanh(u);";
const divided = "(Math.exp(u) - Math.exp(-u)) / (Math.exp(u) + Math.exp(-u))"; // as in start.ts

export const mutants = [
  {
    name: "NaN becomes 0",
    find: line,
    replace: `let tanh = ${divided};
    if (Number.isNaN(tanh)) tanh = 0;`,
    says: "The NaN is gone, but tanh is 0 instead, so the slope far out is one half. Far out tanh is 1 or -1.",
  },
  {
    name: "NaN becomes 1",
    find: line,
    replace: `let tanh = ${divided};
    if (Number.isNaN(tanh)) tanh = 1;`,
    says: "tanh is 1 now wherever it was NaN, also for large negative numbers, where it has to be -1 and the slope 0.",
  },
  {
    name: "NaN becomes a slope of 0",
    find: "dinp[i] += dout[i] * 0.5 * (1 + tanh + x * dtanh * du);",
    replace: "if (Math.abs(u) < 700) dinp[i] += dout[i] * 0.5 * (1 + tanh + x * dtanh * du);",
    says: "Where it was NaN, nothing is added now. That is right for large negative numbers; for large positive ones the slope is 1, and dout has to arrive.",
  },
  {
    name: "the exponentials of the size of u",
    find: line,
    replace: "const tanh = 1 - 2 / (1 + Math.exp(2 * Math.abs(u)));",
    says: "tanh has lost its sign: made from the size of u alone it is positive for negative x too. Only the exponential may be taken of the size.",
  },
  {
    name: "the wrong end mended",
    find: line,
    replace: "const tanh = 1 - 2 / (1 + Math.exp(-2 * u));",
    says: "This is tanh of -u: at large positive numbers it is -1 and at large negative ones 1. In the form with one exponential it has to be exp(2u) below the line.",
  },
  {
    name: "u held between -1 and 1",
    find: line,
    replace: "const tanh = Math.tanh(Math.min(1, Math.max(-1, u)));",
    says: "u is held so close to 0 that it spoils ordinary numbers: tanh(1) is only 0.76. Hold it where tanh is 1 to the last digit, at 20 or farther out, or do not hold it at all.",
  },
  {
    name: "x held instead of u",
    find: "const x = inp[i];",
    replace: "const x = Math.min(2, Math.max(-2, inp[i]));",
    says: "x is held too close to 0: beyond it GELU is still bent, and the slope there is not the slope at its edge. From about 6 on the bend is over in float32.",
  },
];
