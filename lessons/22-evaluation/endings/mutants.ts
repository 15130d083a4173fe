// Plausible bugs: each an edit of solution.ts, with what the page says about it.

const begin = "for (let t = contexts[n]; t < lengths[n]; t++) {";
const rowOf = "const row = (n * T + t - 1) * V;";
const term = "sum += logits[row + tokens[n * T + t]] - logSumExp(logits, row, V);";
const perplexity = "perplexities[n] = Math.exp(-sum / count);";

export const mutants = [
  {
    name: "the context counted",
    find: begin,
    replace: "for (let t = 1; t < lengths[n]; t++) {",
    says: "The context's tokens are in the sum. They are the same for every ending, and none of them is the ending's: begin at contexts[n].",
  },
  {
    name: "the mask one too early",
    find: begin,
    replace: "for (let t = Math.max(1, contexts[n] - 1); t < lengths[n]; t++) {",
    says: "The last token of the context is counted. Tokens are numbered from 0, so the ending's first is contexts[n].",
  },
  {
    name: "the mask one too late",
    find: begin,
    replace: "for (let t = contexts[n] + 1; t < lengths[n]; t++) {",
    says: "The first token of each ending is left out. It is contexts[n], and the logits before it are about it.",
  },
  {
    name: "the last token left out",
    find: begin,
    replace: "for (let t = contexts[n]; t < lengths[n] - 1; t++) {",
    says: "The last token of each ending is left out. It is lengths[n] - 1, and the loop has to reach it.",
  },
  {
    name: "padding counted",
    find: begin,
    replace: "for (let t = contexts[n]; t < T; t++) {",
    says: "What comes after an ending is counted too. It is there only to make all rows as long: stop before lengths[n].",
  },
  {
    name: "logits at the token itself",
    find: rowOf,
    replace: "const row = (n * T + t) * V;",
    says: "A token is looked up in the logits at its own place. Those were made when it had been read, and are about the one after it: take the row before, t - 1.",
  },
  {
    name: "rows of one text",
    find: rowOf,
    replace: "const row = (t - 1) * V;",
    says: "Every ending is scored with the logits of the first. Those of ending n begin at n * T * V.",
  },
  {
    name: "probabilities summed",
    find: term,
    replace: "sum += Math.exp(logits[row + tokens[n * T + t]] - logSumExp(logits, row, V));",
    says: "Probabilities are added up. That of a text is their product, so it is their logarithms that add up.",
  },
  {
    name: "logits summed",
    find: term,
    replace: "sum += logits[row + tokens[n * T + t]];",
    says: "Logits are added up. They become logarithms of probabilities when the logarithm of the sum of exponentials of their row is taken away.",
  },
  {
    name: "losses summed",
    find: term,
    replace: "sum -= logits[row + tokens[n * T + t]] - logSumExp(logits, row, V);",
    says: "The sums have the wrong sign: these are losses. A log-probability is 0 at most, and the likelier, the higher.",
  },
  {
    name: "not divided by the length",
    find: "means[n] = sum / count;",
    replace: "means[n] = sum;",
    says: "The means are the sums. Divide by the number of the ending's tokens.",
  },
  {
    name: "divided by context and ending",
    find: "means[n] = sum / count;",
    replace: "means[n] = sum / lengths[n];",
    says: "The means are divided by the tokens of context and ending. The sum is over the ending's tokens alone, and so is its mean.",
  },
  {
    name: "the mean of the perplexities",
    find: perplexity,
    replace: `let each = 0;
    for (let t = contexts[n]; t < lengths[n]; t++) {
      const at = (n * T + t - 1) * V;
      each += Math.exp(logSumExp(logits, at, V) - logits[at + tokens[n * T + t]]);
    }
    perplexities[n] = each / count;`,
    says: "This is the mean of one over each probability. The perplexity is the exponential of the mean loss: first the mean, then exp.",
  },
  {
    name: "perplexity upside down",
    find: perplexity,
    replace: "perplexities[n] = Math.exp(sum / count);",
    says: "This is one over the perplexity: the sign is missing. The loss is minus the mean log-probability.",
  },
  {
    name: "perplexity of the sum",
    find: perplexity,
    replace: "perplexities[n] = Math.exp(-sum);",
    says: "This is one over the probability of the whole ending. The perplexity is for each token: divide the sum by their number before exp.",
  },
  {
    name: "before the context",
    find: begin,
    replace: "for (let t = contexts[n] - 1; t < lengths[n]; t++) {",
    says: "The loop begins one too early, at the context's last token. Where a context is one token there is nothing before that. Begin at contexts[n].",
  },
  {
    name: "tokens of one text",
    find: term,
    replace: "sum += logits[row + tokens[t]] - logSumExp(logits, row, V);",
    says: "The tokens of every text are taken from the first. Those of text n begin at n * T: tokens[n * T + t].",
  },
  {
    name: "the token before",
    find: term,
    replace: "sum += logits[row + tokens[n * T + t - 1]] - logSumExp(logits, row, V);",
    says: "The row is right, and the token one too early: the logits at t - 1 are about token t.",
  },
  {
    name: "one row for the whole ending",
    find: rowOf,
    replace: "const row = (n * T + contexts[n] - 1) * V;",
    says: "All tokens of an ending are looked up in the logits at the context's last token. Those are about the ending's first token alone: the row moves on with t.",
  },
  {
    name: "the last token alone",
    find: term,
    replace: "sum = logits[row + tokens[n * T + t]] - logSumExp(logits, row, V);",
    says: "Each token's log-probability replaces the one before it, so that only the last is left. Add them up, with +=.",
  },
  {
    name: "one sum for all endings",
    find: "  for (let n = 0; n < N; n++) {\n    let sum = 0;\n",
    replace: "  let sum = 0;\n  for (let n = 0; n < N; n++) {\n",
    says: "The sum is carried on from one ending to the next. For each it begins at 0.",
  },
  {
    name: "divided by T",
    find: "means[n] = sum / count;",
    replace: "means[n] = sum / T;",
    says: "The means are divided by T, the length to which all rows are filled. The sum is over the ending's tokens: divide by their number.",
  },
  {
    name: "perplexity for context and ending",
    find: perplexity,
    replace: "perplexities[n] = Math.exp(-sum / lengths[n]);",
    says: "For the perplexity the sum is divided by the tokens of context and ending. Divide by those of the ending before exp.",
  },
  {
    name: "perplexity for each of T",
    find: perplexity,
    replace: "perplexities[n] = Math.exp(-sum / T);",
    says: "For the perplexity the sum is divided by T. Divide by the number of the ending's tokens before exp.",
  },
  {
    name: "perplexity to the base 2",
    find: perplexity,
    replace: "perplexities[n] = 2 ** (-sum / count);",
    says: "This is 2 to the power of the mean loss. The loss is in nats, and their base is e: take Math.exp.",
  },
  {
    name: "the loss for the perplexity",
    find: perplexity,
    replace: "perplexities[n] = -sum / count;",
    says: "These are mean losses. The perplexity is exp of the loss.",
  },
];
