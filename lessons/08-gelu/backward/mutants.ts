// Mistakes that are easily made in this exercise: each an edit of solution.ts, with what the page says about it. The steps
// are those of the lesson's derivation.

const tanh = "Math.tanh(scale * (x + cubic * x * x * x))";
const dtanh = "1 - tanh * tanh";
const du = "scale * (1 + 3 * cubic * x * x)";
const local = "0.5 * (1 + tanh) + 0.5 * x * dtanh * du";

/** The logistic function of something, for derivatives of relatives of GELU. */
const share = (argument: string) => `1 / (1 + Math.exp(-${argument}))`;

export const mutants = [
  {
    name: "the second term missing",
    find: local,
    replace: "0.5 * (1 + tanh)",
    says: "The slope has its first term alone, as if the share that is let through were fixed. It grows with x too: the product rule gives a second term, step 2.",
  },
  {
    name: "the first term missing",
    find: local,
    replace: "0.5 * x * dtanh * du",
    says: "The slope has its second term alone. x is also in front of the bracket, and moving it there gives the first term: step 2.",
  },
  {
    name: "the second term subtracted",
    find: local,
    replace: "0.5 * (1 + tanh) - 0.5 * x * dtanh * du",
    says: "The second term has the wrong sign. The product rule adds its two terms, and nothing in this one turns round: steps 2 and 6.",
  },
  {
    name: "product of derivatives",
    find: local,
    replace: "0.5 * dtanh * du",
    says: "The two factors were each differentiated and then multiplied. The product rule differentiates one at a time, keeps the other, and adds: step 2.",
  },
  {
    name: "0.5 forgotten in both terms",
    find: local,
    replace: "1 + tanh + x * dtanh * du",
    says: "Everything is twice as large as it should be: the 0.5 in front of the whole of GELU is missing, step 6.",
  },
  {
    name: "0.5 forgotten in the first term",
    find: local,
    replace: "(1 + tanh) + 0.5 * x * dtanh * du",
    says: "The first term lacks the 0.5 in front of the whole of GELU: for large x the slope comes out as 2, and it has to be 1.",
  },
  {
    name: "0.5 forgotten in the second term",
    find: local,
    replace: "0.5 * (1 + tanh) + x * dtanh * du",
    says: "The second term lacks the 0.5 in front of the whole of GELU. It multiplies both terms: step 6.",
  },
  {
    name: "0.5 a third time",
    find: local,
    replace: "0.5 * (1 + tanh + 0.5 * x * dtanh * du)",
    says: "The second term has the factor 0.5 twice: once in front of the bracket, once in it.",
  },
  {
    name: "x forgotten in the second term",
    find: local,
    replace: "0.5 * (1 + tanh) + 0.5 * dtanh * du",
    says: "The second term lacks the factor x. The product rule keeps the first factor, 0.5 * x, as it is while the other is differentiated: step 2.",
  },
  {
    name: "1 + dtanh in the first term",
    find: local,
    replace: "0.5 * (1 + dtanh) + 0.5 * x * dtanh * du",
    says: "The first term contains the derivative of tanh. It is the term in which the bracket is kept as it is, so tanh itself belongs there: step 2.",
  },
  {
    name: "no chain rule inside tanh",
    find: du,
    replace: "1",
    says: "The inner derivative is missing: tanh is taken of u, not of x, and the chain rule multiplies by du/dx: steps 3 and 5.",
  },
  {
    name: "only the scale inside",
    find: du,
    replace: "scale",
    says: "The inner derivative is sqrt(2 / pi) alone. The cube in u has a derivative too, 3 * 0.044715 * x^2, which goes beside the 1: step 5.",
  },
  {
    name: "the scale missing inside",
    find: du,
    replace: "1 + 3 * cubic * x * x",
    says: "The inner derivative lacks sqrt(2 / pi), which multiplies the whole of u and so the whole of its derivative: step 5.",
  },
  {
    name: "the scale on the 1 alone",
    find: du,
    replace: "scale + 3 * cubic * x * x",
    says: "In the inner derivative sqrt(2 / pi) multiplies the 1 alone. It is in front of a bracket, so it multiplies the part from the cube as well: step 5.",
  },
  {
    name: "the 3 missing",
    find: du,
    replace: "scale * (1 + cubic * x * x)",
    says: "The inner derivative lacks the 3 of the power rule: the derivative of x^3 is 3 x^2, step 5.",
  },
  {
    name: "2 for 3",
    find: du,
    replace: "scale * (1 + 2 * cubic * x * x)",
    says: "The inner derivative has a 2 where the 3 belongs. The power rule brings down the old exponent, not the new one: step 5.",
  },
  {
    name: "the exponent not lowered",
    find: du,
    replace: "scale * (1 + 3 * cubic * x * x * x)",
    says: "In the inner derivative the cube is still a cube. The power rule lowers the exponent by one, from x^3 to 3 x^2: step 5.",
  },
  {
    name: "the exponent lowered twice",
    find: du,
    replace: "scale * (1 + 3 * cubic * x)",
    says: "In the inner derivative the exponent has fallen from 3 to 1. The power rule lowers it by one only, to x^2: step 5.",
  },
  {
    name: "the 1 missing inside",
    find: du,
    replace: "scale * (3 * cubic * x * x)",
    says: "The inner derivative has the part of the cube only. The plain x in u has the derivative 1, which goes beside it: step 5.",
  },
  {
    name: "u differentiated to itself",
    find: du,
    replace: "scale * (x + cubic * x * x * x)",
    says: "The second term is multiplied by u itself, where its derivative belongs: step 5.",
  },
  {
    name: "tanh for its derivative",
    find: dtanh,
    replace: "tanh",
    says: "The second term has tanh where its derivative belongs, 1 - tanh^2: step 4.",
  },
  {
    name: "the square forgotten",
    find: dtanh,
    replace: "1 - tanh",
    says: "The derivative of tanh is 1 - tanh^2; here the square is missing: step 4.",
  },
  {
    name: "plus for minus in the derivative of tanh",
    find: dtanh,
    replace: "1 + tanh * tanh",
    says: "The derivative of tanh has a plus where the minus belongs. tanh is flat far out, so its derivative must go to 0 there, not to 2: step 4.",
  },
  {
    name: "the derivative of the logistic function",
    find: dtanh,
    replace: "tanh * (1 - tanh)",
    says: "tanh * (1 - tanh) is the derivative of another S-shaped curve, the logistic function, written in its own value. That of tanh is 1 - tanh^2: step 4.",
  },
  {
    name: "one cosh only",
    find: dtanh,
    replace: "1 / Math.cosh(scale * (x + cubic * x * x * x))",
    says: "The derivative of tanh is one over the square of cosh; here the square is missing: step 4.",
  },
  {
    name: "cosh^2 not below the line",
    find: dtanh,
    replace: "Math.cosh(scale * (x + cubic * x * x * x)) ** 2",
    says: "cosh^2 multiplies where it should divide: the derivative of tanh is 1 / cosh^2, and goes to 0 far out. Here it grows beyond all bounds: step 4.",
  },
  {
    name: "the derivative of tanh at x",
    find: dtanh,
    replace: "1 - Math.tanh(x) ** 2",
    says: "The derivative of tanh is taken at x. The chain rule wants it where the forward pass took tanh itself, at u: step 3.",
  },
  {
    name: "tanh of x",
    find: tanh,
    replace: "Math.tanh(x)",
    says: "tanh is taken of x itself. In the forward pass it is taken of u = sqrt(2 / pi) * (x + 0.044715 * x^3), and so it has to be here.",
  },
  {
    name: "the cube forgotten",
    find: tanh,
    replace: "Math.tanh(scale * x)",
    says: "The cube is missing in u. tanh has to be taken at the very place where the forward pass took it.",
  },
  {
    name: "a square in place of the cube",
    find: tanh,
    replace: "Math.tanh(scale * (x + cubic * x * x))",
    says: "u has a square where its cube belongs: sqrt(2 / pi) * (x + 0.044715 * x^3). For negative x the two have different signs.",
  },
  {
    name: "the scale forgotten in u",
    find: tanh,
    replace: "Math.tanh(x + cubic * x * x * x)",
    says: "u lacks its factor sqrt(2 / pi), so tanh is not the one of the forward pass.",
  },
  {
    name: "the scale on x alone",
    find: tanh,
    replace: "Math.tanh(scale * x + cubic * x * x * x)",
    says: "In u, sqrt(2 / pi) multiplies x alone. It is in front of a bracket, and the cube is in it.",
  },
  {
    name: "the scale forgotten altogether",
    find: "const scale = Math.sqrt(2 / Math.PI);",
    replace: "const scale = 1;",
    says: "sqrt(2 / pi) is missing everywhere, in u and in its derivative.",
  },
  {
    name: "the root forgotten",
    find: "Math.sqrt(2 / Math.PI)",
    replace: "(2 / Math.PI)",
    says: "The scale is 2 / pi: its root is missing.",
  },
  {
    name: "pi / 2",
    find: "Math.sqrt(2 / Math.PI)",
    replace: "Math.sqrt(Math.PI / 2)",
    says: "The scale is the root of pi / 2; it has to be that of 2 / pi, about 0.8.",
  },
  {
    name: "0.44715",
    find: "0.044715",
    replace: "0.44715",
    says: "The number before the cube is ten times too large: it is 0.044715.",
  },
  {
    name: "out in place of inp",
    find: "const x = inp[i];",
    replace: `const z = inp[i];
    const x = 0.5 * z * (1 + Math.tanh(scale * (z + cubic * z * z * z)));`,
    says: "This is the slope at out. The slope that counts is the one where the forward pass took GELU, at inp: step 1.",
  },
  {
    name: "the value in place of the slope",
    find: local,
    replace: "0.5 * x * (1 + tanh)",
    says: "dout is multiplied by GELU itself. The chain rule wants its slope: step 1.",
  },
  {
    name: "dout forgotten",
    find: "local * dout[i]",
    replace: "local",
    says: "The slope is added by itself. The chain rule multiplies it by what arrives from above, dout: step 1.",
  },
  {
    name: "dout passed on",
    find: "local * dout[i]",
    replace: "dout[i]",
    says: "dout is handed on as it came, as if the slope were 1 everywhere. It is so for large x only: step 1.",
  },
  {
    name: "ReLU",
    find: local,
    replace: "x > 0 ? 1 : 0",
    says: "This is the slope of ReLU: 1 for positive numbers, 0 for the others. GELU is bent, and so its slope goes from one to the other by degrees.",
  },
  {
    name: "the logistic approximation",
    find: local,
    replace: `(${share("(1.702 * x)")}) * (1 + 1.702 * x * (1 - ${share("(1.702 * x)")}))`,
    says: "This is the derivative of the paper's other approximation, x * sigmoid(1.702 x). The forward pass uses the one with tanh, and a gradient belongs to the forward pass that was made.",
  },
  {
    name: "SiLU",
    find: local,
    replace: `(${share("x")}) * (1 + x * (1 - ${share("x")}))`,
    says: "This is the derivative of x * sigmoid(x), which is called SiLU or Swish: a relative of GELU, used in later models.",
  },
  {
    name: "the exact GELU",
    find: `    const tanh = ${tanh};
    const dtanh = ${dtanh};
    const du = ${du};
    const local = ${local};`,
    replace: `    let [sum, term] = [x, x];
    for (let k = 3; Math.abs(x) < 9 && Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
      term *= (x * x) / k;
      sum += term;
    }
    const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
    const share = Math.abs(x) < 9 ? 0.5 + density * sum : x > 0 ? 1 : 0;
    const local = share + x * density;`,
    says: "This is the derivative of the exact GELU, right to about a thousandth. But the forward pass uses the approximation with tanh, and a gradient belongs to the forward pass that was made.",
  },
  {
    name: "the slope not begun anew",
    find: `  for (let i = 0; i < N; i++) {
    const x = inp[i];
    const tanh = ${tanh};
    const dtanh = ${dtanh};
    const du = ${du};
    const local = ${local};`,
    replace: `  let local = 0;
  for (let i = 0; i < N; i++) {
    const x = inp[i];
    const tanh = ${tanh};
    const dtanh = ${dtanh};
    const du = ${du};
    local += ${local};`,
    says: "The slopes are added up along the array: the first number is right, and each later one contains all slopes before it. The slope of each number starts again from zero.",
  },
  {
    name: "the last number left out",
    find: "i < N;",
    replace: "i < N - 1;",
    says: "The last number is left out: the loop has to run while i < N.",
  },
  {
    name: "the first number left out",
    find: "let i = 0;",
    replace: "let i = 1;",
    says: "The first number is left out: the loop has to begin at 0.",
  },
  {
    name: "a bracket lost in the first term",
    find: "0.5 * (1 + tanh)",
    replace: "0.5 * 1 + tanh",
    says: "In the first term 0.5 multiplies the 1 alone: the bracket around 1 + tanh is missing. Step 2.",
  },
  {
    name: "the root of 2 over pi",
    find: "Math.sqrt(2 / Math.PI)",
    replace: "Math.sqrt(2) / Math.PI",
    says: "The root is taken of 2 alone. It is the root of the whole quotient, sqrt(2 / pi), about 0.798: step 5.",
  },
  {
    name: "three inside the square",
    find: "3 * cubic * x * x",
    replace: "cubic * (3 * x) ** 2",
    says: "The 3 is squared with x. The derivative of x^3 is 3 x^2, where only x is squared: step 5.",
  },
  {
    name: "dtanh in the first term",
    find: "0.5 * (1 + tanh) + 0.5 * x * dtanh * du",
    replace: "0.5 * (1 + tanh) * dtanh + 0.5 * x * du",
    says: "dtanh multiplies the first term, and is missing in the second. It comes from differentiating tanh, which happens in the second term: steps 2 to 4.",
  },
];
