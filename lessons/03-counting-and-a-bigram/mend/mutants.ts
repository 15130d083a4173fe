// Repairs that do not repair it: each an edit of solution.ts, with what the page says about it. The bug of start.ts itself
// is not here, because finding it is the exercise.

const each = "sum -= Math.log(probs[inputs[n] * V + targets[n]]);";

export const mutants = [
  {
    name: "the sum",
    find: "loss[0] = sum / N;",
    replace: "loss[0] = sum;",
    says: "This is the sum of the surprises. The loss is their mean: divide by N.",
  },
  {
    name: "divided by V",
    find: "sum / N",
    replace: "sum / V",
    says: "The sum of the surprises is divided by V. There are N of them.",
  },
  {
    name: "without the minus",
    find: "sum -= ",
    replace: "sum += ",
    says: "The logarithm of a probability is below 0. The surprise is minus that.",
  },
  {
    name: "the logarithm of the product's mean",
    find: `${each}
  loss[0] = sum / N;`,
    replace: `sum += probs[inputs[n] * V + targets[n]];
  loss[0] = -Math.log(sum) / N;`,
    says: "The logarithm is still taken of a sum. It has to be taken of each probability, before anything is added up.",
  },
  {
    name: "bits",
    find: "Math.log(",
    replace: "Math.log2(",
    says: "With the logarithm to the base 2 these are bits. The loss is in nats: Math.log.",
  },
  {
    name: "tens",
    find: "Math.log(",
    replace: "Math.log10(",
    says: "This is the logarithm to the base 10. The loss is in nats: Math.log.",
  },
  {
    name: "rows and columns exchanged",
    find: "inputs[n] * V + targets[n]",
    replace: "targets[n] * V + inputs[n]",
    says: "The probability is looked up with rows and columns exchanged: the row is that of the token that was given. That part was right.",
  },
  {
    name: "one minus the probability",
    find: each,
    replace: "sum += 1 - probs[inputs[n] * V + targets[n]];",
    says: "The mean of 1 - p has no logarithm in it. A token that had probability 0.0001 would cost hardly more than one with 0.1.",
  },
  {
    name: "each by its own probability",
    find: each,
    replace:
      "sum -= probs[inputs[n] * V + targets[n]] * Math.log(probs[inputs[n] * V + targets[n]]);",
    says: "Each surprise is multiplied by its probability, as in the formula of an entropy. There the probability says how often each token comes; here the pairs that came are in the sum already, each as often as it came.",
  },
  {
    name: "a logarithm of the mean logarithm",
    find: "loss[0] = sum / N;",
    replace: "loss[0] = -Math.log(sum / N);",
    says: "The logarithm is taken of each now, and then of their mean once more. The mean of the surprises is the loss already.",
  },
  {
    name: "one pair less",
    find: "sum / N",
    replace: "sum / (N - 1)",
    says: "The sum is divided by N - 1. It has N terms, one for each pair.",
  },
  {
    name: "perplexity",
    find: "loss[0] = sum / N;",
    replace: "loss[0] = Math.exp(sum / N);",
    says: "e to the power of the mean is the perplexity: among how many equally likely tokens one would have to guess. The loss is the mean itself.",
  },
  {
    name: "of the others",
    find: each,
    replace: "sum -= Math.log(1 - probs[inputs[n] * V + targets[n]]);",
    says: "The logarithm is of 1 - p, which is how likely all the others were. The surprise is minus the logarithm of p.",
  },
  {
    name: "begun at 1",
    find: "let sum = 0",
    replace: "let sum = 1",
    says: "The sum begins at 1. Before the first pair nothing has been added up: it begins at 0.",
  },
  {
    name: "log1p",
    find: "Math.log(",
    replace: "Math.log1p(",
    says: "Math.log1p(p) is the logarithm of 1 + p. What is wanted is that of p itself: Math.log.",
  },
  {
    name: "the last pair alone",
    find: "sum -= Math.log",
    replace: "sum = -Math.log",
    says: "Only the last pair is in the sum: each is put in the place of the one before. Take each off, with -=.",
  },
  {
    name: "rows one number long",
    find: "inputs[n] * V + targets[n]",
    replace: "inputs[n] + targets[n]",
    says: "A row of probs is V numbers long, so the one of inputs[n] begins at inputs[n] * V. That part was right.",
  },
];
