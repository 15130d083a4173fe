// Ways to round a block to 8 bits wrongly: each an edit of solution.ts, with what the page says about it.

const find =
  "    for (let i = first; i < first + 32; i++) largest = Math.max(largest, Math.abs(inp[i]));\n";
const scale = "const scale = largest / 127;";
const rounded = "whole[i] = scale === 0 ? 0 : roundAway(inp[i] / scale);";

export const mutants = [
  {
    name: "a scale of 1",
    start: true,
    find: scale,
    replace: "const scale = 1;",
    says: "The scale is 1 in every block, so values are rounded to whole numbers as they are, and may be over 127. First find the largest of the 32 without its sign; 127 of the scale have to be as much.",
  },
  {
    name: "the largest with its sign",
    find: "Math.abs(inp[i])",
    replace: "inp[i]",
    says: "Where the value farthest from 0 is negative, the scale is too small, and whole numbers go below -127. Look for the largest without its sign: Math.abs.",
  },
  {
    name: "128 steps",
    find: scale,
    replace: "const scale = largest / 128;",
    says: "The largest value becomes 128, which 8 bits with a sign do not have: they end at 127. Divide by 127.",
  },
  {
    name: "255 steps",
    find: scale,
    replace: "const scale = largest / 255;",
    says: "The largest value becomes 255. There are 8 bits, but one is needed for the sign: 127 is the largest.",
  },
  {
    name: "cut off",
    find: rounded,
    replace: "whole[i] = scale === 0 ? 0 : Math.trunc(inp[i] / scale) + 0 * roundAway(0);",
    says: "The scales are right. The whole numbers are cut off towards 0 and not rounded, so that the error is up to a whole scale and not half of one.",
  },
  {
    name: "rounded down",
    find: rounded,
    replace: "whole[i] = scale === 0 ? 0 : Math.floor(inp[i] / scale) + 0 * roundAway(0);",
    says: "The scales are right. The whole numbers are rounded down, the negative ones away from 0: take the nearest.",
  },
  {
    name: "a half goes up",
    find: rounded,
    replace: "whole[i] = scale === 0 ? 0 : Math.round(inp[i] / scale) + 0 * roundAway(0);",
    says: "Nearly all is right. A negative number that is half way between two goes up here, as Math.round has it. In this format a half goes away from 0: roundAway.",
  },
  {
    name: "0 divided by 0",
    byNaN: true,
    find: rounded,
    replace: "whole[i] = roundAway(inp[i] / scale);",
    says: "A block of zeros has the scale 0, and 0 divided by 0 is NaN. Its whole numbers are 0.",
  },
  {
    name: "scaled twice",
    find: rounded,
    replace: "whole[i] = scale === 0 ? 0 : roundAway(inp[i] * scale);",
    says: "The scales are right. The values are multiplied by the scale, where they have to be divided by it: a whole number times the scale is to give the value back.",
  },
  {
    name: "the scale upside down",
    find: "scales[block] = scale;",
    replace: "scales[block] = scale === 0 ? 0 : 1 / scale;",
    says: "The whole numbers are right, and what is kept as the scale is its inverse. The scale is what a whole number is multiplied by to give the value back.",
  },
  {
    name: "the largest as the scale",
    find: scale,
    replace: "const scale = largest;",
    says: "The scale is the largest value itself, so that all whole numbers are -1, 0 or 1. It is to become 127: divide by that.",
  },
  {
    name: "one scale for all blocks",
    find: "  for (let block = 0; block < N; block++) {\n    const first = block * 32;\n    let largest = 0;\n",
    replace:
      "  let largest = 0;\n  for (let block = 0; block < N; block++) {\n    const first = block * 32;\n",
    says: "The largest value is carried on from one block to the next. Each block has its own: begin again at 0.",
  },
  {
    name: "the mean for the largest",
    find,
    replace: "    for (let i = first; i < first + 32; i++) largest += Math.abs(inp[i]) / 32;\n",
    says: "The scale is made from the mean of the sizes. Then the larger values go over 127; it is the largest that has to fit.",
  },
  {
    name: "from the least to the largest",
    find,
    replace: `    const own = inp.subarray(first, first + 32);
    largest = (Math.max(...own) - Math.min(...own)) / 2;
`,
    says: "The scale is made from the distance between the least and the largest value. Q8_0 has no shift, and its whole numbers are as many on both sides of 0: the largest without its sign decides alone.",
  },
  {
    name: "not rounded",
    find: rounded,
    replace: "whole[i] = scale === 0 ? 0 : inp[i] / scale + 0 * roundAway(0);",
    says: "The scales are right. The quotients are not rounded, and whole is to hold whole numbers: roundAway is there.",
  },
  {
    name: "rounded without the scale",
    find: rounded,
    replace: "whole[i] = scale === 0 ? 0 : roundAway(inp[i]);",
    says: "The scales are right. The values are rounded as they are: divide each by the scale of its block first.",
  },
  {
    name: "the values again",
    find: rounded,
    replace: "whole[i] = scale === 0 ? 0 : scale * roundAway(inp[i] / scale);",
    says: "These are the values again, as they are read back. What is kept is the whole number, without the scale.",
  },
  {
    name: "without signs",
    find: rounded,
    replace: "whole[i] = scale === 0 ? 0 : roundAway(Math.abs(inp[i]) / scale);",
    says: "The whole numbers have lost their signs. The largest is looked for without its sign, and all are divided with it.",
  },
  {
    name: "zeros with a scale of 1",
    find: scale,
    replace: "const scale = largest / 127 || 1;",
    says: "All is right but the scale of a block of zeros. It is 0 there, and only the whole numbers have to be seen to.",
  },
  {
    name: "the largest of all blocks",
    find,
    replace:
      "    for (let i = 0; i < 32 * N; i++) largest = Math.max(largest, Math.abs(inp[i]));\n",
    says: "All blocks have the scale of the largest value of all. Each has its own: look at its 32 values alone.",
  },
  {
    name: "the largest of the first block",
    find,
    replace: "    for (let i = 0; i < 32; i++) largest = Math.max(largest, Math.abs(inp[i]));\n",
    says: "The largest is looked for in block 0 each time. The values of this block begin at first.",
    byNaN: true,
  },
  {
    name: "the largest kept",
    find: "scales[block] = scale;",
    replace: "scales[block] = largest;",
    says: "The whole numbers are right, and what is kept beside them is the largest value. Keep the scale, which is that over 127.",
  },
  {
    name: "127 over the largest",
    byNaN: true,
    find: `${scale}\n    scales[block] = scale;\n    for (let i = first; i < first + 32; i++) {\n      ${rounded}`,
    replace:
      "const scale = 127 / largest;\n    scales[block] = scale;\n    for (let i = first; i < first + 32; i++) {\n      whole[i] = roundAway(inp[i] * scale);",
    says: "The scale is upside down, and in a block of zeros it is infinite. A whole number times the scale is to give the value back, so the scale is the largest over 127.",
  },
];
