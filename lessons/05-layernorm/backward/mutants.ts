// Mistakes that are easily made in this exercise: each an edit of solution.ts, with what the page says about it. The steps
// are those of the lesson's derivation.

const sums = `        const dnorm = dout[row + i] * weight[i];
        dnormSum += dnorm;`;
const gradients = `        const dnorm = dout[row + i] * weight[i];
        dbias[i] += dout[row + i];`;

export const mutants = [
  {
    name: "weight forgotten in both loops",
    find: `${sums}
        dnormNormSum += dnorm * norm;
      }
      const dnormMean = dnormSum / C;
      const dnormNormMean = dnormNormSum / C;

      // Second look: the gradients themselves.
      for (let i = 0; i < C; i++) {
        const norm = (inp[row + i] - m) * r;
${gradients}`,
    replace: `        const dnorm = dout[row + i];
        dnormSum += dnorm;
        dnormNormSum += dnorm * norm;
      }
      const dnormMean = dnormSum / C;
      const dnormNormMean = dnormNormSum / C;

      for (let i = 0; i < C; i++) {
        const norm = (inp[row + i] - m) * r;
        const dnorm = dout[row + i];
        dbias[i] += dout[row + i];`,
    says: "dinp is what it would be if every weight were 1. The gradient has to pass through the weights before it reaches norm: step 3.",
  },
  {
    name: "weight forgotten in the two means",
    find: sums,
    replace: `        const dnorm = dout[row + i];
        dnormSum += dnorm;`,
    says: "The weight is there in the straight term of dinp but missing in the two means. They are means of dnorm, not of dout: steps 3, 7 and 11.",
  },
  {
    name: "weight forgotten in the straight term",
    find: gradients,
    replace: `        const dnorm = dout[row + i];
        dbias[i] += dout[row + i];`,
    says: "The weight is there in the two means but missing in the straight term of dinp, which is dnorm and not dout: steps 3 and 5.",
  },
  {
    name: "the mean term missing",
    find: "(dnorm - dnormMean - norm * dnormNormMean)",
    replace: "(dnorm - norm * dnormNormMean)",
    says: "dinp is off by exactly the mean term. Every input also moves the mean of its row, and so every norm of it: steps 6 and 7.",
  },
  {
    name: "the rstd term missing",
    find: "(dnorm - dnormMean - norm * dnormNormMean)",
    replace: "(dnorm - dnormMean)",
    says: "dinp is off by exactly the term that comes through rstd. Every input also changes how widely its row is spread: steps 8 to 11.",
  },
  {
    name: "only the straight path",
    find: "(dnorm - dnormMean - norm * dnormNormMean)",
    replace: "dnorm",
    says: "dinp has the straight term alone, as if mean and rstd were constants. Both are made from the inputs of the row: steps 6 to 11.",
  },
  {
    name: "the factor rstd missing",
    find: "r * (dnorm",
    replace: "(dnorm",
    says: "In every row, dinp is wrong by one factor: the row's rstd. All three paths contain it: step 12.",
  },
  {
    name: "divided by rstd",
    find: "r * (dnorm - dnormMean - norm * dnormNormMean)",
    replace: "(dnorm - dnormMean - norm * dnormNormMean) / r",
    says: "dinp is divided by rstd. rstd is already one over the standard deviation, so it multiplies: step 12.",
  },
  {
    name: "rstd twice",
    find: "r * (dnorm",
    replace: "r * r * (dnorm",
    says: "dinp has one factor rstd too many. Step 11 begins with three of them, but two are used up in the two norms.",
  },
  {
    name: "rstd on the straight term alone",
    find: "r * (dnorm - dnormMean - norm * dnormNormMean)",
    replace: "r * dnorm - dnormMean - norm * dnormNormMean",
    says: "rstd multiplies the straight term of dinp alone. All three paths contain it, so it multiplies the whole bracket: step 12.",
  },
  {
    name: "the mean term without rstd",
    find: "r * (dnorm - dnormMean - norm * dnormNormMean)",
    replace: "r * (dnorm - norm * dnormNormMean) - dnormMean",
    says: "The mean term of dinp lacks the factor rstd. In norm = (inp - mean) * rstd the mean is multiplied by it: step 6.",
  },
  {
    name: "the rstd term lacks one rstd",
    find: "- norm * dnormNormMean",
    replace: "- (norm * dnormNormMean) / r",
    says: "The term through rstd lacks one factor rstd. Step 9 gives three of them: two go into the two norms, and one is left in front, step 11.",
  },
  {
    name: "the rstd term lacks two rstd",
    find: "- norm * dnormNormMean",
    replace: "- (norm * dnormNormMean) / r ** 2",
    says: "The term through rstd lacks two factors rstd. Step 9 gives three of them: each (inp - mean) takes one and becomes norm, and one is left in front, step 11.",
  },
  {
    name: "the rstd term twice as large",
    find: "- norm * dnormNormMean",
    replace: "- 2 * norm * dnormNormMean",
    says: "The term through rstd is twice as large as it should be. The 2 from the square (step 10) cancels the 1/2 from the root (step 9).",
  },
  {
    name: "the rstd term half as large",
    find: "- norm * dnormNormMean",
    replace: "- 0.5 * norm * dnormNormMean",
    says: "The term through rstd is half as large as it should be. The 1/2 from the root (step 9) cancels the 2 from the square (step 10).",
  },
  {
    name: "both sums not divided by C",
    find: `dnormSum / C;
      const dnormNormMean = dnormNormSum / C;`,
    replace: `dnormSum;
      const dnormNormMean = dnormNormSum;`,
    says: "The two terms that are subtracted are C times too large: they are means over the row, not sums. Look at where 1/C comes from in steps 7 and 10.",
  },
  {
    name: "the sum of dnorm not divided by C",
    find: "dnormSum / C;",
    replace: "dnormSum;",
    says: "The mean term of dinp is C times too large: it is a mean over the row, not a sum. The 1/C comes from the derivative of the mean, in step 7.",
  },
  {
    name: "the sum of dnorm times norm not divided by C",
    find: "dnormNormSum / C;",
    replace: "dnormNormSum;",
    says: "The term through rstd is C times too large: it has a mean over the row, not a sum. The 1/C comes from the derivative of the variance, in step 10.",
  },
  {
    name: "divided by C twice",
    find: `dnormSum / C;
      const dnormNormMean = dnormNormSum / C;`,
    replace: `dnormSum / C / C;
      const dnormNormMean = dnormNormSum / C / C;`,
    says: "The two terms that are subtracted are C times too small, as if they had been divided by C twice. Once makes a sum a mean: steps 7 and 10.",
  },
  {
    name: "divided by C - 1",
    find: `dnormSum / C;
      const dnormNormMean = dnormNormSum / C;`,
    replace: `dnormSum / (C - 1);
      const dnormNormMean = dnormNormSum / (C - 1);`,
    says: "The two sums over the row are divided by C - 1. The mean and the variance of the forward pass are divided by C: steps 7 and 10.",
  },
  {
    name: "divided by T",
    find: `dnormSum / C;
      const dnormNormMean = dnormNormSum / C;`,
    replace: `dnormSum / T;
      const dnormNormMean = dnormNormSum / T;`,
    says: "The two sums over the row are divided by T. A row has C values, and the mean and the variance of the forward pass are divided by C: steps 7 and 10.",
  },
  {
    name: "divided by B * T",
    find: `dnormSum / C;
      const dnormNormMean = dnormNormSum / C;`,
    replace: `dnormSum / (B * T);
      const dnormNormMean = dnormNormSum / (B * T);`,
    says: "The two sums are divided by B * T, the number of rows. They run over the C channels of one row: steps 7 and 10.",
  },
  {
    name: "plus the mean term",
    find: "dnorm - dnormMean",
    replace: "dnorm + dnormMean",
    says: "The mean term of dinp has the wrong sign. In norm = (inp - mean) * rstd the mean comes after a minus: step 6.",
  },
  {
    name: "plus the rstd term",
    find: "- norm * dnormNormMean",
    replace: "+ norm * dnormNormMean",
    says: "The term through rstd has the wrong sign. More variance makes rstd smaller, and its derivative is negative: step 9.",
  },
  {
    name: "plus both terms",
    find: "dnorm - dnormMean - norm * dnormNormMean",
    replace: "dnorm + dnormMean + norm * dnormNormMean",
    says: "Both terms after dnorm have the wrong sign: one comes through a minus in the forward pass, the other through a negative derivative. Steps 6 and 9.",
  },
  {
    name: "the rstd term without its norm",
    find: "- norm * dnormNormMean",
    replace: "- dnormNormMean",
    says: "The term through rstd is the same for every channel of a row. An input moves the variance in proportion to its own distance from the mean: step 10.",
  },
  {
    name: "inp in the rstd term",
    find: "- norm * dnormNormMean",
    replace: "- inp[row + i] * dnormNormMean",
    says: "The term through rstd is multiplied by inp, where the derivation has norm: step 11.",
  },
  {
    name: "inp times rstd in the rstd term",
    find: "- norm * dnormNormMean",
    replace: "- inp[row + i] * r * dnormNormMean",
    says: "The term through rstd has inp where inp - mean belongs. The derivative of a square in the variance is 2 * (inp - mean): step 10.",
  },
  {
    name: "dnorm in the rstd term",
    find: "- norm * dnormNormMean",
    replace: "- dnorm * dnormNormMean",
    says: "The term through rstd is multiplied by dnorm, where norm belongs. An input moves the variance in proportion to its own distance from the mean: steps 10 and 11.",
  },
  {
    name: "the mean of inp in the mean term",
    find: "dnorm - dnormMean",
    replace: "dnorm - m",
    says: "What dinp subtracts first is the mean of the inputs. It should be the mean of dnorm over the row: step 7.",
  },
  {
    name: "the weight twice",
    find: "r * (dnorm",
    replace: "weight[i] * r * (dnorm",
    says: "dinp has the weight in it one time too many. dnorm holds it already, so it does not come again in front: step 3.",
  },
  {
    name: "the weight outside of the bracket",
    find: `${sums}
        dnormNormSum += dnorm * norm;
      }
      const dnormMean = dnormSum / C;
      const dnormNormMean = dnormNormSum / C;

      // Second look: the gradients themselves.
      for (let i = 0; i < C; i++) {
        const norm = (inp[row + i] - m) * r;
${gradients}
        dweight[i] += dout[row + i] * norm;
        dinp[row + i] += r *`,
    replace: `        const dnorm = dout[row + i];
        dnormSum += dnorm;
        dnormNormSum += dnorm * norm;
      }
      const dnormMean = dnormSum / C;
      const dnormNormMean = dnormNormSum / C;

      for (let i = 0; i < C; i++) {
        const norm = (inp[row + i] - m) * r;
        const dnorm = dout[row + i];
        dbias[i] += dout[row + i];
        dweight[i] += dout[row + i] * norm;
        dinp[row + i] += weight[i] * r *`,
    says: "The weight is in front of the whole of dinp. Each channel has a weight of its own, so it has to be inside the two means: multiply dout by it first, step 3.",
  },
  {
    name: "inp times rstd in the second sum",
    find: "dnormNormSum += dnorm * norm;",
    replace: "dnormNormSum += dnorm * inp[row + i] * r;",
    says: "The second sum multiplies dnorm by inp * rstd, from which the mean has not been taken. What rstd multiplies is inp - mean: step 8.",
  },
  {
    name: "inp for norm in the second sum",
    find: "dnormNormSum += dnorm * norm;",
    replace: "dnormNormSum += dnorm * inp[row + i];",
    says: "The second sum multiplies dnorm by inp, where the derivation has norm: step 11.",
  },
  {
    name: "sums not set back for each row",
    find: `  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      const bt = b * T + t;
      const row = bt * C;
      const m = mean[bt];
      const r = rstd[bt];

      // First look at the row: the two means that every dinp of this row needs.
      let dnormSum = 0;
      let dnormNormSum = 0;`,
    replace: `  let dnormSum = 0;
  let dnormNormSum = 0;
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      const bt = b * T + t;
      const row = bt * C;
      const m = mean[bt];
      const r = rstd[bt];
`,
    says: "Only the first row of dinp is right: the two sums go on growing from row to row. Each row needs sums of its own, which begin at 0.",
  },
  {
    name: "means used before they are complete",
    find: `      }
      const dnormMean = dnormSum / C;
      const dnormNormMean = dnormNormSum / C;

      // Second look: the gradients themselves.
      for (let i = 0; i < C; i++) {
        const norm = (inp[row + i] - m) * r;
${gradients}`,
    replace: `        const dnormMean = dnormSum / C;
        const dnormNormMean = dnormNormSum / C;
        dbias[i] += dout[row + i];`,
    says: "Only the last channel of each row is right in dinp: the two means are used while they are still being added up. They need a loop of their own before the one that writes dinp: step 12.",
  },
  {
    name: "= for += in dweight",
    find: "dweight[i] += dout[row + i] * norm;",
    replace: "dweight[i] = dout[row + i] * norm;",
    says: "dweight holds what the last row gave, and nothing else: it is set where it should be added to. All rows share the weights, and their parts add up: step 2.",
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
    name: "= for += in dbias",
    find: "dbias[i] += dout",
    replace: "dbias[i] = dout",
    says: "dbias holds what the last row gave, and nothing else: it is set where it should be added to. All rows share the biases, and their parts add up: step 1.",
  },
  {
    name: "= for += in dbias and dweight",
    find: `dbias[i] += dout[row + i];
        dweight[i] +=`,
    replace: `dbias[i] = dout[row + i];
        dweight[i] =`,
    says: "dweight and dbias hold what the last row gave, and nothing else: they are set where they should be added to. All rows share them, and their parts add up: steps 1 and 2.",
  },
  {
    name: "= for += in all three",
    find: `dbias[i] += dout[row + i];
        dweight[i] += dout[row + i] * norm;
        dinp[row + i] += r`,
    replace: `dbias[i] = dout[row + i];
        dweight[i] = dout[row + i] * norm;
        dinp[row + i] = r`,
    says: "dinp, dweight and dbias are set where they should be added to: dweight and dbias hold what the last row gave, and nothing else, and what dinp held before is lost.",
  },
  {
    name: "dweight and dbias swapped",
    find: `dbias[i] += dout[row + i];
        dweight[i] += dout[row + i] * norm;`,
    replace: `dbias[i] += dout[row + i] * norm;
        dweight[i] += dout[row + i];`,
    says: "dweight and dbias have changed places. The weight multiplies norm in the forward pass, so norm belongs in the gradient of the weight: steps 1 and 2.",
  },
  {
    name: "dweight from the first row of dout",
    find: "dweight[i] += dout[row + i] * norm;",
    replace: "dweight[i] += dout[i] * norm;",
    says: "dweight takes dout from the first row each time: where a row begins, row, has to be added to i.",
  },
  {
    name: "dweight without norm",
    find: "dweight[i] += dout[row + i] * norm;",
    replace: "dweight[i] += dout[row + i];",
    says: "dweight equals the gradient of the bias. The weight multiplies norm in the forward pass, so norm belongs in its gradient: step 2.",
  },
  {
    name: "dweight with inp in place of norm",
    find: "dweight[i] += dout[row + i] * norm;",
    replace: "dweight[i] += dout[row + i] * inp[row + i];",
    says: "dweight uses inp where norm belongs. What the weight multiplies in the forward pass is the normalised value: step 2.",
  },
  {
    name: "dweight with the weight in it",
    find: "dweight[i] += dout[row + i] * norm;",
    replace: "dweight[i] += dnorm * norm;",
    says: "dweight is made from dnorm. The gradient of the weight is taken at out, before the gradient has passed through the weight: steps 2 and 3.",
  },
  {
    name: "dbias with the weight in it",
    find: "dbias[i] += dout[row + i];",
    replace: "dbias[i] += dnorm;",
    says: "dbias is multiplied by the weight. The bias is added after the weight has been applied, so the weight does not come into its gradient: step 1.",
  },
  {
    name: "norm without rstd",
    find: `        const norm = (inp[row + i] - m) * r;
        const dnorm = dout[row + i] * weight[i];
        dnormSum += dnorm;
        dnormNormSum += dnorm * norm;
      }
      const dnormMean = dnormSum / C;
      const dnormNormMean = dnormNormSum / C;

      // Second look: the gradients themselves.
      for (let i = 0; i < C; i++) {
        const norm = (inp[row + i] - m) * r;`,
    replace: `        const norm = inp[row + i] - m;
        const dnorm = dout[row + i] * weight[i];
        dnormSum += dnorm;
        dnormNormSum += dnorm * norm;
      }
      const dnormMean = dnormSum / C;
      const dnormNormMean = dnormNormSum / C;

      for (let i = 0; i < C; i++) {
        const norm = inp[row + i] - m;`,
    says: "norm is centred but not scaled: it is (inp - mean) * rstd, exactly as in the forward pass. Both dweight and dinp feel it.",
  },
  {
    name: "norm not centred",
    find: `        const norm = (inp[row + i] - m) * r;
        const dnorm = dout[row + i] * weight[i];
        dnormSum += dnorm;
        dnormNormSum += dnorm * norm;
      }
      const dnormMean = dnormSum / C;
      const dnormNormMean = dnormNormSum / C;

      // Second look: the gradients themselves.
      for (let i = 0; i < C; i++) {
        const norm = (inp[row + i] - m) * r;`,
    replace: `        const norm = inp[row + i] * r;
        const dnorm = dout[row + i] * weight[i];
        dnormSum += dnorm;
        dnormNormSum += dnorm * norm;
      }
      const dnormMean = dnormSum / C;
      const dnormNormMean = dnormNormSum / C;

      for (let i = 0; i < C; i++) {
        const norm = inp[row + i] * r;`,
    says: "norm is scaled but not centred: it is (inp - mean) * rstd, exactly as in the forward pass. Both dweight and dinp feel it.",
  },
  {
    name: "norm without its brackets",
    find: `        const norm = (inp[row + i] - m) * r;
        const dnorm = dout[row + i] * weight[i];
        dnormSum += dnorm;
        dnormNormSum += dnorm * norm;
      }
      const dnormMean = dnormSum / C;
      const dnormNormMean = dnormNormSum / C;

      // Second look: the gradients themselves.
      for (let i = 0; i < C; i++) {
        const norm = (inp[row + i] - m) * r;`,
    replace: `        const norm = inp[row + i] - m * r;
        const dnorm = dout[row + i] * weight[i];
        dnormSum += dnorm;
        dnormNormSum += dnorm * norm;
      }
      const dnormMean = dnormSum / C;
      const dnormNormMean = dnormNormSum / C;

      for (let i = 0; i < C; i++) {
        const norm = inp[row + i] - m * r;`,
    says: "norm is inp - mean * rstd here: a product is taken before a difference. It needs brackets, (inp - mean) * rstd. Both dweight and dinp feel it.",
  },
  {
    name: "norm divided by rstd",
    find: `        const norm = (inp[row + i] - m) * r;
        const dnorm = dout[row + i] * weight[i];
        dnormSum += dnorm;
        dnormNormSum += dnorm * norm;
      }
      const dnormMean = dnormSum / C;
      const dnormNormMean = dnormNormSum / C;

      // Second look: the gradients themselves.
      for (let i = 0; i < C; i++) {
        const norm = (inp[row + i] - m) * r;`,
    replace: `        const norm = (inp[row + i] - m) / r;
        const dnorm = dout[row + i] * weight[i];
        dnormSum += dnorm;
        dnormNormSum += dnorm * norm;
      }
      const dnormMean = dnormSum / C;
      const dnormNormMean = dnormNormSum / C;

      for (let i = 0; i < C; i++) {
        const norm = (inp[row + i] - m) / r;`,
    says: "norm is divided by rstd. rstd is already one over the standard deviation, so norm is (inp - mean) * rstd, as in the forward pass. Both dweight and dinp feel it.",
  },
  {
    name: "the first row each time",
    find: "const row = bt * C;",
    replace: "const row = 0;",
    says: "Every token reads and writes the first row. The row of a token begins at bt * C, and that has to be added to i in inp, dout and dinp.",
  },
  {
    name: "mean and rstd of batch row b",
    find: `mean[bt];
      const r = rstd[bt];`,
    replace: `mean[b];
      const r = rstd[b];`,
    says: "mean and rstd are read at b. There is one of each for every token, B * T in all: their shape is (B, T).",
  },
  {
    name: "mean and rstd of position t",
    find: `mean[bt];
      const r = rstd[bt];`,
    replace: `mean[t];
      const r = rstd[t];`,
    says: "mean and rstd are read at t, so that every sequence after the first uses the first one's. Their shape is (B, T): one for every token.",
  },
];
