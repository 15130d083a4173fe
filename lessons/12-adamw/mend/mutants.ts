// Repairs that do not repair it: each an edit of solution.ts, with what the page says about it. The bug of start.ts itself
// is not here, because finding it is the exercise.

const grad = "const grad = grads[i];";
const mean = "m[i] += (1 - beta1) * (grad - m[i]);";
const square = "v[i] += (1 - beta2) * (grad * grad - v[i]);";
const decay = "params[i] *= 1 - lr * weightDecay;";
const step = "params[i] -= (lr * (m[i] / mShare)) / (Math.sqrt(v[i] / vShare) + eps);";

export const mutants = [
  {
    name: "no decay at all",
    whole: true,
    find: `${decay}
    `,
    replace: "",
    says: "The penalty is out of m and v, which are right now. But the decay is gone altogether: it has to come back somewhere else.",
  },
  {
    name: "the decay twice",
    find: grad,
    replace: "const grad = grads[i] + weightDecay * params[i];",
    says: "The parameter is now shrunk directly, as it should be, but the penalty is still in the gradient. Only one of the two may stay.",
  },
  {
    name: "shrunk without the learning rate",
    whole: true,
    find: decay,
    replace: "params[i] *= 1 - weightDecay;",
    says: "m and v are right, but the parameter shrinks by weightDecay in one step. The learning rate scales the decay as it scales the step.",
  },
  {
    name: "the penalty beside m",
    whole: true,
    find: `${decay}
    ${step}`,
    replace:
      "params[i] -= (lr * (m[i] / mShare + weightDecay * params[i])) / (Math.sqrt(v[i] / vShare) + eps);",
    says: "m and v are right, but the decay is still divided by the root of v: where gradients are large, it hardly acts.",
  },
  {
    name: "the penalty out of v only",
    find: `${mean}
    ${square}
    ${decay}
    `,
    replace: `m[i] += (1 - beta1) * (grad + weightDecay * params[i] - m[i]);
    v[i] += (1 - beta2) * (grad * grad - v[i]);
    `,
    says: "v is free of the penalty, m is not. m too has to be a mean of the gradient of the loss alone.",
  },
  {
    name: "the penalty out of m only",
    find: `${mean}
    ${square}
    ${decay}
    `,
    replace: `const penalised = grad + weightDecay * params[i];
    m[i] += (1 - beta1) * (grad - m[i]);
    v[i] += (1 - beta2) * (penalised * penalised - v[i]);
    `,
    says: "m is free of the penalty, v is not, and nothing shrinks the parameter any more.",
  },
  {
    name: "shrunk after the step",
    whole: true,
    find: `${decay}
    ${step}`,
    replace: `${step}
    ${decay}`,
    says: "m and v are right, and the decay nearly is: it comes after the step and shrinks that as well. Shrink the parameter before the step.",
  },
  {
    name: "the penalty times the learning rate",
    find: `${grad}
    ${mean}
    ${square}
    ${decay}`,
    replace: `const grad = grads[i] + lr * weightDecay * params[i];
    ${mean}
    ${square}`,
    says: "The penalty now has the factor lr, but it is where it was: it still goes into m and v, and is divided by the root.",
  },
  {
    name: "the parameter grows",
    find: decay,
    replace: "params[i] *= 1 + lr * weightDecay;",
    says: "The decay is in the right place, with the wrong sign: the factor has to be below 1.",
  },
];
