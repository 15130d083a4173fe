// Repairs that do not repair it: each an edit of solution.ts, with what the page says about it. The bug of start.ts itself
// is not here, because finding it is the exercise.

export const mutants = [
  {
    name: "pairs side by side",
    find: `const gate = inp[row + i];
      const up = inp[row + F + i];`,
    replace: `const gate = inp[row + 2 * i];
      const up = inp[row + 2 * i + 1];`,
    says: "Each gate is read with the number beside it. A token's F gates come first, and its F values after them.",
  },
  {
    name: "rows of F, values beside them",
    find: "const row = bt * 2 * F;",
    replace: "const row = bt * F;",
    says: "The values are F after the gates now, but a token's row still begins F after the one before. It holds 2 F numbers.",
  },
  {
    name: "values first",
    find: `const gate = inp[row + i];
      const up = inp[row + F + i];`,
    replace: `const up = inp[row + i];
      const gate = inp[row + F + i];`,
    says: "The rows are right, but gates and values are read from each other's places. The gates come first.",
  },
  {
    name: "values T * F further on",
    find: "const up = inp[row + F + i];",
    replace: "const up = inp[(row + T * F + i) % inp.length];",
    says: "The gates are right. The values are not T * F after them: they are in the same token's row, F after them.",
  },
];
