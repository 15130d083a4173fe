// Mistakes that are easily made in this exercise: each an edit of solution.ts, with what the page says about it.

const vectors = `      for (let i = 0; i < whole; i += 4) {
        sums = madd(load(inp, x + i), load(weight, w + i), sums);
      }
`;
const inLanes = "sums = madd(load(inp, x + i), load(weight, w + i), sums);";
const toOne = "let total = sum(sums);";
const tail = "for (let i = whole; i < C; i++) total += inp[x + i] * weight[w + i];";

export const mutants = [
  {
    name: "no tail",
    find: tail,
    replace: "",
    says: "Where C is no multiple of 4, the terms that fill no whole vector are missing: up to three, at the end of each row. They need a loop of their own, from whole to C.",
  },
  {
    name: "only one left over",
    find: "for (let i = whole; i < C; i++) total",
    replace: "for (let i = whole; i < Math.min(C, whole + 1); i++) total",
    says: "Of the terms that are left over only the first is added. There may be as many as three.",
  },
  {
    name: "the tail from the beginning",
    find: tail,
    replace: "for (let i = 0; i < C; i++) total += inp[x + i] * weight[w + i];",
    says: "Nearly every term is counted twice, once in the lanes and once more after them. The loop over those that are left begins at whole.",
  },
  {
    name: "steps of one",
    find: "i < whole; i += 4",
    replace: "i + 4 <= whole; i++",
    says: "The vectors overlap: each load takes four terms, so the next one is four further on. Count i up by 4.",
  },
  {
    name: "one lane for all",
    find: toOne,
    replace: "let total = sums[0];",
    says: "One of the four sums is taken for all of them. Each lane has a quarter of the terms: add them up with sum.",
  },
  {
    name: "only the last vector",
    find: inLanes,
    replace: "sums = madd(load(inp, x + i), load(weight, w + i), splat(0));",
    says: "Of the vectors only the last counts: each begins at 0 again. The third argument of madd is what is added to, sums.",
  },
  {
    name: "the sum inside the loop",
    find: `${vectors}      ${toOne}`,
    replace: `      let total = 0;
      for (let i = 0; i < whole; i += 4) {
        ${inLanes}
        total += sum(sums);
      }`,
    says: "The lanes are added up after every vector, so that the first terms count as often as there are vectors. Add them up once, after the loop.",
  },
  {
    name: "rows of weight OC apart",
    find: "const w = o * C;",
    replace: "const w = Math.min(o * OC, Math.max(0, weight.length - C));",
    says: "The rows of weight are taken to be OC numbers apart. A row of weight has C numbers, one for each input.",
  },
  {
    name: "the first row of inp",
    find: "const x = bt * C;",
    replace: "const x = 0;",
    says: "Every row of out is made from the first row of inp. Row bt begins at bt * C.",
  },
  {
    name: "the weight splat",
    find: inLanes,
    replace: "sums = madd(load(inp, x + i), splat(weight[w + i]), sums);",
    says: "In each vector one weight multiplies four inputs. The four terms have a weight each: load four of them.",
  },
  {
    name: "the input splat",
    find: inLanes,
    replace: "sums = madd(splat(inp[x + i]), load(weight, w + i), sums);",
    says: "In each vector one input multiplies four weights. That is right where the lanes are columns of out; here they are terms of one sum, and each has an input of its own: load four of them.",
  },
  {
    name: "inputs without weights",
    find: inLanes,
    replace: "sums = madd(load(inp, x + i), splat(1), sums);",
    says: "In the lanes the inputs are added up without their weights.",
  },
  {
    name: "the bias in every lane",
    find: `let sums = splat(0);`,
    replace: "let sums = splat(bias === null ? 0 : bias[o]);",
    says: "The bias counts five times: once in each lane, as the sums begin with it, and once at the end.",
  },
  {
    name: "the bias forgotten",
    find: "out[bt * OC + o] = total + (bias === null ? 0 : bias[o]);",
    replace: "out[bt * OC + o] = total;",
    says: "The bias is missing: bias[o] belongs in the sum where there is one.",
  },
  {
    name: "the tail without the row of inp",
    find: tail,
    replace: "for (let i = whole; i < C; i++) total += inp[i] * weight[w + i];",
    says: "The terms that are left take their inputs from the first row. What is read is inp[x + i].",
  },
  {
    name: "the tail without the row of weight",
    find: tail,
    replace: "for (let i = whole; i < C; i++) total += inp[x + i] * weight[i];",
    says: "The terms that are left take their weights from the first row. What is read is weight[w + i].",
  },
];
