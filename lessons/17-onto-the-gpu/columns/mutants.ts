import type { Mutant } from "../../../src/cells/mutants.ts";

export const mutants: Mutant[] = [
  {
    name: "nothing sent home",
    find: "  if (o >= OC) { return; }\n",
    replace: "",
    says: "Workgroups have 64 threads, so most of the time there are more threads than columns. Those with o >= OC have to return.",
  },
  {
    name: "one thread too many",
    find: "o >= OC",
    replace: "o > OC",
    says: "The columns are numbered from 0 to OC - 1, so the thread with o equal to OC has none.",
  },
  {
    name: "one thread too few",
    find: "o >= OC",
    replace: "o + 1 >= OC",
    says: "The thread of the last column, o = OC - 1, is sent home although it has work. Only o >= OC is past the end.",
  },
  {
    name: "set, not added",
    find: "dbias[o] += sum",
    replace: "dbias[o] = sum",
    says: "dbias holds the sum alone: what was there before is lost. Gradients are added to, with +=.",
  },
  {
    name: "along the row",
    find: "dout[row * OC + o]",
    replace: "dout[o * rows + row]",
    says: "The sum runs along neighbouring numbers, as if dout were stored column by column. A row has OC numbers, so one step down a column is OC further: dout[row * OC + o].",
  },
  {
    name: "every column is the first",
    find: "dout[row * OC + o]",
    replace: "dout[row * OC]",
    says: "Every thread sums the first column. Its own is o numbers further on in each row.",
  },
  {
    name: "only the first row",
    find: "dout[row * OC + o]",
    replace: "dout[o]",
    says: "The first row is added again and again. Row number row begins at row * OC.",
  },
  {
    name: "the first row left out",
    find: "var row = 0u",
    replace: "var row = 1u",
    says: "The first row is missing from the sum: rows are counted from 0.",
  },
  {
    name: "the last row left out",
    find: "row < rows",
    replace: "row + 1 < rows",
    says: "The last row is missing from the sum: the loop ends one row too early.",
  },
  {
    name: "one row too many",
    find: "row < rows",
    replace: "row <= rows",
    says: "The loop goes one row too far: the last row is rows - 1.",
  },
  {
    name: "the mean",
    find: "dbias[o] += sum;",
    replace: "dbias[o] += sum / f32(rows);",
    says: "This is the mean of each column. The bias was added in every row, so its gradient is the sum, not divided by anything.",
  },
  {
    name: "the workgroup's number",
    find: "let o = id.x;\n  if (o >= OC) { return; }",
    replace: "let o = id.y;\n  if (o >= OC) { return; }",
    says: "All threads have o = 0 here, and all of them add to dbias[0]. The dispatch runs along x: the column is id.x.",
  },
];
