// Mistakes that are easily made in this exercise: each an edit of solution.ts, with what the page says about it. The steps
// are those of the lesson's derivation.

const line = "dlogits[row + j] += probs[row + j] * (dprobs[row + j] - mean);";
const sum = "mean += probs[row + i] * dprobs[row + i];";
const row = "const row = (b * T + t) * Vp;";
const ending = `      for (let j = 0; j < V; j++) {
        ${line}
      }
`;

export const mutants = [
  {
    name: "the mean missing",
    find: line,
    replace: "dlogits[row + j] += probs[row + j] * dprobs[row + j];",
    says: "dlogits lacks the mean: it is as if the sum in the denominator did not change with the logits. A probability that grows takes from all others: steps 3 and 5.",
  },
  {
    name: "the diagonal only",
    find: line,
    replace: "dlogits[row + j] += probs[row + j] * (1 - probs[row + j]) * dprobs[row + j];",
    says: "Only the diagonal of the Jacobian is used, p (1 - p). A logit also moves every other probability of its row: step 3.",
  },
  {
    name: "everything but the diagonal",
    find: line,
    replace: "dlogits[row + j] += probs[row + j] * (probs[row + j] * dprobs[row + j] - mean);",
    says: "The diagonal of the Jacobian is left out. A logit moves its own probability too: step 2.",
  },
  {
    name: "p instead of p (1 - p) on the diagonal",
    find: line,
    replace:
      "dlogits[row + j] += probs[row + j] * (dprobs[row + j] - mean + probs[row + j] * dprobs[row + j]);",
    says: "The diagonal of the Jacobian holds p, where p (1 - p) belongs: the logit is in the denominator too, step 2.",
  },
  {
    name: "the other entries with a plus",
    find: line,
    replace:
      "dlogits[row + j] += probs[row + j] * (dprobs[row + j] + mean - 2 * probs[row + j] * dprobs[row + j]);",
    says: "Off the diagonal the Jacobian has lost its minus sign. When one logit grows, all other probabilities fall: step 3.",
  },
  {
    name: "= for +=",
    find: "dlogits[row + j] +=",
    replace: "dlogits[row + j] =",
    says: "The numbers are right, but written over what dlogits held before. Gradients are added: += instead of =.",
  },
  {
    name: "the mean first",
    find: "(dprobs[row + j] - mean)",
    replace: "(mean - dprobs[row + j])",
    says: "Every sign is wrong: the two terms in the bracket have changed places, or the result is subtracted. It is dprobs minus the mean: step 5.",
  },
  {
    name: "the mean alone",
    find: "(dprobs[row + j] - mean)",
    replace: "-mean",
    says: "Only the minus part is there, what a logit takes from all probabilities through the sum in the denominator. What it gives to its own, p times dprobs, is missing: steps 2 and 5.",
  },
  {
    name: "the last term instead of the mean",
    find: "mean +=",
    replace: "mean =",
    says: "The mean holds only the last of its terms: it is set where it should be added to.",
  },
  {
    name: "no probabilities at all",
    find: `${sum}
      }

${ending}`,
    replace: `mean += dprobs[row + i] / V;
      }

      for (let j = 0; j < V; j++) {
        dlogits[row + j] += dprobs[row + j] - mean;
      }
`,
    says: "This is dprobs minus its plain mean: the probabilities are missing twice, before the bracket and as the weights in the mean. Step 5.",
  },
  {
    name: "the exponential of p",
    find: "+= probs[row + j] *",
    replace: "+= Math.exp(probs[row + j]) *",
    says: "The probability is exponentiated once more. Softmax has already done that with the logits, and probs is the result.",
  },
  {
    name: "the first column left out of the mean",
    find: "let i = 0;",
    replace: "let i = 1;",
    says: "The first token is left out of the mean: its loop begins at 1. Ids count from 0.",
  },
  {
    name: "the first column left out",
    find: "let j = 0;",
    replace: "let j = 1;",
    says: "The first token of each row is left out of dlogits: its loop begins at 1. Ids count from 0.",
  },
  {
    name: "rows of one number",
    find: row,
    replace: "const row = b * T + t;",
    says: "The rows begin at b * T + t, and so overlap. That is the number of the row; each is Vp long, so it is multiplied by Vp.",
  },
  {
    name: "plus the mean",
    find: line,
    replace: "dlogits[row + j] += probs[row + j] * (dprobs[row + j] + mean);",
    says: "The mean is added where it has to be subtracted: step 5.",
  },
  {
    name: "the sum without the probabilities",
    find: sum,
    replace: "mean += dprobs[row + i];",
    says: "dprobs is summed up as it is. In the sum every term is multiplied by the probability of its own token: step 5.",
  },
  {
    name: "the plain mean",
    find: sum,
    replace: "mean += dprobs[row + i] / V;",
    says: "This is the plain mean of dprobs. It has to be weighted: each term is multiplied by the probability of its own token, and nothing is divided by V: step 5.",
  },
  {
    name: "divided by V",
    find: sum,
    replace: "mean += (probs[row + i] * dprobs[row + i]) / V;",
    says: "The weighted mean is divided by V. The probabilities add up to 1 already, so the sum of the products is the mean: step 5.",
  },
  {
    name: "divided by Vp",
    find: sum,
    replace: "mean += (probs[row + i] * dprobs[row + i]) / Vp;",
    says: "The weighted mean is divided by Vp. The probabilities add up to 1 already, so nothing needs to be divided: step 5.",
  },
  {
    name: "the squares of the probabilities",
    find: sum,
    replace: "mean += probs[row + i] * probs[row + i] * dprobs[row + i];",
    says: "The probability occurs twice in each term of the sum. Step 5 takes the other one out of the sum, where it multiplies the bracket.",
  },
  {
    name: "p forgotten before the bracket",
    find: line,
    replace: "dlogits[row + j] += dprobs[row + j] - mean;",
    says: "The bracket is right, but it is not multiplied by the probability. A token of probability 0 has no gradient: step 5.",
  },
  {
    name: "p on dprobs alone",
    find: line,
    replace: "dlogits[row + j] += probs[row + j] * dprobs[row + j] - mean;",
    says: "The probability multiplies dprobs alone. It is a factor of both terms, so it multiplies the whole bracket: step 5.",
  },
  {
    name: "p squared before the bracket",
    find: line,
    replace: "dlogits[row + j] += probs[row + j] * probs[row + j] * (dprobs[row + j] - mean);",
    says: "The bracket is multiplied by the square of the probability: one of the two is too many, step 5.",
  },
  {
    name: "p on the mean a second time",
    find: line,
    replace: "dlogits[row + j] += probs[row + j] * (dprobs[row + j] - probs[row + j] * mean);",
    says: "Inside the bracket the mean is multiplied by the probability once more. The one before the bracket is enough: step 5.",
  },
  {
    name: "p (1 - p) before the bracket",
    find: line,
    replace:
      "dlogits[row + j] += probs[row + j] * (1 - probs[row + j]) * (dprobs[row + j] - mean);",
    says: "The bracket is multiplied by p (1 - p). The minus part of the Jacobian is in the mean already, so it is subtracted twice: step 5.",
  },
  {
    name: "divided by p",
    find: line,
    replace: "dlogits[row + j] += (dprobs[row + j] - mean) / probs[row + j];",
    says: "The bracket is divided by the probability. It is multiplied by it: step 5. And a probability can be 0.",
  },
  {
    name: "log-softmax",
    find: `${sum}
      }

${ending}`,
    replace: `mean += dprobs[row + i];
      }

      for (let j = 0; j < V; j++) {
        dlogits[row + j] += dprobs[row + j] - probs[row + j] * mean;
      }
`,
    says: "This is the backward pass of the logarithm of softmax, log p. Here dprobs is the gradient with respect to p itself.",
  },
  {
    name: "p minus dprobs",
    find: line,
    replace: "dlogits[row + j] += probs[row + j] - dprobs[row + j];",
    says: "This looks like p minus target, the gradient of softmax and cross-entropy together. The next lesson gets there; here softmax is on its own, and any dprobs may arrive.",
  },
  {
    name: "the mean not finished",
    find: `        ${sum}
      }

${ending}`,
    replace: `        ${sum}
        dlogits[row + i] += probs[row + i] * (dprobs[row + i] - mean);
      }
`,
    says: "Only the last column of each row is right: the mean is used while it is still being added up. It needs a loop of its own before the one that writes dlogits.",
  },
  {
    name: "the mean not reset",
    find: `  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      ${row}

      let mean = 0; // of dprobs, weighted by the probabilities
`,
    replace: `  let mean = 0; // of dprobs, weighted by the probabilities
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      ${row}

`,
    says: "The first row is right, and each later one has the means of all rows before it in its own: the mean has to begin at 0 in every row.",
  },
  {
    name: "rows of V",
    find: row,
    replace: "const row = (b * T + t) * V;",
    says: "Rows are taken to be V long. They are Vp long, so that the row of (b, t) begins at (b * T + t) * Vp. Only the first row begins where you read.",
  },
  {
    name: "the rows of the first sequence",
    find: row,
    replace: "const row = t * Vp;",
    says: "b is missing in the offset: every sequence works on the rows of the first.",
  },
  {
    name: "B rows for each sequence",
    find: row,
    replace: "const row = (b * B + t) * Vp;",
    says: "The offset goes on by B rows for each sequence. A sequence has T rows: b * T + t.",
  },
  {
    name: "padding sent on",
    find: "for (let j = 0; j < V; j++)",
    replace:
      "for (let j = V; j < Vp; j++) dlogits[row + j] += dprobs[row + j];\n      for (let j = 0; j < V; j++)",
    says: "The padding got a gradient: dprobs was passed on there. Columns from V on are not read by the forward pass, so their gradient is 0, and nothing is added.",
  },
  {
    name: "padding set to 0",
    find: "for (let j = 0; j < V; j++)",
    replace:
      "for (let j = V; j < Vp; j++) dlogits[row + j] = 0;\n      for (let j = 0; j < V; j++)",
    says: "The padding of dlogits was set to 0. Its gradient is 0, and gradients are added to what is there: so it has to stay as it is.",
  },
  {
    name: "the mean taken off the padding",
    find: "for (let j = 0; j < V; j++)",
    replace:
      "for (let j = V; j < Vp; j++) dlogits[row + j] -= mean;\n      for (let j = 0; j < V; j++)",
    says: "The padding got a gradient: the mean was subtracted there. The bracket is multiplied by the probability, which is 0 in the padding, so nothing is added.",
  },
  {
    name: "the mean over all columns, unweighted in the padding",
    find: "for (let i = 0; i < V; i++) {",
    replace:
      "for (let i = V; i < Vp; i++) mean += dprobs[row + i];\n      for (let i = 0; i < V; i++) {",
    says: "The padding has a say in the mean. Its columns mean nothing: the sum goes over the first V columns.",
  },
  {
    name: "the last column left out of the mean",
    find: "i < V;",
    replace: "i < V - 1;",
    says: "The last token is left out of the mean: its loop has to run while i < V.",
  },
  {
    name: "the last column left out",
    find: "j < V;",
    replace: "j < V - 1;",
    says: "The last token of each row is left out of dlogits: its loop has to run while j < V.",
  },
  {
    name: "one row too few",
    find: "t < T;",
    replace: "t < T - 1;",
    says: "The last token position of each sequence is left out: the loop has to run while t < T.",
  },
  {
    name: "probs and dprobs exchanged",
    find: "probs[row + j] * (dprobs[row + j] - mean)",
    replace: "dprobs[row + j] * (probs[row + j] - mean)",
    says: "probs and dprobs have changed places in the last line. The probability stands in front of the bracket, and the mean is taken off dprobs: step 5.",
  },
];
