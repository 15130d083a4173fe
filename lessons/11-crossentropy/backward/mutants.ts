// Mistakes that are easily made in this exercise: each an edit of solution.ts, with what the page says about it. The steps
// are those of the lesson's derivation.

const line = "dprobs[target] += -dlosses[bt] / probs[target];";
const place = "const target = row + targets[bt];";

export const mutants = [
  {
    name: "the sign",
    find: line,
    replace: "dprobs[target] += dlosses[bt] / probs[target];",
    says: "The sign is wrong. The loss is minus a logarithm: it falls where the probability of the target rises, so its slope is negative. Step 2.",
  },
  {
    name: "1/p missing",
    find: line,
    replace: "dprobs[target] += -dlosses[bt];",
    says: "The target's gradient is -dlosses, whatever its probability. The slope of -ln p is -1/p: the smaller p, the steeper. Step 2.",
  },
  {
    name: "multiplied by p",
    find: line,
    replace: "dprobs[target] += -dlosses[bt] * probs[target];",
    says: "dlosses is multiplied by the probability. The derivative of ln p is 1/p, so it is divided by it: step 2.",
  },
  {
    name: "1/p squared",
    find: line,
    replace: "dprobs[target] += -dlosses[bt] / probs[target] ** 2;",
    says: "The probability is divided by twice. -1/p^2 is the derivative of 1/p; that of -ln p is -1/p: step 2.",
  },
  {
    name: "the logarithm itself",
    find: line,
    replace: "dprobs[target] += Math.log(probs[target]) * dlosses[bt];",
    says: "This adds the logarithm of the probability, where its derivative belongs. How fast does ln p grow with p? Step 2.",
  },
  {
    name: "dlosses forgotten",
    find: line,
    replace: "dprobs[target] += -1 / probs[target];",
    says: "dlosses is forgotten: this is the slope of each position's own loss. The chain rule multiplies it by how much that loss counts: steps 1 and 2.",
  },
  {
    name: "divided by B * T again",
    find: line,
    replace: "dprobs[target] += -dlosses[bt] / probs[target] / (B * T);",
    says: "Everything is B * T times too small. The mean over the positions is in dlosses already, and must not be taken a second time: step 1.",
  },
  {
    name: "divided by T",
    find: line,
    replace: "dprobs[target] += -dlosses[bt] / probs[target] / T;",
    says: "Everything is T times too small. Where a mean over the positions is wanted, dlosses brings it along: step 1.",
  },
  {
    name: "divided by B",
    find: line,
    replace: "dprobs[target] += -dlosses[bt] / probs[target] / B;",
    says: "Everything is B times too small. Where a mean over the sequences is wanted, dlosses brings it along: step 1.",
  },
  {
    name: "= for +=",
    find: line,
    replace: "dprobs[target] = -dlosses[bt] / probs[target];",
    says: "The numbers are right, but written over what was there. Gradients are added: += instead of =.",
  },
  {
    name: "base 2",
    find: line,
    replace: "dprobs[target] += -dlosses[bt] / (probs[target] * Math.LN2);",
    says: "This is the gradient of a loss in bits. The loss is measured in nats, with the natural logarithm, whose derivative is 1/p without a factor.",
  },
  {
    name: "a small number against 0",
    find: line,
    replace: "dprobs[target] += -dlosses[bt] / (probs[target] + 1e-8);",
    says: "Something is added to the probability, to avoid a division by 0. It shows where the probability is small, and the forward pass has no such number: the derivative of -ln p is -1/p, step 2.",
  },
  {
    name: "one over the logarithm",
    find: line,
    replace: "dprobs[target] += -dlosses[bt] / Math.log(probs[target]);",
    says: "dlosses is divided by the logarithm of the probability. The derivative of ln p is one over p itself: step 2.",
  },
  {
    name: "p minus 1",
    find: line,
    replace: "dprobs[target] += (probs[target] - 1) * dlosses[bt];",
    says: "p - 1 is what comes out at the logit of the target, through softmax: the next exercise. Here only the way from the loss to the probability is asked for: -1/p, step 2.",
  },
  {
    name: "every column gets the target's",
    find: line,
    replace: "for (let v = 0; v < Vp; v++) dprobs[row + v] += -dlosses[bt] / probs[target];",
    says: "Every column of a row gets the gradient of the target's. No other probability occurs in -ln p of the target, so the others have gradient 0: step 2.",
  },
  {
    name: "p from the first row",
    find: line,
    replace: "dprobs[target] += -dlosses[bt] / probs[targets[bt]];",
    says: "The gradient is written in the right place, but the probability is read in the first row each time. It is the p of that same place: where the row begins has to be added there too.",
  },
  {
    name: "p of the row's first token",
    find: line,
    replace: "dprobs[target] += -dlosses[bt] / probs[row];",
    says: "The gradient is written in the right place, but the probability it is divided by is that of token 0, with which the row begins. It is the target's.",
  },
  {
    name: "written by position",
    find: line,
    replace: "dprobs[bt] += -dlosses[bt] / probs[target];",
    says: "The numbers are right, but they are written one after another at bt. dprobs has Vp columns for each position: each number belongs to the target's column of its row.",
  },
  {
    name: "one target for each sequence",
    find: place,
    replace: "const target = row + targets[b];",
    says: "The targets are read at b alone, one for a whole sequence. There is one for every position: b * T + t.",
  },
  {
    name: "one dlosses for each sequence",
    find: line,
    replace: "dprobs[target] += -dlosses[b] / probs[target];",
    says: "dlosses is read at b alone, one number for a whole sequence. It has one for every position: b * T + t.",
  },
  {
    name: "one column further",
    find: place,
    replace: "const target = row + targets[bt] + 1;",
    says: "The gradient lands one column after the target. Ids count from 0, as columns do: id 0 is the first column.",
  },
  {
    name: "one column before",
    find: place,
    replace: "const target = row + targets[bt] - 1;",
    says: "The gradient lands one column before the target. Ids count from 0, as columns do, so subtract nothing.",
  },
  {
    name: "the target of the next position",
    find: place,
    replace: "const target = row + (targets[bt + 1] ?? 0);",
    says: "Each position is given the target of the next one. The shift by one is in targets already: targets[bt] is the token that follows input bt.",
  },
  {
    name: "the targets of the first sequence",
    find: place,
    replace: "const target = row + targets[t];",
    says: "All sequences are given the targets of the first. targets has the shape (B, T), so the offset needs b * T as well.",
  },
  {
    name: "the target of the first position",
    find: place,
    replace: "const target = row + targets[0];",
    says: "Every position is given the target of the very first one. Each has its own: targets[bt].",
  },
  {
    name: "all in the first row",
    find: place,
    replace: "const target = targets[bt];",
    says: "All positions write into the first row. The row of position bt begins at bt * Vp, and the target's column is counted from there.",
  },
  {
    name: "rows of the wrong order",
    find: "const row = bt * Vp;",
    replace: "const row = (t * B + b) * Vp;",
    says: "The rows are taken as (T, B). In memory t runs faster than b: the row of (b, t) is number b * T + t.",
  },
  {
    name: "rows without their sequence",
    find: "const row = bt * Vp;",
    replace: "const row = t * Vp;",
    says: "The rows are counted by t alone, so that all sequences write into those of the first. Row number b * T + t belongs to (b, t).",
  },
  {
    name: "dlosses of the first sequence",
    find: line,
    replace: "dprobs[target] += -dlosses[t] / probs[target];",
    says: "dlosses is read at t alone: every sequence uses those of the first. Its shape is (B, T).",
  },
  {
    name: "one dlosses for all",
    find: line,
    replace: "dprobs[target] += -dlosses[0] / probs[target];",
    says: "dlosses[0] is used for all positions. For a mean they are all alike, but in general each position has its own.",
  },
  {
    name: "a gradient for every column",
    find: line,
    replace: "for (let v = 0; v < Vp; v++) dprobs[row + v] += -dlosses[bt] / probs[row + v];",
    says: "Every column gets a gradient. In -ln p of the target no other probability occurs, so the others have gradient 0, and the padding does too: step 2.",
  },
  {
    name: "the others as well",
    find: line,
    replace: `dprobs[target] += -dlosses[bt] / probs[target];
      for (let v = 0; v < Vp; v++) {
        if (row + v !== target) dprobs[row + v] += dlosses[bt] / (1 - probs[row + v]);
      }`,
    says: "The other columns get the gradient of -ln(1 - p). That belongs to a loss for yes or no questions, one for each token; here one token comes, and only its probability counts.",
  },
  {
    name: "the gradient through softmax",
    find: line,
    replace: `for (let v = 0; v < Vp; v++) {
        dprobs[row + v] += (probs[row + v] - (row + v === target ? 1 : 0)) * dlosses[bt];
      }`,
    says: "This is the gradient with respect to the logits, through softmax: the next exercise. Here only the way from the loss to the probabilities is asked for, step 2.",
  },
  {
    name: "the last position left out",
    find: "for (let t = 0; t < T; t++) {",
    replace: "for (let t = 0; t < T - 1; t++) {",
    says: "The last position of every sequence is left out. It has a target as well: the batch was cut with one token more than T.",
  },
  {
    name: "the logarithm again",
    find: "-dlosses[bt] / probs[target]",
    replace: "-dlosses[bt] * Math.log(probs[target])",
    says: "dlosses is multiplied by the loss itself. The chain rule wants its slope: the derivative of -ln p is -1/p, step 2.",
  },
];
