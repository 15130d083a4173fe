// Repairs that do not repair it: each an edit of solution.ts, with what the page says about it. The bug of start.ts itself
// is not here, because finding it is the exercise.

const root = "1 / Math.sqrt(squares / C + eps)";

export const mutants = [
  {
    name: "eps left out",
    find: root,
    replace: "1 / Math.sqrt(squares / C)",
    says: "In ordinary rows eps makes no difference now. It is added to the mean square of every row, before the root is taken.",
  },
  {
    name: "eps added to the sum",
    find: root,
    replace: "1 / Math.sqrt((squares + eps) / C)",
    says: "eps is under the root, but added to the sum of the squares, so only eps / C of it arrives. It is added to their mean.",
  },
  {
    name: "each root by itself",
    find: root,
    replace: "1 / (Math.sqrt(squares / C) + Math.sqrt(eps))",
    says: "The root is taken of the mean square and of eps, each by itself. The root of a sum is less than the sum of the roots: add first.",
  },
  {
    name: "eps squared",
    find: root,
    replace: "1 / Math.sqrt(squares / C + eps * eps)",
    says: "eps is under the root, but squared. It is added to the mean square as it is.",
  },
  {
    name: "eps added to rstd",
    find: root,
    replace: "1 / Math.sqrt(squares / C) + eps",
    says: "eps is added to rstd itself, after the division. It has to be added before the root, or a row of zeros divides by 0.",
  },
  {
    name: "eps taken away",
    find: root,
    replace: "1 / Math.sqrt(Math.abs(squares / C - eps))",
    says: "eps is subtracted from the mean square. It is added, so that the sum can never be 0.",
  },
  {
    name: "only rstd mended",
    find: "inp[row + i] * r * weight[i]",
    replace: "(inp[row + i] / (Math.sqrt(squares / C) + eps)) * weight[i]",
    says: "rstd is right now, but out is still divided by the root plus eps.",
  },
  {
    name: "only out mended",
    find: "rstd[bt] = r;",
    replace: "rstd[bt] = 1 / (Math.sqrt(squares / C) + eps);",
    says: "out is right now, but rstd, which the backward pass reads, is still one over the root plus eps.",
  },
];
