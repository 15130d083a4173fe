// Ways to drop wrongly: each an edit of solution.ts, with what the page says about it.

import type { Mutant } from "../../../src/cells/mutants.ts";

const forward = `    if (training === 0) out[i] = inp[i];
    else out[i] = isKept(seed, step, i, p) ? inp[i] / (1 - p) : 0;
`;
const backward = `    if (training === 0) dinp[i] += dout[i];
    else if (isKept(seed, step, i, p)) dinp[i] += dout[i] / (1 - p);
`;
const between = `  }
}

function dropoutBackward(
  dinp: Float32Array, // (N), added to
  dout: Float32Array, // (N)
  seed: number,
  step: number,
  p: number,
  training: number,
  N: number,
): void {
  for (let i = 0; i < N; i++) {
`;

export const mutants: Mutant[] = [
  {
    name: "nothing dropped",
    start: true,
    find: forward + between + backward,
    replace: `    out[i] = inp[i];
${between}    dinp[i] += dout[i];
`,
    says: "Evaluation is right: nothing is dropped there. While training, isKept says of each number whether it stays; what stays is divided by 1 - p, and the rest is 0. If your code says so, look at its condition: training is the number 1 or 0, and never === true.",
  },
  {
    name: "the mask drawn anew in the backward pass",
    find: "else if (isKept(seed, step, i, p)) dinp",
    replace: "else if (isKept(seed, step + 1, i, p)) dinp",
    says: "The backward pass has a mask of its own. Ask isKept with the same seed, step and i as in the forward pass: what was dropped there gets no gradient here.",
    madeIn: "dinp",
  },
  {
    name: "everything gets a gradient",
    find: backward,
    replace: `    dinp[i] += training === 0 ? dout[i] : dout[i] / (1 - p);
`,
    says: "The dropped numbers get a gradient too. They went into no output, so moving them moves nothing: theirs is 0.",
    madeIn: "dinp",
  },
  {
    name: "the scale forgotten",
    find: "? inp[i] / (1 - p) : 0;",
    replace: "? inp[i] : 0;",
    says: "In out, what is kept is not scaled, so on average too little gets through. Divide by 1 - p.",
    madeIn: "out",
  },
  {
    name: "the scale forgotten on the way back",
    find: "dinp[i] += dout[i] / (1 - p);",
    replace: "dinp[i] += dout[i];",
    says: "In dinp the scale is missing: the forward pass divides by 1 - p, so does the gradient.",
    madeIn: "dinp",
  },
  {
    name: "multiplied by 1 - p",
    find: "? inp[i] / (1 - p) : 0;",
    replace: "? inp[i] * (1 - p) : 0;",
    says: "What is kept is made smaller by 1 - p. It has to make up for what is missing: divide.",
    madeIn: "out",
  },
  {
    name: "multiplied by 1 - p on the way back",
    find: "dinp[i] += dout[i] / (1 - p);",
    replace: "dinp[i] += dout[i] * (1 - p);",
    says: "In dinp the gradient is multiplied by 1 - p. The forward pass divides, so the backward pass does too.",
    madeIn: "dinp",
  },
  {
    name: "divided by p",
    find: "? inp[i] / (1 - p) : 0;",
    replace: "? inp[i] / p : 0;",
    says: "What is kept is divided by p, the probability of being dropped. Divide by that of being kept, 1 - p.",
    madeIn: "out",
  },
  {
    name: "dropping in evaluation",
    find: "    if (training === 0) out[i] = inp[i];\n    else out[i]",
    replace: "    out[i]",
    says: "In evaluation numbers are dropped as well. Where training is 0, out is inp.",
    madeIn: "out",
  },
  {
    name: "dropping in evaluation on the way back",
    find: "    if (training === 0) dinp[i] += dout[i];\n    else if",
    replace: "    if",
    says: "Where training is 0 nothing was dropped on the way forward, but the gradient is masked. There it is dout itself.",
    madeIn: "dinp",
  },
  {
    name: "the scale at evaluation",
    find: forward,
    replace: `    if (training === 0) out[i] = inp[i] * (1 - p);
    else out[i] = isKept(seed, step, i, p) ? inp[i] : 0;
`,
    says: "The scale is at evaluation: that was how dropout was first described, and the mean is right. Here it belongs to training, so that evaluation need not know p: divide by 1 - p where a number is kept.",
    madeIn: "out",
  },
  {
    name: "the scale at evaluation on top",
    find: "if (training === 0) out[i] = inp[i];",
    replace: "if (training === 0) out[i] = inp[i] / (1 - p);",
    says: "Training is right, but in evaluation nothing is missing that a scale could make up for: out is inp.",
    madeIn: "out",
  },
  {
    name: "what is kept and what is dropped exchanged",
    find: "? inp[i] / (1 - p) : 0;",
    replace: "? 0 : inp[i] / (1 - p);",
    says: "Exactly the numbers that should stay are dropped: isKept is true for those that stay.",
    madeIn: "out",
  },
  {
    name: "all or nothing",
    find: "else out[i] = isKept(seed, step, i, p)",
    replace: "else out[i] = isKept(seed, step, 0, p)",
    says: "All numbers are kept or dropped together: isKept is asked about number 0 each time. Ask about number i.",
    madeIn: "out",
  },
  {
    name: "one mask for all steps",
    find: "else out[i] = isKept(seed, step, i, p)",
    replace: "else out[i] = isKept(seed, 0, i, p)",
    says: "The mask does not depend on the step, so the same numbers would be missing in all of training. Hand step to isKept.",
    madeIn: "out",
  },
  {
    name: "the forward pass left as it was",
    find: forward,
    replace: "    out[i] = inp[i];\n",
    says: "The forward pass still lets everything through. While training, out is 0 where isKept says no, and inp over 1 - p where it says yes.",
    madeIn: "out",
  },
  {
    name: "the backward pass left as it was",
    find: backward,
    replace: "    dinp[i] += dout[i];\n",
    says: "The backward pass still lets everything through, training or not. While training it needs the mask and the factor of the forward pass.",
    madeIn: "dinp",
  },
  {
    name: "training and evaluation exchanged",
    find: "if (training === 0) out[i] = inp[i];",
    replace: "if (training !== 0) out[i] = inp[i];",
    says: "In out, training and evaluation are exchanged: numbers are dropped where training is 0. While training it is 1.",
    madeIn: "out",
  },
  {
    name: "training and evaluation exchanged on the way back",
    find: "if (training === 0) dinp[i] += dout[i];",
    replace: "if (training !== 0) dinp[i] += dout[i];",
    says: "In dinp, training and evaluation are exchanged: gradients are masked where training is 0. While training it is 1.",
    madeIn: "dinp",
  },
  {
    name: "what is dropped gets the gradient",
    find: "else if (isKept(seed, step, i, p)) dinp",
    replace: "else if (!isKept(seed, step, i, p)) dinp",
    says: "In dinp, the dropped numbers get the gradient and the kept ones none. isKept is true for those that stay.",
    madeIn: "dinp",
  },
  {
    name: "what is dropped goes through",
    find: "? inp[i] / (1 - p) : 0;",
    replace: "? inp[i] / (1 - p) : inp[i];",
    says: "The numbers that are dropped go through as they are. In out they are 0.",
    madeIn: "out",
  },
  {
    name: "divided by p on the way back",
    find: "dinp[i] += dout[i] / (1 - p);",
    replace: "dinp[i] += dout[i] / p;",
    says: "In dinp the gradient is divided by p. The forward pass divides by 1 - p, so does the backward pass.",
    madeIn: "dinp",
  },
  {
    name: "isKept asked in another order",
    find: "else out[i] = isKept(seed, step, i, p)",
    replace: "else out[i] = isKept(seed, i, step, p)",
    says: "In out, the mask is another one: isKept is handed i and step in the wrong order. It takes seed, step, i, p.",
    madeIn: "out",
  },
  {
    name: "isKept asked in another order on the way back",
    find: "else if (isKept(seed, step, i, p)) dinp",
    replace: "else if (isKept(seed, i, step, p)) dinp",
    says: "In dinp, the mask is another one: isKept is handed i and step in the wrong order. It takes seed, step, i, p.",
    madeIn: "dinp",
  },
];
