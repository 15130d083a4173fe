// Repairs that do not repair it: each an edit of solution.ts, with what the page says about it. The bug of start.ts itself
// is not here, because finding it is the exercise.

const off = "const d = sub(loadUpTo(inp, row + i, C - i, m), centre);";

export const mutants = [
  {
    name: "only whole vectors",
    find: `for (let i = 0; i < C; i += 4) {
      ${off}`,
    replace: `for (let i = 0; i + 4 <= C; i += 4) {
      ${off}`,
    says: "In the variance the channels of the last vector are now left out altogether, where it is not full. They belong in the sum; only the lanes after them do not.",
  },
  {
    name: "divided by the lanes",
    find: "1 / Math.sqrt(sum(sums) / C + 1e-5)",
    replace: "1 / Math.sqrt(sum(sums) / (4 * Math.ceil(C / 4)) + 1e-5)",
    says: "The variance is divided by the number of lanes, and lanes without a channel are counted. What they put into the sum has to go, and C is the number to divide by.",
  },
  {
    name: "the first lane repeated",
    find: off,
    replace: "const d = sub(loadUpTo(inp, row + i, C - i, inp[row]), centre);",
    says: "The lanes after the last channel now hold the row's first number, which is not 0 when the mean is taken off. What must they hold, so that the difference is 0?",
  },
  {
    name: "1 in the lanes",
    find: off,
    replace: "const d = sub(loadUpTo(inp, row + i, C - i, 1), centre);",
    says: "The lanes after the last channel now hold 1, and add (1 - mean)^2 each to the variance. They must add 0.",
  },
  {
    name: "the mean's lanes changed",
    find: "sums = add(sums, loadUpTo(inp, row + i, C - i));",
    replace: "sums = add(sums, loadUpTo(inp, row + i, C - i, 1));",
    says: "In the mean the lanes after the last channel now add 1 each. There 0 was right: it changes no sum.",
  },
  {
    name: "minus the mean",
    find: off,
    replace: "const d = sub(loadUpTo(inp, row + i, C - i, -m), centre);",
    says: "The lanes after the last channel now hold minus the mean, so that their difference from it is twice as large as before.",
  },
];
