import type { Mutant } from "../../../src/cells/mutants.ts";

export const mutants: Mutant[] = [
  {
    name: "no barrier after the largest logits are stored",
    find: "  partial[thread] = mine;\n  workgroupBarrier();\n",
    replace: "  partial[thread] = mine;\n",
    says: "The loop halves partial before all threads have put their own logit into it. A barrier belongs after the line that fills partial.",
  },
  {
    name: "no barrier in the first loop",
    find: "max(partial[thread], partial[thread + half]); }\n    workgroupBarrier();\n",
    replace: "max(partial[thread], partial[thread + half]); }\n",
    says: "The next step reads what this one is still writing. A barrier belongs at the end of each step.",
  },
  {
    name: "the memory is filled again too soon",
    find: "  let largest = partial[0];\n  workgroupBarrier();\n",
    replace: "  let largest = partial[0];\n",
    says: "A fast thread fills partial with its sum while a slow one has yet to read the largest logit from partial[0]. The same memory is used twice, so a barrier belongs between the last read of the first use and the first write of the second.",
  },
  {
    name: "no barrier after the sums are stored",
    find: "  partial[thread] = sum;\n  workgroupBarrier();\n",
    replace: "  partial[thread] = sum;\n",
    says: "The second loop adds up sums that have not all been stored. A barrier belongs after the line that fills partial with them.",
  },
  {
    name: "no barrier in the second loop",
    find: "partial[thread] += partial[thread + half]; }\n    workgroupBarrier();\n",
    replace: "partial[thread] += partial[thread + half]; }\n",
    says: "The second loop needs its barrier in each step as much as the first.",
  },
  {
    name: "the barrier after the first loop, not in it",
    find: "max(partial[thread], partial[thread + half]); }\n    workgroupBarrier();\n  }\n",
    replace: "max(partial[thread], partial[thread + half]); }\n  }\n  workgroupBarrier();\n",
    says: "One barrier after the loop is too late: the steps within it read what other threads write in the step before. It belongs inside the loop, after the if.",
  },
  {
    name: "the barrier after the second loop, not in it",
    find: "partial[thread] += partial[thread + half]; }\n    workgroupBarrier();\n  }\n",
    replace: "partial[thread] += partial[thread + half]; }\n  }\n  workgroupBarrier();\n",
    says: "After the second loop is too late as well: each of its steps reads what the step before has written.",
  },
  {
    name: "the barrier before the largest logit is read",
    find: "  let largest = partial[0];\n  workgroupBarrier();",
    replace: "  workgroupBarrier();\n  let largest = partial[0];",
    says: "The barrier is before the read of partial[0], where the loop has one already. What has to wait is the next write, so it belongs after the read.",
  },
  {
    name: "only the first threads add",
    find: "thread < half) { partial[thread] += partial",
    replace: "thread < half / 2) { partial[thread] += partial",
    says: "In each step all threads below half have something to add, not half of them.",
  },
  {
    name: "the largest of the row is left out",
    find: "exp(logits[row + i] - largest) / total",
    replace: "exp(logits[row + i]) / total",
    says: "The probabilities are made without the largest logit, the sum with it. Both need it.",
  },
  {
    name: "the padding has a share",
    find: "for (var i = thread; i < V; i += threads) { sum",
    replace: "for (var i = thread; i < Vp; i += threads) { sum",
    says: "The sum runs over Vp columns. The last Vp - V are padding, and belong to no token.",
  },
];
