// Repairs that do not repair it: each an edit of solution.ts, with what the page says about it. The bug of start.ts itself
// is not here, because finding it is the exercise.

const add = `    for (let i = 0; i < C; i++) {
      table[ids[k] * C + i] += rows[k * C + i];
    }`;

export const mutants = [
  {
    name: "repeated ids skipped",
    find: add,
    replace: `    if (ids.indexOf(ids[k]) < k) continue;\n${add}`,
    says: "A token that is at several places of a sequence now gets the gradient of the first of them instead of the last. It has to get all of them.",
  },
  {
    name: "one row times the number of places",
    find: add,
    replace: `    if (ids.lastIndexOf(ids[k]) > k) continue;
    const count = ids.filter((id) => id === ids[k]).length;
    for (let i = 0; i < C; i++) {
      table[ids[k] * C + i] += count * rows[k * C + i];
    }`,
    says: "A token that is at several places now gets the gradient of the last of them, times their number. Each place hands back a gradient of its own: add those.",
  },
  {
    name: "sums added to the table",
    find: add,
    replace: `    for (let i = 0; i < C; i++) {
      rows[k * C + i] += table[ids[k] * C + i];
    }
  }
  for (let k = 0; k < ids.length; k++) {
${add}`,
    says: "What was in the table is added to it once more: the first loop puts it into the sums, and the second adds the sums to the table. Only the gradient has to be added.",
  },
  {
    name: "neighbours alone",
    find: add,
    replace: `    if (ids.indexOf(ids[k]) < k && ids[k - 1] !== ids[k]) continue;\n${add}`,
    says: "Equal tokens that are next to one another add up now. Those that stand further apart in the sequence still lose all but one run of places.",
  },
  {
    name: "the table cleared",
    find: add,
    replace: `    if (ids.indexOf(ids[k]) === k) table.fill(0, ids[k] * C, (ids[k] + 1) * C);\n${add}`,
    says: "The places within a sequence add up now, but each sequence clears the rows that it is about to add to: what other sequences had left there is lost.",
  },
  {
    name: "= for +=",
    find: "table[ids[k] * C + i] +=",
    replace: "table[ids[k] * C + i] =",
    says: "A row of the table holds what came from the last place of the last sequence alone: it is set, where everything that comes to it should add up. Write += instead of =.",
  },
  {
    name: "the tokens' rows in both",
    find: "addRows(dwpe, positions, rows, C);",
    replace: "addRows(dwpe, tokens, rows, C);",
    says: "dwpe gets its rows at the tokens. Its rows are positions, whatever token is there.",
  },
  {
    name: "each token once",
    find: "addRows(dwte, tokens, rows, C);",
    replace: "addRows(dwte, Int32Array.from(new Set(tokens)), rows, C);",
    says: "Each id is there only once now, so the rows that belong to its other places are left out, and those after them go to the wrong tokens.",
  },
];
