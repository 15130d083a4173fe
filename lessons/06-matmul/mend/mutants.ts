// Repairs that do not repair it: each an edit of solution.ts, with what the page says about it. The bug of start.ts itself
// is not here, because finding it is the exercise.

const rest = "const d = dout[bt * OC + o];";

export const mutants = [
  {
    name: "the row starts at bt * C",
    find: rest,
    replace: "const d = dout[bt * C + o];",
    says: "The leftover channels take dout from bt * C + o. A row of dout is OC numbers long, not C: that is the length of a row of inp.",
  },
  {
    name: "the row starts at bt",
    find: rest,
    replace: "const d = dout[bt + o];",
    says: "The leftover channels take dout from bt + o. From one row of dout to the next it is OC numbers, so bt has to be multiplied by OC.",
  },
  {
    name: "dout read transposed",
    find: rest,
    replace: "const d = dout[o * B * T + bt];",
    says: "The leftover channels read dout as if it were (OC, B*T). Its shape is (B*T, OC): the row is bt, and o counts within it.",
  },
  {
    name: "the row starts at the leftover",
    find: rest,
    replace: "const d = dout[bt * OC + o - whole];",
    says: "The leftover channels take the first numbers of their row of dout. o counts all output channels and begins at whole here, so nothing is to be taken off it.",
  },
  {
    name: "the leftover left out",
    find: "for (let o = whole; o < OC; o++) {",
    replace: "for (let o = OC; o < OC; o++) {",
    says: "The output channels beyond the last four are gone: they have no part in dinp, and their rows of dweight stay as they were. They need a loop of their own.",
  },
  {
    name: "all channels in the second loop",
    find: "for (let o = whole; o < OC; o++) {",
    replace: "for (let o = 0; o < OC; o++) {",
    says: "All output channels but the leftover ones are counted twice: the first loop over o has them, and so has the second. The second begins at whole.",
  },
  {
    name: "only one left over",
    find: "for (let o = whole; o < OC; o++) {",
    replace: "for (let o = whole; o < Math.min(OC, whole + 1); o++) {",
    says: "Only one of the leftover channels is taken. There may be as many as three.",
  },
];
