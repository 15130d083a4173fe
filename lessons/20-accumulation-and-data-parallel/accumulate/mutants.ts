// Ways to accumulate wrongly: each an edit of solution.ts, with what the page says about it.

import type { Mutant } from "../../../src/cells/mutants.ts";

const factor = "t < counts[j] ? 1 / total : 0";
const zero = "  dweight.fill(0);\n";
const loop = `    for (let t = 0; t < T; t++) dlosses[t] = ${factor};\n`;
const last = "  loss[0] = sum / total;\n";

export const mutants: Mutant[] = [
  {
    name: "the code that one begins with",
    start: true,
    find: `${zero}  let sum = 0;
  const losses = new Float32Array(T);
  const dlosses = new Float32Array(T);
  for (let j = 0; j < parts; j++) {
${loop}    const partInp = inp.subarray(j * T * C, (j + 1) * T * C);
    const partTargets = targets.subarray(j * T, (j + 1) * T);
    partBackward(dweight, losses, dlosses, partInp, partTargets, weight, T, C, V);
    for (let t = 0; t < counts[j]; t++) sum += losses[t];
  }
${last}`,
    replace: `  const losses = new Float32Array(T);
  const dlosses = new Float32Array(T).fill(1);
  for (let j = 0; j < parts; j++) {
    const partInp = inp.subarray(j * T * C, (j + 1) * T * C);
    const partTargets = targets.subarray(j * T, (j + 1) * T);
    partBackward(dweight, losses, dlosses, partInp, partTargets, weight, T, C, V);
  }
  loss[0] = 0;
`,
    says: "So far every loss counts as 1, padding too, and the gradient of the step before is still in dweight. Begin with how many tokens count in the whole batch.",
  },
  {
    name: "the factor forgotten",
    find: factor,
    replace: "t < counts[j] ? 1 : 0",
    says: "This is the gradient of the sum of the losses. Of their mean each is 1 / total, where total is the number of tokens that count in the whole batch.",
    madeIn: "dweight",
  },
  {
    name: "padding keeps the factor of the part before",
    find: `for (let t = 0; t < T; t++) dlosses[t] = ${factor};`,
    replace: "for (let t = 0; t < counts[j]; t++) dlosses[t] = 1 / total;",
    says: "dlosses is set where tokens count, and after them it keeps what an earlier part left there. So padding has a gradient. Set those places to 0 in each part.",
    madeIn: "dweight",
  },
  {
    name: "the factor squared",
    find: last,
    replace: `${last}  for (let i = 0; i < V * C; i++) dweight[i] /= total;\n`,
    says: "The gradient is divided by the number of tokens twice: in dlosses, and once more at the end. One of the two is enough.",
    madeIn: "dweight",
  },
  {
    name: "divided by the number of parts on top",
    find: factor,
    replace: "t < counts[j] ? 1 / total / parts : 0",
    says: "The gradient is too small by the number of parts. 1 / total makes it the mean over the whole batch already, so nothing is left to be divided by parts.",
    madeIn: "dweight",
  },
  {
    name: "gradients not zeroed",
    find: zero,
    replace: "",
    says: "The gradient of the step before is still in dweight, and this step's is added to it. Set dweight to 0 before the first part.",
    madeIn: "dweight",
  },
  {
    name: "zeroed in each micro-step",
    find: loop,
    replace: `    dweight.fill(0);\n${loop}`,
    says: "dweight is set to 0 in each part, so only the last part's gradient is left. Zero it once, before the loop.",
    madeIn: "dweight",
  },
  {
    name: "a mean of means",
    find: factor,
    replace: "t < counts[j] ? 1 / counts[j] / parts : 0",
    says: "This is the mean of the parts' means: a token in a part with few tokens counts more than one in a full part. Each token counts alike if all are divided by the same number, total.",
    madeIn: "dweight",
  },
  {
    name: "means added up",
    find: factor,
    replace: "t < counts[j] ? 1 / counts[j] : 0",
    says: "The parts' own means are added up: each is divided by its own count, and their sum by nothing. Divide each loss by total, the count of the whole batch.",
    madeIn: "dweight",
  },
  {
    name: "padding counts",
    find: loop,
    replace: "    dlosses.fill(1 / total);\n",
    says: "Padding has got a gradient: dlosses has to be 0 from counts[j] on.",
    madeIn: "dweight",
  },
  {
    name: "divided by all tokens, padding among them",
    find: factor,
    replace: "t < counts[j] ? 1 / (parts * T) : 0",
    says: "Padding has no gradient, but it is still counted in what is divided by: total is the sum of counts, not parts times T.",
    madeIn: "dweight",
  },
  {
    name: "padding counts, and is divided by",
    find: loop,
    replace: "    dlosses.fill(1 / (parts * T));\n",
    says: "Padding is treated as text: it has a gradient, and is counted in parts times T. Only the first counts[j] tokens of a part count.",
    madeIn: "dweight",
  },
  {
    name: "the last tokens instead of the first",
    find: factor,
    replace: "t >= T - counts[j] ? 1 / total : 0",
    says: "The tokens that count are the first counts[j] of a part. Here it is the last ones, and padding comes at the end.",
    madeIn: "dweight",
  },
  {
    name: "one token too many",
    find: factor,
    replace: "t <= counts[j] ? 1 / total : 0",
    says: "One token too many: the tokens that count are t = 0 to counts[j] - 1, so t < counts[j].",
    madeIn: "dweight",
  },
  {
    name: "the first part again and again",
    find: "inp.subarray(j * T * C, (j + 1) * T * C)",
    replace: "inp.subarray(0, T * C)",
    says: "Every part reads the inputs of the first. Part j begins at j * T * C.",
    madeIn: "dweight",
  },
  {
    name: "the loss a sum",
    find: "sum / total",
    replace: "sum",
    says: "The loss is the sum over the tokens. Its mean is that divided by total.",
    madeIn: "loss",
  },
  {
    name: "the loss a mean of means",
    find: "sum += losses[t];",
    replace: "sum += (losses[t] * total) / counts[j] / parts;",
    says: "The loss is the mean of the parts' means. Add up all losses that count, and divide once, by total.",
    madeIn: "loss",
  },
  {
    name: "the losses of padding",
    find: "t < counts[j]; t++) sum",
    replace: "t < T; t++) sum",
    says: "The losses of padding are in the mean loss. Add up the first counts[j] of each part only.",
    madeIn: "loss",
  },
  {
    name: "the loss of the last part",
    find: "    for (let t = 0; t < counts[j]; t++) sum += losses[t];",
    replace: "    sum = 0;\n    for (let t = 0; t < counts[j]; t++) sum += losses[t];",
    says: "The sum of losses begins at 0 in each part, so only the last part's losses are in it.",
    madeIn: "loss",
  },
  {
    name: "one over the parts",
    find: factor,
    replace: "t < counts[j] ? 1 / parts : 0",
    says: "Each token counts 1/parts. It is not a part whose mean is taken here but a token, and total of them count: 1 / total.",
    madeIn: "dweight",
  },
  {
    name: "the share of the part for each token",
    find: factor,
    replace: "t < counts[j] ? counts[j] / total : 0",
    says: "Each token counts as much as its whole part: counts[j] / total is the share of all tokens of part j together. One of them counts 1 / total.",
    madeIn: "dweight",
  },
  {
    name: "the share of the part over T",
    find: factor,
    replace: "t < counts[j] ? counts[j] / total / T : 0",
    says: "The share of part j, counts[j] / total, is spread over T tokens, and only counts[j] of them count. What is left for each is 1 / total.",
    madeIn: "dweight",
  },
  {
    name: "uphill",
    find: factor,
    replace: "t < counts[j] ? -1 / total : 0",
    says: "All signs are turned. This is the gradient of the loss itself; it is subtracted later, by the update.",
    madeIn: "dweight",
  },
  {
    name: "the last part left out",
    find: loop,
    replace: `    if (j === parts - 1) break;
${loop}`,
    says: "The last part is left out: j goes up to parts - 1.",
  },
  {
    name: "zeroed at the end",
    find: last,
    replace: `${last}  dweight.fill(0);
`,
    says: "dweight is set to 0 at the end, when the gradient is in it. Zero it before the first part.",
    madeIn: "dweight",
  },
  {
    name: "a total that is still growing",
    find: loop,
    replace: `    const soFar = counts.subarray(0, j + 1).reduce((a, b) => a + b, 0);
    for (let t = 0; t < T; t++) dlosses[t] = t < counts[j] ? 1 / soFar : 0;
`,
    says: "The first parts are divided by the tokens that have been counted so far. All tokens have to be counted before the first part begins.",
    madeIn: "dweight",
  },
  {
    name: "the loss over the parts",
    find: "sum / total",
    replace: "sum / parts",
    says: "The sum of the losses is divided by the number of parts. It is a sum over tokens: divide by total.",
    madeIn: "loss",
  },
  {
    name: "the loss over all tokens, padding among them",
    find: "sum / total",
    replace: "sum / (parts * T)",
    says: "The loss is divided by parts times T, padding and all. total tokens are in the sum.",
    madeIn: "loss",
  },
  {
    name: "the loss divided twice",
    find: "sum / total",
    replace: "sum / total / total",
    says: "The loss is divided by the number of tokens twice: losses times dlosses are divided already.",
    madeIn: "loss",
  },
  {
    name: "the mean over T",
    find: "1 / total : 0",
    replace: "1 / T : 0",
    says: "Each loss counts 1 / T, as if a part were a batch of its own with no padding in it. It counts 1 / total, with the tokens of all parts.",
  },
  {
    name: "parts of T numbers",
    find: "inp.subarray(j * T * C, (j + 1) * T * C)",
    replace: "inp.subarray(j * T, j * T + T * C)",
    says: "Part j of the inputs is taken from j * T on. Each of its T tokens has C numbers, so it begins at j * T * C.",
  },
  {
    name: "the first targets for all",
    find: "targets.subarray(j * T, (j + 1) * T)",
    replace: "targets.subarray(0, T)",
    says: "Every part is asked for the targets of the first. Those of part j begin at j * T.",
  },
  {
    name: "divided by V too",
    find: factor,
    replace: "t < counts[j] ? 1 / (total * V) : 0",
    says: "The gradient is too small by V. The mean is over tokens, and a token has one loss, not V of them: 1 / total.",
  },
  {
    name: "the first part left out",
    find: `const dlosses = new Float32Array(T);
  for (let j = 0;`,
    replace: `const dlosses = new Float32Array(T);
  for (let j = 1;`,
    says: "The first part is left out: parts are counted from 0.",
  },
  {
    name: "the first count alone",
    find: "total += counts[j];",
    replace: "total = counts[0];",
    says: "total is the count of the first part alone. Add up those of all parts.",
  },
  {
    name: "the last count alone",
    find: "total += counts[j];",
    replace: "total = counts[j];",
    says: "total is the count of the last part alone: each is put in the place of the one before. Add them up, with +=.",
  },
  {
    name: "the first token's loss",
    find: "sum += losses[t];",
    replace: "sum += losses[0];",
    says: "The loss of a part's first token is added for every token of it. That of token t is losses[t].",
  },
  {
    name: "by the largest part",
    find: factor,
    replace: "t < counts[j] ? 1 / Math.max(...counts) : 0",
    says: "Each token is divided by the count of the largest part. It counts 1 / total, with the tokens of all parts.",
  },
];
