// Repairs that do not repair it: each an edit of solution.ts, with what the page says about it. The bug of start.ts itself
// is not here, because finding it is the exercise.

const begin = "let sum = 0; // a JavaScript number is a float64";
const loop = "for (let i = 0; i < C; i++) sum += row[i];";

export const mutants = [
  {
    name: "from back to front",
    find: loop,
    replace: "for (let i = C - 1; i >= 0; i--) sum = Math.fround(sum + row[i]);",
    says: "The numbers are now added from last to first, and different digits are lost. No order saves them as long as the running sum is a float32.",
  },
  {
    name: "sorted from small to large",
    find: loop,
    replace: "for (const x of row.slice().sort()) sum = Math.fround(sum + x);",
    says: "The row is sorted before it is added up, from the lowest to the highest. The running sum is still a float32, and it is large for most of the way.",
  },
  {
    name: "sorted by size",
    find: loop,
    replace: `const bySize = row.slice().sort((a, b) => Math.abs(a) - Math.abs(b));
    for (const x of bySize) sum = Math.fround(sum + x);`,
    says: "Small numbers first is a good idea, and it loses less. But the running sum is still a float32: each addition is rounded, and the two large numbers come last and round away what was kept.",
  },
  {
    name: "in two halves",
    find: loop,
    replace: `let second = 0;
    for (let i = 0; i < C >> 1; i++) sum = Math.fround(sum + row[i]);
    for (let i = C >> 1; i < C; i++) second = Math.fround(second + row[i]);
    sum = Math.fround(sum + second);`,
    says: "The row is added up in two halves, each in a float32. Each half has one of the large numbers in it, and loses its digits to it.",
  },
  {
    name: "two sums that take turns",
    find: loop,
    replace: `let second = 0;
    for (let i = 0; i < C; i += 2) sum = Math.fround(sum + row[i]);
    for (let i = 1; i < C; i += 2) second = Math.fround(second + row[i]);
    sum = Math.fround(sum + second);`,
    says: "Two running sums take turns, both of them float32. The large numbers are in one or both, and digits are lost there.",
  },
  {
    name: "the sum not set back",
    find: `for (let bt = 0; bt < B * T; bt++) {
    const row = inp.subarray(bt * C, (bt + 1) * C);
    ${begin}`,
    replace: `let sum = 0;
  for (let bt = 0; bt < B * T; bt++) {
    const row = inp.subarray(bt * C, (bt + 1) * C);`,
    says: "The running sum goes on from row to row: each row's sum has those of the rows before it in it. It has to begin at 0 for every row.",
  },
  {
    name: "the last number left out",
    find: "i < C; i++",
    replace: "i < C - 1; i++",
    says: "The last number of each row is not added. A row has C numbers, at i = 0 to C - 1.",
  },
];
