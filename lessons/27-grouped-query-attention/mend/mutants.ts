// Repairs that do not repair it: each an edit of solution.ts, with what the page says about it. The bug of start.ts itself
// is not here, because finding it is the exercise.

const group = "Math.floor(h / (NH / NKV))";

export const mutants = [
  {
    name: "groups of NKV",
    find: group,
    replace: "Math.floor(h / NKV)",
    byNaN: true,
    says: "Now NKV heads of queries make a group. There are NKV groups, so each has NH/NKV heads.",
  },
  {
    name: "one for all",
    find: group,
    replace: "0",
    says: "Now all queries look at head 0. That is right where there is one head of keys, and where there are more, the others are never read.",
  },
  {
    name: "each its own",
    find: group,
    replace: "h",
    byNaN: true,
    says: "Now head h looks at head h of keys, and runs past the keys into the values: there are only NKV of them.",
  },
  {
    name: "from the last on",
    find: group,
    replace: "NKV - 1 - Math.floor(h / (NH / NKV))",
    says: "Neighbours share now, but the order is turned round: the first group has to look at head 0.",
  },
  {
    name: "rounded",
    find: group,
    replace: "Math.min(NKV - 1, Math.round(h / (NH / NKV)))",
    says: "The quotient is rounded to the nearest number, so that the later heads of a group look at the next head already. Round down.",
  },
  {
    name: "the values too near",
    find: "keyOf(t2) + NKV * hs + i",
    replace: "keyOf(t2) + hs + i",
    says: "Values are NKV heads after the keys, where they were before this change.",
  },
];
