// Repairs that do not repair it: each an edit of solution.ts, with what the page says about it. The bug of start.ts itself
// is not here, because finding it is the exercise.

const count = "Math.floor((N - 1) / T);";

export const mutants = [
  {
    name: "always one window less",
    find: count,
    replace: "Math.floor(N / T) - 1;",
    says: "One window less is right where N is a multiple of T. Elsewhere there are tokens left after the last window, one of which is its last target, and a good window is given away.",
  },
  {
    name: "windows of T + 1 tokens",
    find: count,
    replace: "Math.floor(N / (T + 1));",
    says: "The text is counted as if every window used up T + 1 tokens. Neighbouring windows share one: the last target of one is the first input of the next.",
  },
  {
    name: "rounded up",
    find: count,
    replace: "Math.ceil(N / T);",
    says: "There is one window more than fit into the text, as when the number is rounded up, so the last one reaches past the end. Rounding down was right; what matters is what is divided.",
  },
  {
    name: "the last target held inside the text",
    find: `${count} // the last token of the text is only a target
  for (let b = 0; b < B; b++) {
    const start = ((position + b) % windows) * T;
    for (let t = 0; t < T; t++) {
      inputs[b * T + t] = tokens[start + t];
      targets[b * T + t] = tokens[start + t + 1];`,
    replace: `Math.floor(N / T);
  for (let b = 0; b < B; b++) {
    const start = ((position + b) % windows) * T;
    for (let t = 0; t < T; t++) {
      inputs[b * T + t] = tokens[start + t];
      targets[b * T + t] = tokens[Math.min(start + t + 1, N - 1)];`,
    says: "The target that would be past the end is now the last token again, so one question of the batch has a wrong answer. A window without a target for each of its tokens must not be dealt at all.",
  },
  {
    name: "not dealt again from the first",
    find: "((position + b) % windows) * T;",
    replace: "Math.min(position + b, windows - 1) * T;",
    says: "When the windows are used up, the last one is dealt over and over. It has to begin again with the first: that is what % does.",
  },
  {
    name: "position counted in batches",
    find: "((position + b) % windows) * T;",
    replace: "((position * B + b) % windows) * T;",
    says: "position is multiplied by B, as if it counted batches. It counts windows.",
  },
  {
    name: "the remainder of position alone",
    find: "((position + b) % windows) * T;",
    replace: "((position % windows) + b) * T;",
    says: "Only position is brought back into the text, and b is added afterwards: a batch that begins near the end runs past it. The remainder belongs to the sum.",
  },
  {
    name: "two tokens too few",
    find: count,
    replace: "Math.floor((N - 2) / T);",
    says: "One window too few where N - 1 is a multiple of T: with N = 25 and T = 4, six windows fit. Only the last token of the text cannot be an input: N - 1.",
  },
  {
    name: "N - 1 rounded up",
    find: count,
    replace: "Math.ceil((N - 1) / T);",
    says: "N - 1 is right, but it is rounded up: what is left over is not a whole window, and the last one reaches past the end.",
  },
  {
    name: "a window at every token",
    find: count,
    replace: "N - T;",
    says: "There are as many windows now as tokens that one could begin with. Here a window begins where the one before ended, every T tokens.",
  },
  {
    name: "not rounded",
    find: count,
    replace: "(N - 1) / T;",
    says: "The number of windows is not rounded, and with a fraction in it % gives places between the windows. Round it down.",
  },
];
