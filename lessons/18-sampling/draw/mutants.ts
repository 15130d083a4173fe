// Repairs that do not repair it: each an edit of solution.ts, with what the page says about it. The bug of start.ts itself
// is not here, because finding it is the exercise.

const level = "const level = u[n] * total;";
const begin = `    let v = 0;
    let reached = weights[row]; // the sum up to token v and with it
    while (reached <= level) {
      v++;
      reached += weights[row + v];
    }
`;

export const mutants = [
  {
    name: "never the first token",
    find: "let v = 0;\n    let reached = weights[row]; // the sum up to token v and with it",
    replace: "let v = 1;\n    let reached = weights[row] + weights[row + 1];",
    says: "Token 0 can no longer be drawn. It has no weight in most of these rows, but what about one where it has? And token 1 is now drawn without one.",
  },
  {
    name: "u kept away from 0",
    find: level,
    replace: "const level = Math.max(u[n], 0.01) * total;",
    says: "Numbers close to 0 are changed, so some tokens come up more often than they should. And where u falls on a border between two tokens, it is still the wrong one.",
  },
  {
    name: "skips at the beginning only",
    find: begin,
    replace: `    let v = 0;
    while (weights[row + v] === 0) v++;
    let reached = weights[row + v];
    while (reached < level) {
      v++;
      reached += weights[row + v];
    }
`,
    says: "Tokens without weight at the beginning are skipped now. But where u falls on a border between two tokens, the one before it is still drawn: each token includes its lower border, not its upper.",
  },
  {
    name: "the token after",
    find: "tokens[n] = v;",
    replace: "tokens[n] = Math.min(v + 1, V - 1);",
    says: "Every token is one too far. Draw the token that takes the sum above the level.",
  },
  {
    name: "without the sum",
    find: level,
    replace: "const level = u[n];",
    says: "u is compared with sums of weights, which add up to more than 1. The level is u times the sum of the row.",
  },
  {
    name: "from the other end",
    find: level,
    replace: "const level = (1 - u[n]) * total;",
    says: "The level is measured from the other end. The frequencies would be right, but the same u must always give the same token as in PyTorch.",
  },
  {
    name: "all tokens alike",
    find: "tokens[n] = v;",
    replace: "tokens[n] = Math.floor(u[n] * V);",
    says: "Every token is equally likely now. The weights decide how much of the line from 0 to 1 belongs to each.",
  },
  {
    name: "places of weights for tokens",
    find: "tokens[n] = v;",
    replace: "tokens[n] = row + v;",
    says: "What is written is the place in weights, which counts through all rows. A token counts from the beginning of its row: v.",
  },
  {
    name: "one u for all",
    find: level,
    replace: "const level = u[0] * total;",
    says: "All rows are drawn with u[0]. Each row has a number of its own, u[n].",
  },
  {
    name: "the first weight left out of the sum",
    find: "let reached = weights[row];",
    replace: "let reached = 0;",
    says: "The sum begins at 0 although token 0 is the first to be looked at: its weight is never added, so that the sum falls short.",
  },
  {
    name: "the token with the largest weight",
    find: begin,
    replace: `    void level;
    let v = 0;
    for (let w = 1; w < V; w++) if (weights[row + w] > weights[row + v]) v = w;
`,
    says: "The token with the largest weight is taken each time. It has to be drawn: u decides, and the others come up as often as their weights say.",
  },
];
