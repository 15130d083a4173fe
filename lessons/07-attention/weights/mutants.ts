// Mistakes that are easily made in this exercise: each an edit of solution.ts, with what the page says about it. The steps
// are those of the lesson's derivation.

const result = "att[row + t2] * (datt[row + t2] - dattMean)";
const row = "const row = (bh * T + t) * T;";

export const mutants = [
  {
    name: "the mean term missing",
    find: result,
    replace: "att[row + t2] * datt[row + t2]",
    says: "The mean term is missing. A higher score makes its own weight larger and all the others smaller, because they share one sum: steps 5 and 7.",
  },
  {
    name: "the diagonal alone",
    find: result,
    replace: "att[row + t2] * (1 - att[row + t2]) * datt[row + t2]",
    says: "This is what each score does to its own weight, att * (1 - att). What it does to the other weights of the row is left out: step 5.",
  },
  {
    name: "plus the mean",
    find: "datt[row + t2] - dattMean",
    replace: "datt[row + t2] + dattMean",
    says: "The mean term has the wrong sign. A higher score takes weight away from the others: there is a minus in step 5.",
  },
  {
    name: "the mean first",
    find: "datt[row + t2] - dattMean",
    replace: "dattMean - datt[row + t2]",
    says: "The two terms in the bracket have changed places, so every sign is wrong. Where datt is above the mean, the gradient of the score is positive: datt minus the mean, step 7.",
  },
  {
    name: "a plain mean",
    find: `        dattMean += att[row + t2] * datt[row + t2];`,
    replace: `        dattMean += datt[row + t2] / (t + 1);`,
    says: "What is subtracted is the plain mean of datt over the row. It has to be the mean weighted by att: step 7.",
  },
  {
    name: "a plain sum",
    find: `        dattMean += att[row + t2] * datt[row + t2];`,
    replace: `        dattMean += datt[row + t2];`,
    says: "What is subtracted is the sum of datt over the row. Each datt has to be weighted by its att: step 7.",
  },
  {
    name: "divided once more",
    find: `        dattMean += att[row + t2] * datt[row + t2];`,
    replace: `        dattMean += (att[row + t2] * datt[row + t2]) / (t + 1);`,
    says: "The weighted mean is divided by the number of tokens. The weights add up to 1, so their sum is a mean already: step 7.",
  },
  {
    name: "divided by T",
    find: `        dattMean += att[row + t2] * datt[row + t2];`,
    replace: `        dattMean += (att[row + t2] * datt[row + t2]) / T;`,
    says: "The weighted mean is divided by T. The weights add up to 1 whatever T is, so their sum is a mean already: step 7.",
  },
  {
    name: "att missing in front",
    find: result,
    replace: "datt[row + t2] - dattMean",
    says: "The factor att in front of the bracket is missing. A token with a small weight has little to gain or to lose: step 7.",
  },
  {
    name: "att in front of the first term alone",
    find: result,
    replace: "att[row + t2] * datt[row + t2] - dattMean",
    says: "att multiplies datt alone. It has to multiply the whole bracket, the mean too: step 7.",
  },
  {
    name: "att twice",
    find: result,
    replace: "att[row + t2] ** 2 * (datt[row + t2] - dattMean)",
    says: "The factor att of the token itself is there once too often: step 7 has it once in front of the bracket, and once inside the mean.",
  },
  {
    name: "the mean used too early",
    find: `        dattMean += att[row + t2] * datt[row + t2];
      }
      for (let t2 = 0; t2 <= t; t2++) {
        dpreatt`,
    replace: `        dattMean += att[row + t2] * datt[row + t2];
        dpreatt`,
    says: "The weighted mean is used while it is still being added up. It needs a loop of its own, before the one that writes dpreatt: step 7.",
  },
  {
    name: "the mean not set back",
    find: `    for (let t = 0; t < T; t++) {
      ${row}
      let dattMean = 0; // of the row's datt, weighted by att`,
    replace: `    let dattMean = 0;
    for (let t = 0; t < T; t++) {
      ${row}`,
    says: "The weighted mean goes on growing from token to token. It begins at 0 for every row.",
  },
  {
    name: "the token itself left out",
    find: `      for (let t2 = 0; t2 <= t; t2++) {
        dattMean += att[row + t2] * datt[row + t2];
      }
      for (let t2 = 0; t2 <= t; t2++) {`,
    replace: `      for (let t2 = 0; t2 < t; t2++) {
        dattMean += att[row + t2] * datt[row + t2];
      }
      for (let t2 = 0; t2 < t; t2++) {`,
    says: "Both loops end before t2 = t. A token sees itself too: write t2 <= t.",
  },
  {
    name: "the token itself left out of the mean",
    find: `t2 <= t; t2++) {
        dattMean`,
    replace: `t2 < t; t2++) {
        dattMean`,
    says: "The weighted mean leaves out the token itself. It is one of those that share the sum of the softmax: write t2 <= t.",
  },
  {
    name: "= for +=",
    find: "dpreatt[row + t2] +=",
    replace: "dpreatt[row + t2] =",
    says: "The numbers are right, but they are written over what dpreatt held before. Gradients are added: write += instead of =.",
  },
  {
    name: "without the sequences and heads",
    find: row,
    replace: "const row = t * T;",
    says: "All heads of all sequences read and write the first table. Table bh begins T * T numbers after the one before.",
  },
  {
    name: "a row of t + 1",
    find: row,
    replace: "const row = (bh * T + t) * (t + 1);",
    says: "The rows are taken to be t + 1 long. In memory each row has T numbers, with those above the diagonal at 0.",
  },
  {
    name: "att on the mean once more",
    find: result,
    replace: "att[row + t2] * (datt[row + t2] - att[row + t2] * dattMean)",
    says: "Inside the bracket the mean is multiplied by att once more. The att in front of the bracket is enough: step 7.",
  },
  {
    name: "the mean alone",
    find: result,
    replace: "-att[row + t2] * dattMean",
    says: "Only the minus part is there, what a score takes from the other weights. What it gives to its own, att times datt, is missing: steps 4 and 6.",
  },
  {
    name: "the square of the weights in the mean",
    find: `        dattMean += att[row + t2] * datt[row + t2];`,
    replace: `        dattMean += att[row + t2] ** 2 * datt[row + t2];`,
    says: "In the mean each datt is multiplied by its att twice. Step 7 takes one of the two factors out of the sum, and puts it in front of the bracket.",
  },
  {
    name: "the square of its own weight in the mean",
    find: result,
    replace: `att[row + t2] * datt[row + t2] -
          att[row + t2] ** 2 * datt.subarray(row, row + t + 1).reduce((sum, d) => sum + d, 0)`,
    says: "The minus term has the att of the score's own token twice. It should be a product of two different weights, the score's own and the one that the score moves: step 5.",
  },
  {
    name: "datt of its own token in every term",
    find: result,
    replace:
      "(att[row + t2] - att[row + t2] * att.subarray(row, row + t + 1).reduce((sum, a) => sum + a, 0)) * datt[row + t2]",
    says: "Each score is given its own datt in every term of the sum, and then nothing is left, since the row of att adds up to 1. The path through another weight brings that one's datt: step 7.",
  },
  {
    name: "the last term in place of the mean",
    find: "dattMean +=",
    replace: "dattMean =",
    says: "The mean holds the last of its terms alone: it is set where it should be added to.",
  },
  {
    name: "log-softmax",
    find: `        dattMean += att[row + t2] * datt[row + t2];
      }
      for (let t2 = 0; t2 <= t; t2++) {
        dpreatt[row + t2] += ${result};`,
    replace: `        dattMean += datt[row + t2];
      }
      for (let t2 = 0; t2 <= t; t2++) {
        dpreatt[row + t2] += datt[row + t2] - att[row + t2] * dattMean;`,
    says: "This is the way back through the logarithm of a softmax. Here datt is the gradient of the weights themselves: step 7.",
  },
  {
    name: "no weights at all",
    find: `        dattMean += att[row + t2] * datt[row + t2];
      }
      for (let t2 = 0; t2 <= t; t2++) {
        dpreatt[row + t2] += ${result};`,
    replace: `        dattMean += datt[row + t2] / (t + 1);
      }
      for (let t2 = 0; t2 <= t; t2++) {
        dpreatt[row + t2] += datt[row + t2] - dattMean;`,
    says: "This is datt minus its plain mean: att is missing twice, in front of the bracket and as the weight in the mean. Step 7.",
  },
  {
    name: "the token itself left out of dpreatt",
    find: `t2 <= t; t2++) {
        dpreatt`,
    replace: `t2 < t; t2++) {
        dpreatt`,
    says: "The mean is right, but the second loop ends before t2 = t. A token sees itself too: write t2 <= t.",
  },
  {
    name: "the token itself alone",
    find: `      for (let t2 = 0; t2 <= t; t2++) {
        dpreatt[row + t2] += ${result};
      }`,
    replace: "      dpreatt[row + t] += att[row + t] * (datt[row + t] - dattMean);",
    says: "Something has come only to the diagonal of dpreatt, t2 = t. All scores of the row get a gradient: t2 from 0 to t.",
  },
  {
    name: "rows of one number",
    find: row,
    replace: "const row = bh * T + t;",
    says: "The rows begin at bh * T + t, and so overlap. That is the number of the row; each has T numbers, so it is multiplied by T.",
  },
  {
    name: "a table of one row",
    find: row,
    replace: "const row = (bh + t) * T;",
    says: "From one table to the next it is one row here. A table has T rows: (bh * T + t) * T.",
  },
  {
    name: "read by columns",
    find: `      let dattMean = 0; // of the row's datt, weighted by att
      for (let t2 = 0; t2 <= t; t2++) {
        dattMean += att[row + t2] * datt[row + t2];
      }
      for (let t2 = 0; t2 <= t; t2++) {
        dpreatt[row + t2] += ${result};
      }`,
    replace: `      const at = (t2: number) => (bh * T + t2) * T + t;
      let dattMean = 0;
      for (let t2 = 0; t2 <= t; t2++) {
        dattMean += att[at(t2)] * datt[at(t2)];
      }
      for (let t2 = 0; t2 <= t; t2++) {
        dpreatt[at(t2)] += att[at(t2)] * (datt[at(t2)] - dattMean);
      }`,
    says: "t and t2 are swapped: the tables are gone through by columns, where above the diagonal there is only 0. A row belongs to the token that looks, and t2 runs along it.",
  },
  {
    name: "the derivative of the exponential alone",
    find: result,
    replace: "Math.exp(att[row + t2]) * datt[row + t2]",
    says: "An exponential was differentiated, but that of att, and the division by the sum was left out. A weight is a quotient, made from the scores: steps 4 and 5.",
  },
];
