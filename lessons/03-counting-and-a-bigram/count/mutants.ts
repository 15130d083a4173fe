// Mistakes that are easily made in this exercise: each an edit of solution.ts, with what the page says about it.

const count = "probs[inputs[n] * V + targets[n]]++";
const sum = "total += probs[row + v]";
const share = "(probs[row + v] + alpha) / (total + alpha * V)";

export const mutants = [
  {
    name: "alpha once in the total",
    find: share,
    replace: "(probs[row + v] + alpha) / (total + alpha)",
    says: "The rows add up to more than 1: alpha is added to each of the V counts, so the total grows by alpha * V.",
  },
  {
    name: "alpha not in the total",
    find: share,
    replace: "(probs[row + v] + alpha) / Math.max(total, 1)",
    says: "alpha is added to the counts and not to their total, so the rows add up to more than 1.",
  },
  {
    name: "alpha not in the total, which may be 0",
    find: share,
    replace: "(probs[row + v] + alpha) / total",
    says: "alpha is added to the counts and not to their total, so the rows add up to more than 1, and a row without a count is divided by 0.",
  },
  {
    name: "alpha in the total alone",
    find: share,
    replace: "probs[row + v] / (total + alpha * V)",
    says: "alpha is in the total and not in the counts: what never came still has probability 0.",
  },
  {
    name: "alpha for what came only",
    find: share,
    replace: "(probs[row + v] > 0 ? probs[row + v] + alpha : 0) / (total + alpha * V)",
    says: "alpha is added only to pairs that came. It is there for those that did not.",
  },
  {
    name: "no alpha",
    find: share,
    replace: "probs[row + v] / total",
    says: "There is no alpha in it: what never came has probability 0, and a row without a pair is 0 divided by 0.",
  },
  {
    name: "one for alpha",
    find: share,
    replace: "(probs[row + v] + 1) / (total + V)",
    says: "1 is added to every count, whatever alpha is.",
  },
  {
    name: "alpha shared out",
    find: share,
    replace: "(probs[row + v] + alpha / V) / (total + alpha)",
    says: "alpha is shared out over the V tokens. Each of them gets the whole of it here.",
  },
  {
    name: "alpha as often as there are pairs",
    find: share,
    replace: "(probs[row + v] + alpha) / (total + alpha * N)",
    says: "The total grows by alpha * N. A row has V counts, and alpha is added to each.",
  },
  {
    name: "divided by all pairs",
    find: share,
    replace: "(probs[row + v] + alpha) / (N + alpha * V)",
    says: "The counts are divided by the number of all pairs. Of what comes after token a, the total is how often a was given.",
  },
  {
    name: "rows and columns exchanged",
    find: count,
    replace: "probs[targets[n] * V + inputs[n]]++",
    says: "Rows and columns are exchanged: row a now says what comes before token a.",
  },
  {
    name: "the total of a column",
    find: sum,
    replace:
      "total += inputs.reduce((sum, _, n) => sum + (inputs[n] === v && targets[n] === a ? 1 : 0), 0)",
    says: "The total is how often token a came. What is needed is how often it was given: the sum along its row.",
  },
  {
    name: "each pair once",
    find: count,
    replace: "probs[inputs[n] * V + targets[n]] = 1",
    says: "Every pair that came counts 1, however often it came. Add 1 each time.",
  },
  {
    name: "the last pair forgotten",
    find: "n < N",
    replace: "n < N - 1",
    says: "The last pair is not counted. inputs and targets both have N tokens, and all of them are asked.",
  },
  {
    name: "counts with alpha, not divided",
    find: share,
    replace: "probs[row + v] + alpha",
    says: "These are counts, not yet probabilities: divide by the total of the row, so that it adds up to 1.",
  },
  {
    name: "no alpha, and nothing divided by 0",
    find: share,
    replace: "total > 0 ? probs[row + v] / total : 1 / V",
    says: "There is no alpha in it: a row without a pair is even now, and in all others what never came still has probability 0.",
  },
  {
    name: "alpha twice in the total",
    find: sum,
    replace: "total += probs[row + v] + alpha",
    says: "alpha is in the total twice: once where the row is summed up, and once as alpha * V. The rows add up to less than 1.",
  },
  {
    name: "alpha twice in all",
    find: "probs.fill(0);",
    replace: "probs.fill(alpha);",
    says: "alpha is added twice: it is in the counts before they are summed up, and is added to them and to the total once more.",
  },
  {
    name: "the target of the next pair",
    find: count,
    replace: "if (n + 1 < N) probs[inputs[n] * V + targets[n + 1]]++",
    says: "Each token is paired with what came one later. targets[n] is the token that came after inputs[n] already.",
  },
  {
    name: "the next input for the target",
    find: count,
    replace: "if (n + 1 < N) probs[inputs[n] * V + inputs[n + 1]]++",
    says: "These are pairs of neighbours in inputs. The token that came after inputs[n] is targets[n]: the pairs need not follow one another in a text.",
  },
  {
    name: "only alpha divided",
    find: share,
    replace: "probs[row + v] + alpha / (total + alpha * V)",
    says: "Only alpha is divided: a division comes before a sum, so the count with alpha needs brackets.",
  },
  {
    name: "the row not times V",
    find: "probs[inputs[n] * V + targets[n]]++",
    replace: "probs[inputs[n] + targets[n]]++",
    says: "A row of the table is V numbers long, so the pairs after token a are counted from a * V on, not from a.",
  },
  {
    name: "counts alone",
    find: share,
    replace: "probs[row + v]",
    says: "These are the bare counts. Add alpha to each, and divide by the total of the row with its alphas, so that it adds up to 1.",
  },
  {
    name: "a column summed up",
    find: sum,
    replace: "total += probs[v * V + a]",
    says: "The total runs down column a, whose upper rows are divided already. What is needed is how often a was given: the sum along its row.",
  },
  {
    name: "the total used while it grows",
    find: `for (let v = 0; v < V; v++) total += probs[row + v];
    for (let v = 0; v < V; v++) probs[row + v] = ${share};`,
    replace: `for (let v = 0; v < V; v++) {
      total += probs[row + v];
      probs[row + v] = ${share};
    }`,
    says: "The total is used while it is still being added up: only the last column of a row sees all of it. Sum up the row first, in a loop of its own.",
  },
  {
    name: "indices added up",
    find: sum,
    replace: "total += v",
    says: "What is added up are indices, 0, 1, 2 and so on. The total is the sum of the counts, probs[row + v].",
  },
  {
    name: "one total for all",
    find: `for (let a = 0; a < V; a++) {
    const row = a * V;
    let total = 0;`,
    replace: `let total = 0;
  for (let a = 0; a < V; a++) {
    const row = a * V;`,
    says: "The total goes on from one row to the next. It has to begin at 0 in each.",
  },
  {
    name: "a softmax of the counts",
    find: `total += probs[row + v];
    for (let v = 0; v < V; v++) probs[row + v] = (probs[row + v] + alpha) / (total + alpha * V);`,
    replace: `total += Math.exp(probs[row + v]);
    for (let v = 0; v < V; v++) probs[row + v] = Math.exp(probs[row + v]) / total;`,
    says: "This is the softmax of the counts, in which 5 weighs e times as much as 4. A share is the count itself, with alpha, over their total.",
  },
  {
    name: "alpha with every pair",
    find: count,
    replace: "probs[inputs[n] * V + targets[n]] += 1 + alpha",
    says: "alpha is counted again with every pair that comes. It is added once to each count, and that is done at the end.",
  },
  {
    name: "the largest count",
    find: sum,
    replace: "total = Math.max(total, probs[row + v])",
    says: "The total is the largest count of the row. It is the sum of all of them.",
  },
  {
    name: "each pair counts 1/N",
    find: count,
    replace: "probs[inputs[n] * V + targets[n]] += 1 / N",
    says: "Each pair counts 1/N, so alpha weighs N times as much as it should. Add 1 for each pair.",
  },
];
