// Repairs that do not repair it: each an edit of solution.ts, with what the page says about it. The bug of start.ts itself
// is not here, because finding it is the exercise.

const largest = `    let max = -Infinity;
    for (let i = 0; i < V; i++) max = Math.max(max, logits[row + i]);
`;
const probability = "probs[row + i] = Math.exp(logits[row + i] - max) / sum;";

export const mutants = [
  {
    name: "no maximum at all",
    find: largest,
    replace: "    const max = 0;\n",
    says: "Nothing is taken off the logits now. Those of the last case go up to 25,000, and e to that power is infinite.",
  },
  {
    name: "the padding has a say in the maximum",
    find: "i < V; i++) max",
    replace: "i < Vp; i++) max",
    says: "The maximum is taken over all Vp columns. Those from V on mean nothing, and here they hold numbers around a million: beside them every exponential of the row is 0.",
  },
  {
    name: "the smallest in place of the largest",
    find: largest,
    replace: `    let max = Infinity;
    for (let i = 0; i < V; i++) max = Math.min(max, logits[row + i]);
`,
    says: "The smallest logit is taken off. Then all exponents are 0 or above, and the large ones overflow: it has to be the largest.",
  },
  {
    name: "the maximum in one place only",
    find: probability,
    replace: "probs[row + i] = Math.exp(logits[row + i]) / sum;",
    says: "The maximum is taken off in the sum and not above the line. It cancels from the fraction only if it stands in both places.",
  },
  {
    name: "the sum without the maximum",
    find: "sum += Math.exp(logits[row + i] - max)",
    replace: "sum += Math.exp(logits[row + i])",
    says: "The maximum is taken off above the line and not in the sum. It cancels from the fraction only if it stands in both places.",
  },
  {
    name: "the sum over the padding too",
    find: "i < V; i++) sum",
    replace: "i < Vp; i++) sum",
    says: "The sum goes over all Vp columns, and the padding holds rubbish: e to the power of a million is infinite. The probabilities have to add up to 1 over the first V columns.",
  },
  {
    name: "the sum not begun anew",
    find: `  for (let bt = 0; bt < B * T; bt++) {
    const row = bt * Vp;

${largest}
    let sum = 0;
`,
    replace: `  let sum = 0;
  for (let bt = 0; bt < B * T; bt++) {
    const row = bt * Vp;

${largest}
`,
    says: "The sum is not begun anew for each row: the first row is right, and the others are divided by the sums of all rows before them as well.",
  },
  {
    name: "the padding gets a share",
    find: "for (let i = V; i < Vp; i++) probs[row + i] = 0;",
    replace: "for (let i = V; i < Vp; i++) probs[row + i] = 1 / Vp;",
    says: "The padding has a probability. No token has these numbers, so it has to be exactly 0.",
  },
  {
    name: "exponentials instead of probabilities",
    find: probability,
    replace: "probs[row + i] = Math.exp(logits[row + i] - max);",
    says: "probs holds the exponentials, which are not yet divided by their sum.",
  },
  {
    name: "the maximum at least 0",
    find: "let max = -Infinity;",
    replace: "let max = 0;",
    says: "The maximum begins at 0, so a row whose logits are all below 0 gets 0 for its largest. In a row near -2000 every exponential is then 0. It has to begin below every number: -Infinity.",
  },
  {
    name: "the maximum at least -100",
    find: "let max = -Infinity;",
    replace: "let max = -100;",
    says: "The maximum begins at -100, so a row whose logits are all far below that gets -100 for its largest, and every exponential is 0. It has to begin below every number: -Infinity.",
  },
  {
    name: "one maximum for each sequence",
    find: largest,
    replace: `    let max = -Infinity;
    const first = (bt - (bt % T)) * Vp;
    for (let t = 0; t < T; t++) {
      for (let i = 0; i < V; i++) max = Math.max(max, logits[first + t * Vp + i]);
    }
`,
    says: "All rows of a sequence have one maximum in common. Beside a row near 3000, every exponential of a row near -2000 is 0. Each row needs a maximum of its own.",
  },
];
