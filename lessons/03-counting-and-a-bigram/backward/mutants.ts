// Mistakes that are easily made in this exercise: each an edit of solution.ts, with what the page says about it. The steps
// are those of the lesson's derivation.

const row = "const row = inputs[n] * V;";
const oneHot = "const oneHot = v === targets[n] ? 1 : 0;";
const adds = "dtable[row + v] += (probs[row + v] - oneHot) / N;";

export const mutants = [
  {
    name: "the sum of the losses",
    find: "(probs[row + v] - oneHot) / N",
    replace: "probs[row + v] - oneHot",
    says: "This is the gradient of the sum of the losses. The loss is their mean, so each pair counts 1/N: step 4.",
  },
  {
    name: "divided by V",
    find: "- oneHot) / N",
    replace: "- oneHot) / V",
    says: "The gradient is divided by V. The mean is taken over the N pairs: step 4.",
  },
  {
    name: "only the probability is divided",
    find: "(probs[row + v] - oneHot) / N",
    replace: "probs[row + v] / N - oneHot",
    says: "The probability is divided by N, and the 1 of the token that came is not. The whole pair counts 1/N: step 4.",
  },
  {
    name: "only the 1 is divided",
    find: "(probs[row + v] - oneHot) / N",
    replace: "probs[row + v] - oneHot / N",
    says: "The 1 of the token that came is divided by N, and the probability is not. The whole pair counts 1/N: step 4.",
  },
  {
    name: "uphill",
    find: "(probs[row + v] - oneHot)",
    replace: "(oneHot - probs[row + v])",
    says: "All signs are turned. Downhill is where the gradient is subtracted, and that is done later: the gradient itself is p minus the 1, step 3.",
  },
  {
    name: "plus the 1",
    find: "- oneHot) / N",
    replace: "+ oneHot) / N",
    says: "The 1 of the token that came is added. A larger logit of it makes the loss smaller, so it is subtracted: step 3.",
  },
  {
    name: "no 1",
    find: "(probs[row + v] - oneHot) / N",
    replace: "probs[row + v] / N",
    says: "The gradient has the probabilities alone. Which token came is not in it yet: step 3.",
  },
  {
    name: "no probability",
    find: "(probs[row + v] - oneHot) / N",
    replace: "-oneHot / N",
    says: "The gradient has the tokens that came alone, which is counting with a minus. The sum below the line of the softmax gives the probabilities: step 2.",
  },
  {
    name: "only the column of the token that came",
    find: adds,
    replace: "if (oneHot === 1) dtable[row + v] += (probs[row + v] - 1) / N;",
    says: "Only the column of the token that came gets a gradient. The others share the probability with it, and have to go down: step 2.",
  },
  {
    name: "a slope of the softmax too much",
    find: "(probs[row + v] - oneHot) / N",
    replace: "((probs[row + v] - oneHot) * probs[row + v]) / N",
    says: "There is a factor p too much. The logarithm of the loss has cancelled it: steps 1 and 2.",
  },
  {
    name: "the row of the token that came",
    find: row,
    replace: "const row = targets[n] * V;",
    says: "The gradient goes to the row of the token that came. The row is that of the token that was given, whose logits were used: step 5.",
  },
  {
    name: "the 1 at the token that was given",
    find: oneHot,
    replace: "const oneHot = v === inputs[n] ? 1 : 0;",
    says: "The 1 is in the column of the token that was given. It belongs to the token that came: step 3.",
  },
  {
    name: "given and come exchanged",
    find: `${row}
    for (let v = 0; v < V; v++) {
      ${oneHot}`,
    replace: `const row = targets[n] * V;
    for (let v = 0; v < V; v++) {
      const oneHot = v === inputs[n] ? 1 : 0;`,
    says: "Given and come have changed places: this table guesses the token before from the token after.",
  },
  {
    name: "rows and columns exchanged",
    find: adds,
    replace: "dtable[v * V + inputs[n]] += (probs[row + v] - oneHot) / N;",
    says: "The numbers are right, and written down a column of the table. A row has the logits of what comes after one token, and it begins at inputs[n] * V.",
  },
  {
    name: "set, not added",
    find: "dtable[row + v] += ",
    replace: "dtable[row + v] = ",
    says: "A token that is given more than once keeps only its last pair: each pair has to be added, with +=, step 5.",
  },
  {
    name: "one row for all",
    find: row,
    replace: "const row = 0;",
    says: "All pairs go to the first row. Each belongs to the row of the token that was given: inputs[n] * V, step 5.",
  },
  {
    name: "the row not times V",
    find: row,
    replace: "const row = inputs[n];",
    says: "A row of the table is V numbers long, so row a begins at a * V. Here it begins at a, in the middle of another row.",
  },
  {
    name: "the last pair left out",
    find: "n < N; n++",
    replace: "n < N - 1; n++",
    says: "The last pair is left out. inputs and targets both have N tokens, and all of them are asked.",
  },
  {
    name: "the first pair left out",
    find: "let n = 0",
    replace: "let n = 1",
    says: "The first pair is left out: pairs are counted from 0.",
  },
  {
    name: "the target of the next pair",
    find: "v === targets[n]",
    replace: "v === targets[n + 1]",
    says: "The 1 is that of the next pair. targets[n] is the token that came after inputs[n] already: nothing has to be moved by one.",
  },
  {
    name: "divided by how often the token was given",
    find: "(probs[row + v] - oneHot) / N",
    replace: "(probs[row + v] - oneHot) / inputs.filter((a) => a === inputs[n]).length",
    says: "Each row is divided by how often its token was given. The loss is the mean over all pairs, whatever they begin with, so each counts 1/N: step 4.",
  },
  {
    name: "the 1 everywhere else",
    find: "? 1 : 0",
    replace: "? 0 : 1",
    says: "The 1 is in every column but that of the token that came: it is the other way round, step 3.",
  },
  {
    name: "the probabilities of the first row",
    find: "(probs[row + v] - oneHot)",
    replace: "(probs[v] - oneHot)",
    says: "The probabilities are those of row 0, for every pair. probs has a row for each token that is given, as dtable has: row + v.",
  },
  {
    name: "the 1 at the number of the pair",
    find: oneHot,
    replace: "const oneHot = v === n ? 1 : 0;",
    says: "The 1 is in column n, and n counts the pairs. Which token came is what targets[n] says.",
  },
  {
    name: "the losses themselves",
    find: "(probs[row + v] - oneHot) / N",
    replace: "(-Math.log(probs[row + v]) * oneHot) / N",
    says: "These are the losses themselves, in the column of the token that came. The gradient says how a loss moves with each logit: p minus the 1, step 3.",
  },
  {
    name: "the row of the pair's number",
    find: row,
    replace: "const row = n * V;",
    says: "The row is counted by pairs. The logits that were used are those of the token that was given: inputs[n] * V, step 5.",
  },
  {
    name: "divided by N times V",
    find: "- oneHot) / N",
    replace: "- oneHot) / (N * V)",
    says: "The gradient is too small by V. The mean is over the N pairs, and a pair has one loss, not V of them: step 4.",
  },
  {
    name: "the slope of the logarithm",
    find: adds,
    replace: "if (oneHot === 1) dtable[row + v] -= 1 / probs[row + v] / N;",
    says: "This is the slope of the logarithm, -1/p, with respect to the probability. The table has logits, and the softmax is in between: step 2.",
  },
];
