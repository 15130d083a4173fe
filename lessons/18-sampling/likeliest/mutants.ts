// Mistakes that are easily made in this exercise: each an edit of solution.ts, with what the page says about it.

const cut = "ids.length = Math.min(topK, V);";
const weights =
  "const weights = ids.map((id) => Math.exp((logits[row + id] - largest) / temperature));";
const more = "while (kept < ids.length && reached < topP * total) {";
const write = "probs[row + ids[i]] = weights[i] / reached;";

export const mutants = [
  {
    name: "without temperature",
    find: "(logits[row + id] - largest) / temperature",
    replace: "logits[row + id] - largest",
    says: "The temperature has no effect. It divides the logits, before the exponential.",
  },
  {
    name: "times the temperature",
    find: "/ temperature",
    replace: "* temperature",
    says: "The logits are multiplied by the temperature. Divide by it: the hotter, the smaller their differences, and the more alike the probabilities.",
  },
  {
    name: "without the largest",
    find: "(logits[row + id] - largest) / temperature",
    replace: "logits[row + id] / temperature",
    says: "Where logits are large, the exponential overflows. Subtract the largest logit from all of them first: it changes no probability.",
  },
  {
    name: "not renormalised",
    find: write,
    replace: "probs[row + ids[i]] = weights[i] / total;",
    says: "The probabilities of a row do not add up to 1: what top-p has cut off is still in the sum by which they are divided.",
  },
  {
    name: "weights written",
    find: write,
    replace: "probs[row + ids[i]] = weights[i];",
    says: "These are the exponentials. Divide each by the sum of those that are kept, so that a row adds up to 1.",
  },
  {
    name: "the last one left out",
    find: "reached < topP * total) {",
    replace: "reached + weights[kept] < topP * total) {",
    says: "top-p stops one token early. The token that takes the sum to topP is kept too: together they have to reach at least topP.",
  },
  {
    name: "one too many",
    find: `      kept++;
    }
`,
    replace: `      kept++;
    }
    if (kept < ids.length) reached += weights[kept++];
`,
    says: "top-p keeps one token more than it needs. Once the sum has reached topP, no further token is taken.",
  },
  {
    name: "top-p of a sum that is not 1",
    find: more,
    replace: "while (kept < ids.length && reached < topP) {",
    says: "top-p compares a sum of exponentials with topP. topP is a part of the whole: compare with topP times the sum of all, or divide first.",
  },
  {
    name: "top-p before top-k",
    find: `    ${cut}

    // Softmax, not yet divided by its sum; the largest weight is exp(0).
    const largest = logits[row + ids[0]];
    ${weights}
    let total = 0;
    for (const weight of weights) total += weight;
`,
    replace: `    const largest = logits[row + ids[0]];
    ${weights}
    let total = 0;
    for (const weight of weights) total += weight;
    ${cut}
`,
    says: "top-p is measured against all tokens, even those that top-k has cut off. Cut to the K likeliest first; topP is then a part of what these have together.",
  },
  {
    name: "without top-k",
    find: cut,
    replace: "",
    says: "topK has no effect: tokens beyond the K likeliest have a probability. Shorten the sorted list to topK.",
  },
  {
    name: "without top-p",
    find: more,
    replace: "while (kept < ids.length) {",
    says: "topP has no effect: all of the K likeliest tokens are kept.",
  },
  {
    name: "one token fewer",
    find: cut,
    replace: "ids.length = Math.min(Math.max(topK - 1, 1), V);",
    says: "top-k keeps one token too few: topK is the number of those that stay.",
  },
  {
    name: "one token more",
    find: cut,
    replace: "ids.length = Math.min(topK + 1, V);",
    says: "top-k keeps one token too many: topK is the number of those that stay.",
  },
  {
    name: "top-p at temperature 1",
    find: `    let total = 0;
    for (const weight of weights) total += weight;

    // The fewest of them that together have at least topP.
    let kept = 0;
    let reached = 0;
    while (kept < ids.length && reached < topP * total) {
      reached += weights[kept];
      kept++;
    }
`,
    replace: `    const cool = ids.map((id) => Math.exp(logits[row + id] - largest));
    let total = 0;
    for (const weight of cool) total += weight;
    let kept = 0;
    let part = 0;
    let reached = 0;
    while (kept < ids.length && part < topP * total) {
      part += cool[kept];
      reached += weights[kept];
      kept++;
    }
`,
    says: "top-p is measured on probabilities without the temperature. The temperature comes first, and topP is a part of what it leaves.",
  },
  {
    name: "written by rank",
    find: write,
    replace: "probs[row + i] = weights[i] / reached;",
    says: "The probabilities are in order of size. Each has to be at the place of its token: the i-th of the sorted list is ids[i].",
  },
  {
    name: "rows of V",
    find: "const row = n * Vp;",
    replace: "const row = n * V;",
    says: "From one row to the next the offset grows by V. The rows are padded: they are Vp long.",
  },
  {
    name: "padding can be drawn",
    find: "Array.from({ length: V }, (_, id) => id);",
    replace: "Array.from({ length: Vp }, (_, id) => id);",
    says: "The columns from V on take part. They belong to no token, and whatever numbers are there must not matter.",
  },
  {
    name: "the least likely",
    find: "logits[row + b] - logits[row + a]",
    replace: "logits[row + a] - logits[row + b]",
    says: "The tokens are sorted the wrong way round: these are the least likely ones. The largest logit comes first.",
  },
  {
    name: "sums not set back",
    find: `  for (let n = 0; n < N; n++) {
    const row = n * Vp;
    const ids = Array.from({ length: V }, (_, id) => id);
    ids.sort((a, b) => logits[row + b] - logits[row + a]); // the likeliest first
    ${cut}

    // Softmax, not yet divided by its sum; the largest weight is exp(0).
    const largest = logits[row + ids[0]];
    ${weights}
    let total = 0;`,
    replace: `  let total = 0;
  for (let n = 0; n < N; n++) {
    const row = n * Vp;
    const ids = Array.from({ length: V }, (_, id) => id);
    ids.sort((a, b) => logits[row + b] - logits[row + a]);
    ${cut}
    const largest = logits[row + ids[0]];
    ${weights}`,
    says: "The first row is right. In those after it the sum of the row before is still in the total: it has to begin at 0 for each row.",
  },
  {
    name: "topK larger than the vocabulary",
    find: cut,
    replace: "ids.length = topK > V ? 0 : topK;",
    says: "Where topK is more than V, nothing is kept. topK is at most V then: all tokens stay.",
  },
  {
    name: "one maximum for all rows",
    find: "const largest = logits[row + ids[0]];",
    replace: "const largest = Math.max(...logits.filter((_, i) => i % Vp < V));",
    says: "The largest logit of all rows is subtracted. In a row far below it every exponential is 0: each row needs its own largest, logits[row + ids[0]].",
  },
  {
    name: "one more where the sum is exactly topP",
    find: "reached < topP * total) {",
    replace: "reached <= topP * total) {",
    says: "Where the sum is exactly topP, one token too many is kept. At least topP is asked for, so exactly topP is enough: go on while the sum is below it.",
  },
  {
    name: "one token fewer, none where topK is 1",
    find: "Math.min(topK, V)",
    replace: "Math.min(topK - 1, V)",
    says: "top-k keeps one token too few, and where topK is 1 none at all: topK is the number of those that stay.",
  },
  {
    name: "sorted as texts",
    find: "ids.sort((a, b) => logits[row + b] - logits[row + a]);",
    replace: "ids.sort();",
    says: "ids.sort() without a rule sorts the ids as texts, and the logits have no say. The rule says which comes first: (a, b) => logits[row + b] - logits[row + a].",
  },
  {
    name: "top-p without the token that crosses it",
    find: "kept < ids.length && reached < topP * total",
    replace: "kept < ids.length && reached + weights[kept] <= topP * total",
    says: "top-p leaves out the token that takes the sum past topP. Without it they do not have topP together, and where the first alone has more, none is left.",
  },
  {
    name: "sorted by the logits of the first row",
    find: "logits[row + b] - logits[row + a]",
    replace: "logits[b] - logits[a]",
    says: "The tokens of every row are sorted by the logits of the first. Those of row n begin at row.",
  },
];
