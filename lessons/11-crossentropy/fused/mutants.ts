// Mistakes that are easily made in this exercise: each an edit of solution.ts, with what the page says about it. The steps
// are those of the lesson's derivation.

const line = "dlogits[row + v] += (probs[row + v] - oneHot) * dlosses[bt];";
const choice = "const oneHot = v === targets[bt] ? 1 : 0;";
const columns = "for (let v = 0; v < V; v++) {";

export const mutants = [
  {
    name: "the minus one forgotten",
    find: line,
    replace: "dlogits[row + v] += probs[row + v] * dlosses[bt];",
    says: "The one-hot is missing: this pushes every token down, the one that came as well. In the target's column 1 is subtracted: steps 6 and 7.",
  },
  {
    name: "the sign",
    find: "(probs[row + v] - oneHot)",
    replace: "(oneHot - probs[row + v])",
    says: "The sign is wrong: it is probabilities minus one-hot. A larger logit of the target makes the loss smaller, so its gradient is negative: step 7.",
  },
  {
    name: "the id instead of the one-hot",
    find: "(probs[row + v] - oneHot)",
    replace: "(probs[row + v] - targets[bt])",
    says: "The id of the target is subtracted from every column. An id is not a quantity: it says which column loses 1, and the others lose nothing. Step 8.",
  },
  {
    name: "one from every column",
    find: "(probs[row + v] - oneHot)",
    replace: "(probs[row + v] - 1)",
    says: "1 is subtracted in every column. Only the target's loses it: v === targets[bt]. Step 8.",
  },
  {
    name: "one for each column, all from the target's",
    find: line,
    replace: `dlogits[row + v] += probs[row + v] * dlosses[bt];
        dlogits[row + targets[bt]] -= dlosses[bt];`,
    says: "The target's column loses 1 as often as there are tokens: the line that subtracts it is inside the loop over the columns. Once for each position is enough.",
  },
  {
    name: "the 1 does not know how much its position counts",
    find: line,
    replace: "dlogits[row + v] += probs[row + v] * dlosses[bt] - oneHot;",
    says: "dlosses multiplies the probability alone. Mind the bracket: the one-hot has the same factor, step 8.",
  },
  {
    name: "sign wrong and dlosses forgotten",
    find: line,
    replace: "dlogits[row + v] += oneHot - probs[row + v];",
    says: "Two things are wrong: it is probabilities minus one-hot, step 7, and each position has to be multiplied by its dlosses, step 8.",
  },
  {
    name: "written over, and dlosses forgotten",
    find: line,
    replace: "dlogits[row + v] = probs[row + v] - oneHot;",
    says: "Two things are missing: each position has to be multiplied by its dlosses, step 8, and gradients are added, += instead of =.",
  },
  {
    name: "plus one",
    find: "(probs[row + v] - oneHot)",
    replace: "(probs[row + v] + oneHot)",
    says: "The one-hot is added where it should be subtracted. In ln Z - z the target's logit comes after a minus: step 7.",
  },
  {
    name: "dlosses forgotten",
    find: line,
    replace: "dlogits[row + v] += probs[row + v] - oneHot;",
    says: "dlosses is forgotten: every position counts fully, where the chain rule weighs each by its own dlosses: steps 1 and 8.",
  },
  {
    name: "divided by B * T again",
    find: line,
    replace: "dlogits[row + v] += ((probs[row + v] - oneHot) * dlosses[bt]) / (B * T);",
    says: "dlogits is B * T times too small. The mean over the positions is in dlosses already; here it is taken a second time: step 1.",
  },
  {
    name: "divided by T",
    find: line,
    replace: "dlogits[row + v] += ((probs[row + v] - oneHot) * dlosses[bt]) / T;",
    says: "dlogits is T times too small. Whatever mean is wanted over the tokens of a sequence, dlosses brings it along: step 1.",
  },
  {
    name: "divided by B",
    find: line,
    replace: "dlogits[row + v] += ((probs[row + v] - oneHot) * dlosses[bt]) / B;",
    says: "dlogits is B times too small. Whatever mean is wanted over the sequences, dlosses brings it along: step 1.",
  },
  {
    name: "divided by V",
    find: line,
    replace: "dlogits[row + v] += ((probs[row + v] - oneHot) * dlosses[bt]) / V;",
    says: "dlogits is V times too small. The loss of a position is not a mean over the tokens of the vocabulary: only one of them came.",
  },
  {
    name: "= for +=",
    find: line,
    replace: "dlogits[row + v] = (probs[row + v] - oneHot) * dlosses[bt];",
    says: "The numbers are right, but written over what dlogits held before. Gradients are added: += instead of =.",
  },
  {
    name: "one column further",
    find: choice,
    replace: "const oneHot = v === targets[bt] + 1 ? 1 : 0;",
    says: "The 1 is one column after the target. Ids count from 0, as v does.",
  },
  {
    name: "one column before",
    find: choice,
    replace: "const oneHot = v === targets[bt] - 1 ? 1 : 0;",
    says: "The 1 is one column before the target. Ids count from 0, as v does, so subtract nothing.",
  },
  {
    name: "the target of the next position",
    find: choice,
    replace: "const oneHot = v === targets[bt + 1] ? 1 : 0;",
    says: "The 1 is at the target of the next position. The shift by one was made when the batch was cut: targets[bt] is the token that follows input bt.",
  },
  {
    name: "the target of the position before",
    find: choice,
    replace: "const oneHot = v === targets[bt - 1] ? 1 : 0;",
    says: "The 1 is at the target of the position before, which is this position's input. What has to be predicted is targets[bt].",
  },
  {
    name: "the targets of the first sequence",
    find: choice,
    replace: "const oneHot = v === targets[t] ? 1 : 0;",
    says: "The targets are read at t alone, so that all sequences have those of the first. The offset in a (B, T) array is b * T + t.",
  },
  {
    name: "one target for each sequence",
    find: choice,
    replace: "const oneHot = v === targets[b] ? 1 : 0;",
    says: "The targets are read at b alone, one for a whole sequence. There is one for every position: b * T + t.",
  },
  {
    name: "the target of the first position",
    find: choice,
    replace: "const oneHot = v === targets[0] ? 1 : 0;",
    says: "The 1 is at the target of the very first position, in every row. Each position has a target of its own.",
  },
  {
    name: "targets in the wrong order",
    find: choice,
    replace: "const oneHot = v === targets[t * B + b] ? 1 : 0;",
    says: "The targets are read at t * B + b. Their shape is (B, T): t runs fastest in memory, and b takes steps of T.",
  },
  {
    name: "the column counted from the row's beginning twice",
    find: choice,
    replace: "const oneHot = row + v === targets[bt] ? 1 : 0;",
    says: "row + v is compared with the target. A target is a column, counted from the beginning of its row: compare v alone. Only the first row comes out right.",
  },
  {
    name: "only the target's column",
    find: line,
    replace: "if (oneHot) dlogits[row + v] += (probs[row + v] - oneHot) * dlosses[bt];",
    says: "Only the target's logit gets a gradient. Every other logit is in the sum that all probabilities are divided by, and so in the loss: step 7.",
  },
  {
    name: "all but the target's column",
    find: line,
    replace: "if (!oneHot) dlogits[row + v] += (probs[row + v] - oneHot) * dlosses[bt];",
    says: "The target's logit gets no gradient. It occurs in the loss twice, in the sum and by itself, and both count: step 7.",
  },
  {
    name: "only the one-hot",
    find: line,
    replace: "dlogits[row + v] += -oneHot * dlosses[bt];",
    says: "The probabilities are missing: this is the gradient of minus the target's logit, without the sum of exponentials that it is measured against: step 7.",
  },
  {
    name: "the others with the wrong sign",
    find: line,
    replace: "dlogits[row + v] += (oneHot ? probs[row + v] - 1 : -probs[row + v]) * dlosses[bt];",
    says: "The target's column is right; the others have the wrong sign. Two minus signs meet there, from -1/p and from the Jacobian: step 6.",
  },
  {
    name: "dlosses on the one-hot alone",
    find: line,
    replace: "dlogits[row + v] += probs[row + v] - oneHot * dlosses[bt];",
    says: "dlosses multiplies the one-hot alone. It belongs to the whole bracket: probabilities as well.",
  },
  {
    name: "dlosses of the first sequence",
    find: line,
    replace: "dlogits[row + v] += (probs[row + v] - oneHot) * dlosses[t];",
    says: "dlosses is read at t alone, so that every sequence counts as the first does. Its shape is (B, T).",
  },
  {
    name: "one dlosses for all",
    find: line,
    replace: "dlogits[row + v] += (probs[row + v] - oneHot) * dlosses[0];",
    says: "dlosses[0] weighs all positions. For a mean all are alike, so it goes unnoticed there; here each has its own.",
  },
  {
    name: "one dlosses for each sequence",
    find: line,
    replace: "dlogits[row + v] += (probs[row + v] - oneHot) * dlosses[b];",
    says: "dlosses is read at b alone, one number for a whole sequence. It has one for every position: b * T + t.",
  },
  {
    name: "still divided by p",
    find: line,
    replace:
      "dlogits[row + v] += ((probs[row + v] - oneHot) * dlosses[bt]) / probs[row + targets[bt]];",
    says: "dlogits is divided by the target's probability. That 1/p is gone: it met the p of the Jacobian, step 6.",
  },
  {
    name: "the Jacobian alone",
    find: line,
    replace:
      "dlogits[row + v] += probs[row + targets[bt]] * (probs[row + v] - oneHot) * dlosses[bt];",
    says: "dlogits is multiplied by the target's probability. That p comes from the Jacobian, and the slope of the loss, -1/p, has to meet it: then both are gone, step 6.",
  },
  {
    name: "divided by its own p",
    find: line,
    replace: "dlogits[row + v] += ((probs[row + v] - oneHot) / probs[row + v]) * dlosses[bt];",
    says: "Each column is divided by its own probability. There is no 1/p left in the result: the one of step 2 belonged to the target, and has met the p of the Jacobian, step 6.",
  },
  {
    name: "the gradient of the probabilities",
    find: line,
    replace: "dlogits[row + v] -= (oneHot / probs[row + v]) * dlosses[bt];",
    says: "This is the gradient with respect to the probabilities, the exercise before: step 2. It has to go on through softmax, to the logits: steps 4 to 6.",
  },
  {
    name: "the logarithm of p",
    find: "(probs[row + v] - oneHot)",
    replace: "(Math.log(probs[row + v]) - oneHot)",
    says: "The bracket holds the logarithm of the probabilities. It is in the loss, but not in its slope: the probabilities themselves, step 7.",
  },
  {
    name: "the exponential of p",
    find: "(probs[row + v] - oneHot)",
    replace: "(Math.exp(probs[row + v]) - oneHot)",
    says: "The probabilities are exponentiated once more. Softmax has done that with the logits: probs is what it made of them.",
  },
  {
    name: "times p",
    find: line,
    replace: "dlogits[row + v] += probs[row + v] * (probs[row + v] - oneHot) * dlosses[bt];",
    says: "Each gradient is multiplied by its own probability once too often. The Jacobian's p of the target is used up by the 1/p: step 6.",
  },
  {
    name: "the derivative of a squared error",
    find: line,
    replace: "dlogits[row + v] += 2 * (probs[row + v] - oneHot) * dlosses[bt];",
    says: "dlogits is twice as large as it should be. The formula looks like the derivative of a square, but it comes from a logarithm, without a 2: step 7.",
  },
  {
    name: "base 2",
    find: line,
    replace: "dlogits[row + v] += ((probs[row + v] - oneHot) * dlosses[bt]) / Math.LN2;",
    says: "This is the gradient of a loss in bits. The loss is in nats: with the natural logarithm no factor remains.",
  },
  {
    name: "rows of V",
    find: "const row = bt * Vp;",
    replace: "const row = bt * V;",
    says: "The rows begin at bt * V. In memory each row has Vp columns, padding included: only V of them are looked at, but all are stepped over.",
  },
  {
    name: "rows in the wrong order",
    find: "const row = bt * Vp;",
    replace: "const row = (t * B + b) * Vp;",
    says: "The rows are taken as (T, B): each position gets the gradient of another. The row of (b, t) is number b * T + t.",
  },
  {
    name: "rows without their sequence",
    find: "const row = bt * Vp;",
    replace: "const row = t * Vp;",
    says: "The rows are counted by t alone, so that all sequences add to those of the first.",
  },
  {
    name: "the last token left out",
    find: columns,
    replace: "for (let v = 0; v < V - 1; v++) {",
    says: "The last token of the vocabulary gets no gradient: the columns run from 0 to V - 1, and V - 1 is one of them.",
  },
  {
    name: "the first token left out",
    find: columns,
    replace: "for (let v = 1; v < V; v++) {",
    says: "The first token of the vocabulary gets no gradient: ids begin at 0.",
  },
  {
    name: "the padding set to 0",
    find: columns,
    replace: `for (let v = V; v < Vp; v++) dlogits[row + v] = 0;
      ${columns}`,
    says: "The padding of dlogits was set to 0. Its gradient is 0, and gradients are added to what is there: so it has to stay as it is.",
  },
  {
    name: "one column too many",
    find: columns,
    replace: "for (let v = 0; v <= V; v++) {",
    says: "The loop over the columns goes one too far, to v = V. Where there is no padding, that is the next row's first column already: v < V.",
  },
  {
    name: "the padding gets a share",
    find: line,
    replace: `dlogits[row + v] += (probs[row + v] - oneHot) * dlosses[bt];
        if (v < Vp - V) dlogits[row + V + v] += dlosses[bt] / Vp;`,
    says: "The columns of the padding get a gradient. No probability is theirs, and no token: columns from V on have gradient 0 and stay as they are.",
  },
  {
    name: "the last position left out",
    find: "for (let t = 0; t < T; t++) {",
    replace: "for (let t = 0; t < T - 1; t++) {",
    says: "The last position of every sequence gets no gradient. It has a target as well: the batch was cut with one token more than T.",
  },
  {
    name: "the mean instead of dlosses",
    find: "(probs[row + v] - oneHot) * dlosses[bt]",
    replace: "(probs[row + v] - oneHot) / (B * T)",
    says: "Every position is divided by B * T. That is what dlosses holds where the loss is the plain mean; here each position has its own, dlosses[bt]: step 8.",
  },
  {
    name: "the target looked up with v",
    find: "v === targets[bt]",
    replace: "v === targets[v]",
    says: "The target is looked up with v, the column. There is one target for each position: targets[bt].",
  },
];
