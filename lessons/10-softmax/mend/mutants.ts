// Repairs that do not repair it: each an edit of solution.ts, with what the page says about it. The bug of start.ts itself
// is not here, because finding it is the exercise.

const largest = `    let max = -Infinity;
    for (let i = 0; i < V; i++) max = Math.max(max, logits[row + i]);
`;
const probability = "probs[row + i] = Math.exp(logits[row + i] - max) / sum;";

export const mutants = [
  {
    name: "the maximum in one place only",
    find: probability,
    replace: "probs[row + i] = Math.exp(logits[row + i]) / sum;",
    says: "The maximum is subtracted in the sum but not in the numerator. It cancels from the fraction only if it is in both places.",
  },
  {
    name: "the sum without the maximum",
    find: "sum += Math.exp(logits[row + i] - max)",
    replace: "sum += Math.exp(logits[row + i])",
    says: "The maximum is subtracted in the numerator but not in the sum. It cancels from the fraction only if it is in both places.",
  },
  {
    name: "the sum over the padding too",
    find: "i < V; i++) sum",
    replace: "i < Vp; i++) sum",
    says: "The sum goes over all Vp columns, and the padding holds rubbish: e to the power of a million is infinite. The probabilities have to add up to 1 over the first V columns.",
  },
  {
    name: "the sum not reset",
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
    says: "The sum does not start from 0 in each row: the first row is right, and the others are divided by the sums of all rows before them as well.",
  },
  {
    name: "the padding gets a share",
    find: "for (let i = V; i < Vp; i++) probs[row + i] = 0;",
    replace: "for (let i = V; i < Vp; i++) probs[row + i] = 1 / Vp;",
    says: "The padding has a probability. No token has these ids, so it has to be exactly 0.",
  },
  {
    name: "exponentials instead of probabilities",
    find: probability,
    replace: "probs[row + i] = Math.exp(logits[row + i] - max);",
    says: "probs holds the exponentials, which are not yet divided by their sum.",
  },
  {
    name: "a maximum that begins at a number",
    find: "let max = -Infinity;",
    replace: "let max = 0;",
    byNaN: true,
    says: "The maximum begins at a number, and where all logits of a row are far below it, every exponential is 0: 0 / 0 is NaN. Begin below any logit, at -Infinity.",
  },
  {
    name: "the maximum of the rows before too",
    find: `  for (let bt = 0; bt < B * T; bt++) {
    const row = bt * Vp;

    let max = -Infinity;
`,
    replace: `  let max = -Infinity;
  for (let bt = 0; bt < B * T; bt++) {
    const row = bt * Vp;

`,
    byNaN: true,
    says: "The search is inside the loop now, but max is not: it still holds the largest logit of the rows before. Begin at -Infinity in every row.",
  },
  {
    name: "one maximum for each sequence",
    find: largest,
    replace: `    let max = -Infinity;
    for (let t = 0; t < T; t++) {
      for (let i = 0; i < V; i++) max = Math.max(max, logits[(bt - (bt % T) + t) * Vp + i]);
    }
`,
    byNaN: true,
    says: "All rows of a sequence now have one maximum. Rows of the same sequence can be far apart too: each row needs its own.",
  },
  {
    name: "the maximum of the padding too",
    find: "i < V; i++) max",
    replace: "i < Vp; i++) max",
    byNaN: true,
    says: "The maximum is looked for in the padding too, whose numbers mean nothing: where one is large, all exponentials of the row are 0, and 0 / 0 is NaN.",
  },
];
