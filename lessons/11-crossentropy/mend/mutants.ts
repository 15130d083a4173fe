// Repairs that do not repair it: each an edit of solution.ts, with what the page says about it. The bug of start.ts itself
// is not here, because finding it is the exercise.

const last = "dlogits[row + targets[bt]] -= dlosses[bt];";
const first = "dlogits[row + v] += probs[row + v] * dlosses[bt];";

export const mutants = [
  {
    name: "divided by the number of positions",
    find: last,
    replace: "dlogits[row + targets[bt]] -= 1 / (B * T);",
    says: "1 / (B * T) is what dlosses holds where the loss is the plain mean. Here each position has a dlosses of its own, and the 1 is multiplied by that.",
  },
  {
    name: "no dlosses at all",
    find: `${first}
    }

    // Then the one column that is different.
    ${last}`,
    replace: `dlogits[row + v] += probs[row + v];
    }

    dlogits[row + targets[bt]] -= 1;`,
    says: "Now the two parts fit together, but neither includes how much its position counts. Both have the factor dlosses[bt].",
  },
  {
    name: "all of the column scaled",
    find: last,
    replace: `dlogits[row + targets[bt]] -= 1;
    dlogits[row + targets[bt]] *= dlosses[bt];`,
    says: "This multiplies all that the target's column holds by dlosses: what was there before the call as well, and the probability's part a second time. Only the 1 lacks its factor.",
  },
  {
    name: "the dlosses of another sequence",
    find: last,
    replace: "dlogits[row + targets[bt]] -= dlosses[bt % T];",
    says: "The 1 now has a factor, but all sequences use that of the first. dlosses has the shape (B, T), and bt counts through all of it.",
  },
  {
    name: "one dlosses for all",
    find: last,
    replace: "dlogits[row + targets[bt]] -= dlosses[0];",
    says: "The 1 is multiplied by the first position's dlosses, in every row. Each row needs its own.",
  },
  {
    name: "the probability as well",
    find: last,
    replace: "dlogits[row + targets[bt]] -= probs[row + targets[bt]] * dlosses[bt];",
    says: "This takes away again what the loop has added to the target's column. What is missing there is 1 times dlosses, not p times dlosses.",
  },
  {
    name: "1 taken from the probability after it",
    find: last,
    replace: "dlogits[row + targets[bt]] = (probs[row + targets[bt]] - 1) * dlosses[bt];",
    says: "The formula is right, but = drops what the target's column held before the call. Subtract from it instead.",
  },
  {
    name: "everything multiplied afterwards",
    find: `      dlogits[row + v] += probs[row + v] * dlosses[bt];
    }

    // Then the one column that is different.
    dlogits[row + targets[bt]] -= dlosses[bt];`,
    replace: `      dlogits[row + v] += probs[row + v];
    }

    dlogits[row + targets[bt]] -= 1;
    for (let v = 0; v < V; v++) dlogits[row + v] *= dlosses[bt];`,
    says: "What dlogits held before the call is multiplied by dlosses too. Multiply what is added, and leave the rest as it is.",
  },
  {
    name: "added to the target's column",
    find: "-= dlosses[bt]",
    replace: "+= dlosses[bt]",
    says: "dlosses is added to the target's column. It has to be subtracted: probabilities minus one-hot.",
  },
  {
    name: "divided by dlosses",
    find: "-= dlosses[bt]",
    replace: "-= 1 / dlosses[bt]",
    says: "1 is divided by dlosses in the target's column. It should be multiplied by it, like everything else in the row.",
  },
];
