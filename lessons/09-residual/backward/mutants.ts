// Mistakes that are easily made in this exercise: each an edit of solution.ts, with what the page says about it. The steps
// are those of the lesson's derivation.

const first = "dinp1[i] += dout[i];";
const second = "dinp2[i] += dout[i];";
const both = `${first}\n    ${second}`;
const loop = "for (let i = 0; i < N; i++) {";

export const mutants = [
  {
    name: "dinp2 from dinp1",
    find: second,
    replace: "dinp2[i] += dinp1[i];",
    says: "dinp2 is handed what has gathered in dinp1, and that array held something before. What both inputs get is dout: steps 1 and 2.",
  },
  {
    name: "dinp1 from dinp2",
    find: both,
    replace: `${second}\n    dinp1[i] += dinp2[i];`,
    says: "dinp1 is handed what has gathered in dinp2, and that array held something before. What both inputs get is dout: steps 1 and 2.",
  },
  {
    name: "dinp1 set to dinp2 in one line",
    find: both,
    replace: "dinp1[i] = dinp2[i] += dout[i];",
    says: "dinp1 holds the same as dinp2, because in `a = b += c` it is the whole new b that is handed on to a. Each of the two arrays needs a += of its own.",
  },
  {
    name: "dinp2 set to dinp1 in one line",
    find: both,
    replace: "dinp2[i] = dinp1[i] += dout[i];",
    says: "dinp2 holds the same as dinp1, because in `a = b += c` it is the whole new b that is handed on to a. Write two lines, each with its own +=.",
  },
  {
    name: "dinp1 twice",
    find: both,
    replace: "dinp1[i] += dout[i];\n    dinp1[i] += dout[i];",
    says: "dinp1 is added to twice and dinp2 not at all. Is there a 1 where a 2 should be?",
  },
  {
    name: "dinp2 twice",
    find: both,
    replace: "dinp2[i] += dout[i];\n    dinp2[i] += dout[i];",
    says: "dinp2 is added to twice and dinp1 not at all. Is there a 2 where a 1 should be?",
  },
  {
    name: "half of dout for each",
    find: both,
    replace: "dinp1[i] += dout[i] / 2;\n    dinp2[i] += dout[i] / 2;",
    says: "Each input has got half of dout. A sum does not share out its gradient: whichever of the two grows, the output grows by as much, so each gets all of it: steps 1 and 2.",
  },
  {
    name: "a half to each by place",
    find: both,
    replace: "if (i < N / 2) dinp1[i] += dout[i];\n    else dinp2[i] += dout[i];",
    says: "The first half of dout goes to dinp1 and the second to dinp2, as if the inputs had been joined end to end. They were added, so all of dout goes to each: steps 1 and 2.",
  },
  {
    name: "in the opposite order",
    find: both,
    replace: "dinp1[i] += dout[N - 1 - i];\n    dinp2[i] += dout[N - 1 - i];",
    says: "The gradients are in the opposite order. A backward pass goes backward through the layers; within an array every number keeps its place: out[i] comes from inp1[i] and inp2[i].",
  },
  {
    name: "the sum of dout",
    find: `  ${loop}\n    ${both}`,
    replace: `  let sum = 0;
  for (let i = 0; i < N; i++) sum += dout[i];
  ${loop}
    dinp1[i] += sum;
    dinp2[i] += sum;`,
    says: "Every element has been given the sum of the whole of dout. That would be right for one number that is added to all of them, as a bias is; here each inp1[i] goes into one output, out[i].",
  },
  {
    name: "the first number of dout",
    find: both,
    replace: "dinp1[i] += dout[0];\n    dinp2[i] += dout[0];",
    says: "Every element has been given dout[0]. Each has a gradient of its own, at its own place: dout[i].",
  },
  {
    name: "the last element left out",
    find: loop,
    replace: "for (let i = 0; i < N - 1; i++) {",
    says: "The last element gets nothing: the loop ends one too early. It has to run to N - 1 and include it: i < N.",
  },
  {
    name: "the first element left out",
    find: loop,
    replace: "for (let i = 1; i < N; i++) {",
    says: "The first element gets nothing: the loop begins at 1. Elements count from 0.",
  },
];
