// Mistakes that are easily made in this exercise: each an edit of solution.ts, with what the page says about it. The steps
// are those of the lesson's derivation.

const both = `      // First look at the row: the mean that every dinp of this row needs.
      let dnormNormSum = 0;
      for (let i = 0; i < C; i++) {
        const norm = inp[row + i] * r;
        const dnorm = dout[row + i] * weight[i];
        dnormNormSum += dnorm * norm;
      }
      const dnormNormMean = dnormNormSum / C;

      // Second look: the gradients themselves.
      for (let i = 0; i < C; i++) {
        const norm = inp[row + i] * r;
        const dnorm = dout[row + i] * weight[i];
`;

const sum = `        const dnorm = dout[row + i] * weight[i];
        dnormNormSum += dnorm * norm;`;

const bracket = "r * (dnorm - norm * dnormNormMean)";

export const mutants = [
  {
    name: "LayerNorm's mean term",
    find: `        dnormNormSum += dnorm * norm;
      }
      const dnormNormMean = dnormNormSum / C;

      // Second look: the gradients themselves.
      for (let i = 0; i < C; i++) {
        const norm = inp[row + i] * r;
        const dnorm = dout[row + i] * weight[i];
        dweight[i] += dout[row + i] * norm;
        dinp[row + i] += r * (dnorm - norm`,
    replace: `        dnormNormSum += dnorm * norm;
      }
      const dnormNormMean = dnormNormSum / C;
      let dnormMean = 0;
      for (let i = 0; i < C; i++) dnormMean += (dout[row + i] * weight[i]) / C;

      for (let i = 0; i < C; i++) {
        const norm = inp[row + i] * r;
        const dnorm = dout[row + i] * weight[i];
        dweight[i] += dout[row + i] * norm;
        dinp[row + i] += r * (dnorm - dnormMean - norm`,
    says: "dinp has LayerNorm's mean term in it. RMSNorm subtracts no mean in the forward pass, so there is no path through one: step 3.",
  },
  {
    name: "weight forgotten in both loops",
    find: both,
    replace: both.replaceAll(" * weight[i]", ""),
    says: "dinp is what it would be if every weight were 1. The gradient has to pass through the weights before it reaches norm: step 2.",
  },
  {
    name: "weight forgotten in the mean",
    find: sum,
    replace: sum.replace(" * weight[i]", ""),
    says: "The weight is there in the straight term of dinp but missing in the mean, which is one of dnorm and not of dout: steps 2 and 5.",
  },
  {
    name: "weight forgotten in the straight term",
    find: bracket,
    replace: "r * (dout[row + i] - norm * dnormNormMean)",
    says: "The weight is there in the mean but missing in the straight term of dinp, which is dnorm and not dout: steps 2 and 4.",
  },
  {
    name: "dout in front of the whole bracket",
    find: bracket,
    replace: "r * dout[row + i] * (weight[i] - norm * dnormNormMean)",
    says: "dout multiplies the whole bracket. It belongs to the straight term alone, as dout * weight: the mean beside it already has the dout of the whole row in it, steps 4 and 8.",
  },
  {
    name: "only the straight path",
    find: bracket,
    replace: "r * dnorm",
    says: "dinp has the straight term alone, as if rstd were a constant. It is made from all inputs of the row: steps 5 to 8.",
  },
  {
    name: "the factor rstd missing",
    find: bracket,
    replace: "dnorm - norm * dnormNormMean",
    says: "In every row, dinp is wrong by one factor: the row's rstd. Both paths contain it: step 9.",
  },
  {
    name: "divided by rstd",
    find: bracket,
    replace: "(dnorm - norm * dnormNormMean) / r",
    says: "dinp is divided by rstd. rstd is already one over the root of the mean square, so it multiplies: step 9.",
  },
  {
    name: "rstd twice",
    find: bracket,
    replace: "r * r * (dnorm - norm * dnormNormMean)",
    says: "dinp has one factor rstd too many. Step 8 begins with three of them, but two are used up in the two norms.",
  },
  {
    name: "the term through rstd lacks one rstd",
    find: bracket,
    replace: "r * dnorm - norm * dnormNormMean",
    says: "The term through rstd lacks one factor rstd: it is in front of the whole bracket (step 9), and in the bracket is norm, not inp (step 8).",
  },
  {
    name: "the term through rstd twice as large",
    find: "- norm * dnormNormMean",
    replace: "- 2 * norm * dnormNormMean",
    says: "The term through rstd is twice as large as it should be. The 2 from the square (step 7) cancels the 1/2 from the root (step 6).",
  },
  {
    name: "the term through rstd half as large",
    find: "- norm * dnormNormMean",
    replace: "- 0.5 * norm * dnormNormMean",
    says: "The term through rstd is half as large as it should be. The 1/2 from the root (step 6) cancels the 2 from the square (step 7).",
  },
  {
    name: "plus the term through rstd",
    find: "dnorm - norm",
    replace: "dnorm + norm",
    says: "The term through rstd has the wrong sign. Larger inputs make rstd smaller, and its derivative is negative: step 6.",
  },
  {
    name: "the sum not divided by C",
    find: "dnormNormSum / C",
    replace: "dnormNormSum",
    says: "The term through rstd is C times too large: it has a mean over the row, not a sum. The 1/C comes from the derivative of the mean square, in step 7.",
  },
  {
    name: "divided by C twice",
    find: "dnormNormSum / C",
    replace: "dnormNormSum / C / C",
    says: "The term through rstd is C times too small, as if it had been divided by C twice. Once makes a sum a mean: step 7.",
  },
  {
    name: "divided by C - 1",
    find: "dnormNormSum / C",
    replace: "dnormNormSum / (C - 1)",
    says: "The sum over the row is divided by C - 1. The mean square of the forward pass is divided by C: step 7.",
  },
  {
    name: "divided by T",
    find: "dnormNormSum / C",
    replace: "dnormNormSum / T",
    says: "The sum over the row is divided by T. A row has C values, and the mean square of the forward pass is divided by C: step 7.",
  },
  {
    name: "the term through rstd without its norm",
    find: "- norm * dnormNormMean",
    replace: "- dnormNormMean",
    says: "The term through rstd is the same for every channel of a row. An input moves the mean square in proportion to itself: step 7.",
  },
  {
    name: "dnorm in the term through rstd",
    find: "- norm * dnormNormMean",
    replace: "- dnorm * dnormNormMean",
    says: "The term through rstd is multiplied by dnorm, where norm belongs: an input moves the mean square in proportion to itself, steps 7 and 8.",
  },
  {
    name: "the mean of dnorm alone",
    find: "dnormNormSum += dnorm * norm;",
    replace: "dnormNormSum += dnorm;",
    says: "The mean is that of dnorm alone. r multiplies every input, so each dnorm counts by its norm: steps 5 and 8.",
  },
  {
    name: "the weight twice",
    find: bracket,
    replace: "weight[i] * r * (dnorm - norm * dnormNormMean)",
    says: "dinp has the weight in it one time too many. dnorm holds it already, so it does not come again in front: step 2.",
  },
  {
    name: "the weight outside of the bracket",
    find: `${both}        dweight[i] += dout[row + i] * norm;
        dinp[row + i] += r *`,
    replace: `${both.replaceAll(" * weight[i]", "")}        dweight[i] += dout[row + i] * norm;
        dinp[row + i] += weight[i] * r *`,
    says: "The weight is in front of the whole of dinp. Each channel has a weight of its own, so it has to be inside the mean: multiply dout by it first, step 2.",
  },
  {
    name: "dweight without norm",
    find: "dweight[i] += dout[row + i] * norm;",
    replace: "dweight[i] += dout[row + i];",
    says: "dweight is the sum of dout alone, which would be the gradient of a bias. The weight multiplies norm: step 1.",
  },
  {
    name: "inp in dweight",
    find: "dweight[i] += dout[row + i] * norm;",
    replace: "dweight[i] += dout[row + i] * inp[row + i];",
    says: "dweight has inp where norm belongs. The weight multiplies the input as it is after rstd: step 1.",
  },
  {
    name: "dnorm in dweight",
    find: "dweight[i] += dout[row + i] * norm;",
    replace: "dweight[i] += dnorm * norm;",
    says: "dweight has the weight itself in it. What arrives at out_i = norm_i * weight_i is dout: step 1.",
  },
  {
    name: "= for += in dweight",
    find: "dweight[i] += dout[row + i] * norm;",
    replace: "dweight[i] = dout[row + i] * norm;",
    says: "dweight holds what the last row gave, and nothing else: it is set where it should be added to. All rows share the weights, and their parts add up: step 1.",
  },
  {
    name: "= for += in dweight and dinp",
    find: `dweight[i] += dout[row + i] * norm;
        dinp[row + i] += r`,
    replace: `dweight[i] = dout[row + i] * norm;
        dinp[row + i] = r`,
    says: "dweight and dinp are set where they should be added to: dweight holds what the last row gave, and nothing else, and what dinp held before is lost.",
  },
  {
    name: "rstd read at t",
    find: "const r = rstd[bt];",
    replace: "const r = rstd[t];",
    says: "rstd is read at t, which is right for the first sequence alone. It has one number for each row, at b * T + t.",
  },
];
