import type { Mutant } from "../../../src/cells/mutants.ts";

const mean =
  "\n  let loss = 0;\n  for (const one of model.losses) loss += one / model.losses.length;\n\n";
const update =
  "  const squares = new Float32Array(1);\n  for (const name of parameterNames) {\n    gradientSquares(squares, gradients[name], gradients[name].length);\n  }\n  for (const name of parameterNames) {\n    const [params, grads] = [parameters[name], gradients[name]];\n    const N = params.length;\n    const decay = matrices.includes(name) ? weightDecay : 0;\n    clipGradients(grads, squares, maxNorm, N);\n    adamwUpdate(params, grads, m[name], v[name], t, lr, beta1, beta2, eps, decay, N);\n  }\n";

export const mutants: Mutant[] = [
  {
    name: "the gradients not set to 0",
    find: "  for (const name of parameterNames) gradients[name].fill(0);\n\n",
    replace: "",
    says: "The gradients are never set to 0, so each step adds to those of all steps before it. The first loss is right, and so is the first update; from then on it goes wrong.",
  },
  {
    name: "the gradients set to 0 after the way back",
    find: "  backward(model);\n",
    replace: "  backward(model);\n  for (const name of parameterNames) gradients[name].fill(0);\n",
    says: "AdamW is handed nothing but zeros, so only the decay moves the weights. Either the gradients are set to 0 after the way back, and not before it, or the last argument of the classifier is false, so that it leaves no gradients.",
  },
  {
    name: "the classifier's part lost",
    find: "  backward(model);\n",
    replace: "  gradients.wte.fill(0);\n  backward(model);\n",
    says: "The gradient of wte is set to 0 between the classifier and backward. The classifier has already added its part of it: wte is used twice.",
  },
  {
    name: "the update before the way back",
    find: `  backward(model);
${mean}${update}`,
    replace: `${update}  backward(model);
${mean}`,
    says: "AdamW moves the weights before backward has computed their gradients. The update comes last.",
  },
  {
    name: "inputs and targets exchanged",
    find: "forward(model, inputs);\n  classifier(model, targets, 0, true);",
    replace: "forward(model, targets);\n  classifier(model, inputs, 0, true);",
    says: "inputs and targets have changed places: this model learns to tell the token before, not the next one. Even the first loss is wrong.",
  },
  {
    name: "the targets are the inputs",
    find: "classifier(model, targets, 0",
    replace: "classifier(model, inputs, 0",
    says: "The classifier is handed inputs as its targets, so the model learns to repeat the token that it has just read.",
  },
  {
    name: "every step is the first",
    find: "v[name], t, lr",
    replace: "v[name], 1, lr",
    says: "AdamW is told in every step that it is the first. Then m and v are corrected too much from the second step on: pass t.",
  },
  {
    name: "steps counted from 1 too high",
    find: "v[name], t, lr",
    replace: "v[name], t + 1, lr",
    says: "AdamW's steps begin at 2 here. t already counts from 1, so the correction of m and v in step t takes t itself.",
  },
  {
    name: "everything decays",
    find: "matrices.includes(name) ? weightDecay : 0",
    replace: "weightDecay",
    says: "Everything decays, biases and the scales of LayerNorm too. In the losses it hardly shows; the scales in lnfw are drawn towards 0. Only the matrices decay.",
  },
  {
    name: "nothing decays",
    find: "matrices.includes(name) ? weightDecay : 0",
    replace: "0",
    says: "Nothing decays. The six matrices have to, by weightDecay.",
  },
  {
    name: "the vectors decay, not the matrices",
    find: "matrices.includes(name) ? weightDecay : 0",
    replace: "matrices.includes(name) ? 0 : weightDecay",
    says: "It is the other way round: the matrices decay, the vectors do not.",
  },
  {
    name: "no clipping",
    find: "    clipGradients(grads, squares, maxNorm, N);\n",
    replace: "",
    says: "AdamW uses gradients that have not been clipped: clipGradients is not called, or only after adamwUpdate, when it is too late.",
  },
  {
    name: "each tensor clipped by itself",
    find: "    clipGradients(grads, squares, maxNorm, N);\n",
    replace:
      "    const own = new Float32Array(1);\n    gradientSquares(own, grads, N);\n    clipGradients(grads, own, maxNorm, N);\n",
    says: "Each tensor is clipped by its own norm. The norm is that of all 16 together, as if they were one long vector: first gather the squares of all, then clip.",
  },
  {
    name: "the squares not all gathered when the clipping begins",
    find: "  for (const name of parameterNames) {\n    gradientSquares(squares, gradients[name], gradients[name].length);\n  }\n  for (const name of parameterNames) {\n    const [params, grads] = [parameters[name], gradients[name]];\n",
    replace:
      "  for (const name of parameterNames) {\n    gradientSquares(squares, gradients[name], gradients[name].length);\n    const [params, grads] = [parameters[name], gradients[name]];\n",
    says: "Each tensor is clipped while squares holds only those up to itself. All 16 have to be gathered first, so this takes two loops.",
  },
  {
    name: "the squares kept from step to step",
    find: "  const squares = new Float32Array(1);",
    replace: "  const squares = ((model as { all?: Float32Array }).all ??= new Float32Array(1));",
    says: "squares goes on from the step before, so the norm grows and grows. Begin each step with 0.",
  },
  {
    name: "the sum of the losses",
    find: "loss += one / model.losses.length",
    replace: "loss += one",
    says: "This is the sum of the losses, not their mean: divide by how many there are. The training itself is right.",
  },
  {
    name: "the loss after the update",
    find: `${mean}${update}`,
    replace: `${update}  forward(model, inputs);
  classifier(model, targets, 0, false);
${mean}`,
    says: "These are the losses after each update, on the batch that it has just learned from. PyTorch's are from before it: take the mean before AdamW.",
  },
  {
    name: "m in the place of v",
    find: "m[name], v[name], t",
    replace: "m[name], m[name], t",
    says: "adamwUpdate is handed m twice. It keeps two running means, m of the gradient and v of its square: first m, then v.",
  },
  {
    name: "the betas exchanged",
    find: "t, lr, beta1, beta2",
    replace: "t, lr, beta2, beta1",
    says: "beta1 and beta2 have changed places in the call of adamwUpdate.",
  },
];
