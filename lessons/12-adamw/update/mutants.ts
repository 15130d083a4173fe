// Mistakes that are easily made in this exercise: each an edit of solution.ts, with what the page says about it. The steps
// are those of the lesson's derivation.

const mean = "m[i] = beta1 * m[i] + (1 - beta1) * grad;";
const square = "v[i] = beta2 * v[i] + (1 - beta2) * grad * grad;";
const mHat = "const mHat = m[i] / (1 - beta1 ** t);";
const vHat = "const vHat = v[i] / (1 - beta2 ** t);";
const decay = "const shrunk = params[i] - lr * weightDecay * params[i];";
const step = "params[i] = shrunk - (lr * mHat) / (Math.sqrt(vHat) + eps);";

export const mutants = [
  {
    name: "no bias correction",
    whole: true,
    find: `${mHat}
    ${vHat}`,
    replace: `const mHat = m[i];
    const vHat = v[i];`,
    says: "m and v are right, but they are used uncorrected. Both began at 0 and still lean towards it: divide them by 1 - beta^t before the step, steps 3 and 4.",
  },
  {
    name: "no bias correction and no decay",
    whole: true,
    find: `${mHat}
    ${vHat}
    ${decay}`,
    replace: `const mHat = m[i];
    const vHat = v[i];
    const shrunk = params[i];`,
    says: "m and v are right. Two things are missing from params: the correction of both for their beginning at 0, steps 3 and 4, and the decay, step 9.",
  },
  {
    name: "the corrections multiply",
    find: `${mHat}
    ${vHat}`,
    replace: `const mHat = m[i] * (1 - beta1 ** t);
    const vHat = v[i] * (1 - beta2 ** t);`,
    says: "m and v are multiplied by 1 - beta^t. They are too small in the first steps, and this makes them smaller still: divide by it, step 3.",
  },
  {
    name: "the corrections of the first step",
    find: `${mHat}
    ${vHat}`,
    replace: `const mHat = m[i] / (1 - beta1);
    const vHat = v[i] / (1 - beta2);`,
    says: "The corrections divide by 1 - beta in every step, which is right only in the first. What the shares add up to grows with t: 1 - beta^t, step 2.",
  },
  {
    name: "the power of the bracket",
    find: `${mHat}
    ${vHat}`,
    replace: `const mHat = m[i] / (1 - beta1) ** t;
    const vHat = v[i] / (1 - beta2) ** t;`,
    says: "The corrections divide by (1 - beta)^t. The power belongs to beta alone: 1 - beta^t, step 2.",
  },
  {
    name: "the corrections without 1 minus",
    find: `${mHat}
    ${vHat}`,
    replace: `const mHat = m[i] / beta1 ** t;
    const vHat = v[i] / beta2 ** t;`,
    says: "The corrections divide by beta^t. That is the share that is still missing; what the shares add up to is 1 - beta^t, step 2.",
  },
  {
    name: "^ for a power, without brackets",
    find: `${mHat}
    ${vHat}`,
    replace: `const mHat = m[i] / ((1 - beta1) ^ t);
    const vHat = v[i] / ((1 - beta2) ^ t);`,
    says: "In 1 - beta1 ^ t, ^ is not a power: in JavaScript it compares the bits of two integers. Write 1 - beta1 ** t.",
  },
  {
    name: "the corrections without brackets",
    find: `${mHat}
    ${vHat}`,
    replace: `const mHat = m[i] / 1 - beta1 ** t;
    const vHat = v[i] / 1 - beta2 ** t;`,
    says: "The corrections lack their brackets: m / 1 - beta^t is m minus beta^t. Divide by all of (1 - beta ** t).",
  },
  {
    name: "the corrections in the learning rate",
    find: step,
    replace:
      "params[i] = shrunk - (lr * mHat * Math.sqrt(1 - beta2 ** t)) / (Math.sqrt(v[i]) + eps);",
    says: "The correction of v has been moved out in front, past eps. That is nearly the same, and some programs do it; but where gradients are small, eps counts, and PyTorch adds it to the root of the corrected v.",
  },
  {
    name: "only v corrected",
    find: mHat,
    replace: "const mHat = m[i];",
    says: "v is corrected for its beginning at 0, m is not. Each lacks its own factor, 1 - beta1^t for m: step 3.",
  },
  {
    name: "only m corrected",
    find: vHat,
    replace: "const vHat = v[i];",
    says: "m is corrected for its beginning at 0, v is not. It lacks the factor 1 - beta2^t: step 4.",
  },
  {
    name: "beta1 in both corrections",
    find: vHat,
    replace: "const vHat = v[i] / (1 - beta1 ** t);",
    says: "Both corrections use beta1. v was made with beta2, and that is the one in its geometric sum: step 4.",
  },
  {
    name: "t counted from 0",
    find: `${mHat}
    ${vHat}`,
    replace: `const mHat = m[i] / (1 - beta1 ** (t - 1));
    const vHat = v[i] / (1 - beta2 ** (t - 1));`,
    says: "The corrections are one step behind: the first divides by 1 - beta^0 = 0. t counts from 1, so the exponent is t itself.",
  },
  {
    name: "t one too large",
    find: `${mHat}
    ${vHat}`,
    replace: `const mHat = m[i] / (1 - beta1 ** (t + 1));
    const vHat = v[i] / (1 - beta2 ** (t + 1));`,
    says: "The corrections are one step ahead. t counts from 1 already, and in step t there are t terms in the geometric sum: step 2.",
  },
  {
    name: "the corrected means are kept",
    find: `${mean}
    ${square}
    ${mHat}
    ${vHat}`,
    replace: `m[i] = (beta1 * m[i] + (1 - beta1) * grad) / (1 - beta1 ** t);
    v[i] = (beta2 * v[i] + (1 - beta2) * grad * grad) / (1 - beta2 ** t);
    const mHat = m[i];
    const vHat = v[i];`,
    says: "The corrected means are stored in m and v. The next step would correct them a second time: keep the plain ones, and use the corrected ones in this step only.",
  },
  {
    name: "eps inside the root",
    find: step,
    replace: "params[i] = shrunk - (lr * mHat) / Math.sqrt(vHat + eps);",
    says: "eps is under the root. There it is far larger than it looks, since the root of 1e-6 is 1e-3. Add it after the root has been taken.",
  },
  {
    name: "eps forgotten",
    find: step,
    replace: "params[i] = shrunk - (lr * mHat) / Math.sqrt(vHat);",
    says: "eps is forgotten. A parameter that never had a gradient has m = v = 0, and 0 divided by 0 is not a number.",
  },
  {
    name: "eps added to the step",
    find: step,
    replace: "params[i] = shrunk - ((lr * mHat) / Math.sqrt(vHat) + eps);",
    says: "eps is added to the quotient. It belongs below the line, to the root, so that nothing is divided by 0: mind the brackets.",
  },
  {
    name: "eps outside the fraction",
    find: step,
    replace: "params[i] = shrunk - (lr * mHat) / Math.sqrt(vHat) + eps;",
    says: "eps is outside the fraction, and is added to the parameter. It belongs below the line, to the root, so that nothing is divided by 0: put both into brackets.",
  },
  {
    name: "no root",
    find: step,
    replace: "params[i] = shrunk - (lr * mHat) / (vHat + eps);",
    says: "The root is missing. v is a mean of squares: only its root has the unit of a gradient, and only then does the size of the gradient cancel.",
  },
  {
    name: "the root before the correction",
    find: `${vHat}`,
    replace: "const vHat = (Math.sqrt(v[i]) / (1 - beta2 ** t)) ** 2;",
    says: "The root is taken first, and then corrected. It is the mean of squares that lacks the factor 1 - beta2^t: correct v, then take the root. Step 4.",
  },
  {
    name: "v from the gradient",
    find: square,
    replace: "v[i] = beta2 * v[i] + (1 - beta2) * grad;",
    says: "v is made from the gradient itself. It is the running mean of its square: grad * grad.",
    madeIn: "v",
  },
  {
    name: "v from its absolute value",
    find: square,
    replace: "v[i] = beta2 * v[i] + (1 - beta2) * Math.abs(grad);",
    says: "v is made from the absolute value of the gradient. It is the mean of its square, of which the root is taken later.",
    madeIn: "v",
  },
  {
    name: "v from m squared",
    find: square,
    replace: "v[i] = beta2 * v[i] + (1 - beta2) * m[i] * m[i];",
    says: "v is made from the square of m. It is the mean of the squared gradient, before any averaging: grad * grad.",
    madeIn: "v",
  },
  {
    name: "betas exchanged",
    find: `${mean}
    ${square}`,
    replace: `m[i] = beta2 * m[i] + (1 - beta2) * grad;
    v[i] = beta1 * v[i] + (1 - beta1) * grad * grad;`,
    says: "The betas are exchanged. beta1 belongs to m, the mean of the gradient, and beta2 to v, the mean of its square.",
  },
  {
    name: "beta1 in both means",
    find: square,
    replace: "v[i] = beta1 * v[i] + (1 - beta1) * grad * grad;",
    says: "v is made with beta1. It has a memory of its own length, beta2.",
    madeIn: "v",
  },
  {
    name: "the shares exchanged in m",
    find: mean,
    replace: "m[i] = (1 - beta1) * m[i] + beta1 * grad;",
    says: "In m the shares are exchanged: beta1 is what is kept of the old mean, 1 - beta1 what the new gradient gets.",
    madeIn: "m",
  },
  {
    name: "the shares exchanged in v",
    find: square,
    replace: "v[i] = (1 - beta2) * v[i] + beta2 * grad * grad;",
    says: "In v the shares are exchanged: beta2 is what is kept of the old mean, 1 - beta2 what the new square gets.",
    madeIn: "v",
  },
  {
    name: "the shares exchanged in both",
    find: `${mean}
    ${square}`,
    replace: `m[i] = (1 - beta1) * m[i] + beta1 * grad;
    v[i] = (1 - beta2) * v[i] + beta2 * grad * grad;`,
    says: "In m and v the shares are exchanged: beta is what is kept of the old mean, 1 - beta what the new gradient gets, or its square.",
  },
  {
    name: "both sums",
    find: `${mean}
    ${square}`,
    replace: `m[i] = beta1 * m[i] + grad;
    v[i] = beta2 * v[i] + grad * grad;`,
    says: "m and v are sums, not means: what is new needs the factor 1 - beta, in both.",
  },
  {
    name: "no means at all",
    find: `${mean}
    ${square}`,
    replace: `m[i] = grad;
    v[i] = grad * grad;`,
    says: "m and v hold the newest gradient and its square, and nothing of those before. They are running means: beta times what was there, plus 1 - beta times what is new.",
  },
  {
    name: "both forget nothing",
    find: `${mean}
    ${square}`,
    replace: `m[i] += (1 - beta1) * grad;
    v[i] += (1 - beta2) * grad * grad;`,
    says: "m and v forget nothing: what they held has to be multiplied by beta before the new share is added.",
  },
  {
    name: "the share squared in v",
    find: square,
    replace: "v[i] = beta2 * v[i] + ((1 - beta2) * grad) ** 2;",
    says: "In v the factor 1 - beta2 has been squared with the gradient. Only the gradient is squared: mind the brackets.",
    madeIn: "v",
  },
  {
    name: "m from the square",
    find: mean,
    replace: "m[i] = beta1 * m[i] + (1 - beta1) * grad * grad;",
    says: "m is made from the square of the gradient. It is the mean of the gradient itself; the square belongs to v.",
    madeIn: "m",
  },
  {
    name: "m a sum",
    find: mean,
    replace: "m[i] = beta1 * m[i] + grad;",
    says: "m is a sum, not a mean: the new gradient needs the factor 1 - beta1. (Momentum is often written this way, but Adam is not.)",
    madeIn: "m",
  },
  {
    name: "v a sum",
    find: square,
    replace: "v[i] = beta2 * v[i] + grad * grad;",
    says: "v is a sum, not a mean: the new square needs the factor 1 - beta2.",
    madeIn: "v",
  },
  {
    name: "m forgets nothing",
    find: mean,
    replace: "m[i] = m[i] + (1 - beta1) * grad;",
    says: "m forgets nothing: what it held has to be multiplied by beta1 before the new gradient is added.",
    madeIn: "m",
  },
  {
    name: "v forgets nothing",
    find: square,
    replace: "v[i] = v[i] + (1 - beta2) * grad * grad;",
    says: "v forgets nothing: what it held has to be multiplied by beta2 before the new square is added.",
    madeIn: "v",
  },
  {
    name: "the gradient in place of m",
    find: step,
    replace: "params[i] = shrunk - (lr * grad) / (Math.sqrt(vHat) + eps);",
    says: "The step follows the newest gradient. It should follow the mean of the last ones, m corrected.",
  },
  {
    name: "SGD's step",
    find: `${decay}
    ${step}`,
    replace: "params[i] -= lr * grad;",
    says: "params still takes SGD's step, lr times the newest gradient. AdamW's step is lr times the corrected m over the root of the corrected v, and before it the parameter is shrunk.",
  },
  {
    name: "the means of the step before",
    find: `${mean}
    ${square}
    ${mHat}
    ${vHat}`,
    replace: `const mHat = m[i] / (1 - beta1 ** t);
    const vHat = v[i] / (1 - beta2 ** t);
    m[i] = beta1 * m[i] + (1 - beta1) * grad;
    v[i] = beta2 * v[i] + (1 - beta2) * grad * grad;`,
    says: "m and v are updated after they have been used, so each step follows the gradients before it, and the first does not move at all. Update them first.",
  },
  {
    name: "uphill",
    find: step,
    replace: "params[i] = shrunk + (lr * mHat) / (Math.sqrt(vHat) + eps);",
    says: "The step goes up the hill. The gradient points to where the loss grows, so the step is subtracted.",
  },
  {
    name: "lr forgotten",
    find: step,
    replace: "params[i] = shrunk - mHat / (Math.sqrt(vHat) + eps);",
    says: "The learning rate is missing from the step: without it every parameter moves by about 1.",
  },
  {
    name: "the decay twice",
    find: `const grad = grads[i];`,
    replace: "const grad = grads[i] + weightDecay * params[i];",
    says: "The decay has got into the gradient, and with it into m and v, and it is subtracted as well. AdamW keeps the two apart: steps 8 and 9.",
  },
  {
    name: "L2 in place of decay",
    find: `const grad = grads[i];
    ${mean}
    ${square}
    ${mHat}
    ${vHat}
    ${decay}`,
    replace: `const grad = grads[i] + weightDecay * params[i];
    m[i] = beta1 * m[i] + (1 - beta1) * grad;
    v[i] = beta2 * v[i] + (1 - beta2) * grad * grad;
    const mHat = m[i] / (1 - beta1 ** t);
    const vHat = v[i] / (1 - beta2 ** t);
    const shrunk = params[i];`,
    says: "This is Adam with L2: the decay is part of the gradient, goes into m and v, and is divided by the root. AdamW shrinks the parameter separately: steps 8 and 9.",
  },
  {
    name: "decay divided by the root",
    find: `${decay}
    ${step}`,
    replace: "params[i] -= (lr * (mHat + weightDecay * params[i])) / (Math.sqrt(vHat) + eps);",
    says: "The decay is divided by the root of v as the step is. Then a parameter with large gradients hardly decays: keep it outside the fraction. Step 9.",
  },
  {
    name: "decay without lr",
    find: decay,
    replace: "const shrunk = params[i] - weightDecay * params[i];",
    says: "The decay is not multiplied by the learning rate: a tenth of each parameter would be gone in every step. Step 9.",
  },
  {
    name: "decay of the gradient",
    find: decay,
    replace: "const shrunk = params[i] - lr * weightDecay * grad;",
    says: "What decays is taken from the gradient. It is a part of the parameter itself: lr * weightDecay * params[i], step 9.",
  },
  {
    name: "decay forgotten",
    find: decay,
    replace: "const shrunk = params[i];",
    says: "The decay is forgotten: this is Adam, without the W. Before the step each parameter is multiplied by 1 - lr * weightDecay. Step 9.",
  },
  {
    name: "decay that grows",
    find: decay,
    replace: "const shrunk = params[i] + lr * weightDecay * params[i];",
    says: "The decay has the wrong sign: parameters grow where they should shrink. Step 9.",
  },
  {
    name: "decay by a constant",
    find: decay,
    replace: "const shrunk = params[i] - lr * weightDecay * Math.sign(params[i]);",
    says: "The decay takes the same from every parameter, large or small. It should take a fraction of each, in proportion to params[i].",
  },
  {
    name: "decay after the step",
    find: `${decay}
    ${step}`,
    replace: `params[i] -= (lr * mHat) / (Math.sqrt(vHat) + eps);
    params[i] -= lr * weightDecay * params[i];`,
    says: "The decay comes after the step, and so shrinks the step as well. The difference is small; PyTorch shrinks first, and then steps.",
  },
  {
    name: "the first parameter left out",
    find: "for (let i = 0; i < N; i++) {",
    replace: "for (let i = 1; i < N; i++) {",
    says: "The first parameter is left out: i counts from 0.",
  },
  {
    name: "the last parameter left out",
    find: "for (let i = 0; i < N; i++) {",
    replace: "for (let i = 0; i < N - 1; i++) {",
    says: "The last parameter is left out: i runs up to N - 1, which is below N.",
  },
  {
    name: "the betas exchanged in the corrections",
    find: `    const mHat = m[i] / (1 - beta1 ** t);
    const vHat = v[i] / (1 - beta2 ** t);`,
    replace: `    const mHat = m[i] / (1 - beta2 ** t);
    const vHat = v[i] / (1 - beta1 ** t);`,
    says: "m is corrected with beta2 and v with beta1. Each is divided by what its own shares add up to: 1 - beta1^t for m, 1 - beta2^t for v, steps 3 and 4.",
  },
  {
    name: "eps written out",
    find: "+ eps)",
    replace: "+ 1e-8)",
    says: "eps is 1e-8 here, whatever is passed in. It is an argument: in one of the cases it is 1e-3, in another 1e-6.",
  },
  {
    name: "SGD left above",
    find: "    const grad = grads[i];",
    replace: `    params[i] -= lr * grads[i];
    const grad = grads[i];`,
    says: "The step of SGD is still there: lr times the gradient is subtracted as well as AdamW's own step. The starter's line has to go.",
  },
  {
    name: "m corrected where it is",
    find: "const mHat = m[i] / (1 - beta1 ** t);",
    replace: "m[i] /= 1 - beta1 ** t;\n    const mHat = m[i];",
    says: "The correction is written back into m, and the next step begins with it. m has to stay as it is: the corrected one is a number of this step alone.",
  },
  {
    name: "v corrected where it is",
    find: "const vHat = v[i] / (1 - beta2 ** t);",
    replace: "v[i] /= 1 - beta2 ** t;\n    const vHat = v[i];",
    says: "The correction is written back into v, and the next step begins with it. v has to stay as it is: the corrected one is a number of this step alone.",
  },
];
