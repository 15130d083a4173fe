// Repairs that do not repair it: each an edit of solution.ts, with what the page says about it. The bug of start.ts itself
// is not here, because finding it is the exercise.

const true2 = "out[0] = (n * big - small) / (n - 1);";
const sigma = "out[1] = (small - big) / (1 - 1 / n);";

export const mutants = [
  {
    name: "the length not corrected",
    find: true2,
    replace: "out[0] = big;",
    says: "The first number is still big, the squared length of the batch's gradient. That has the noise of the batch in it: tr(Sigma) / n on average.",
  },
  {
    name: "the noise not corrected",
    find: sigma,
    replace: "out[1] = small - big;",
    says: "The second number is still small - big. That is tr(Sigma) without the part that is in the batch too: 1 - 1/n of it.",
  },
  {
    name: "the wrong way",
    find: sigma,
    replace: "out[1] = (small - big) * (1 - 1 / n);",
    says: "small - big is (1 - 1/n) tr(Sigma), and here it is made smaller once more. Divide by 1 - 1/n.",
  },
  {
    name: "all of small taken for noise",
    find: true2,
    replace: "out[0] = big - small / n;",
    says: "This is big - small / n. But small holds the true gradient's square too, and that is no noise: n big - small is n - 1 times what you want, and not n times.",
  },
  {
    name: "of the batch",
    find: sigma,
    replace: "out[1] = (small - big) / (n - 1);",
    says: "That is the noise of the batch, tr(Sigma) / n. That of a single text was asked for.",
  },
  {
    name: "exchanged",
    find: `  ${true2}
  ${sigma}`,
    replace: `  out[1] = (n * big - small) / (n - 1);
  out[0] = (small - big) / (1 - 1 / n);`,
    says: "The two numbers are in each other's place: the squared length comes first.",
  },
  {
    name: "lengths not squared",
    find: `  ${true2}
  ${sigma}`,
    replace: `  out[0] = Math.sqrt(Math.abs(n * big - small) / (n - 1));
  out[1] = Math.sqrt((small - big) / (1 - 1 / n));`,
    says: "These are the roots. The squares were asked for: only they add up.",
  },
  {
    name: "sum of the texts",
    find: "batch[i] += g / n;",
    replace: "batch[i] += g;",
    says: "The gradient of a batch is the mean of its texts' gradients. This is their sum, n times as long.",
  },
  {
    name: "the ratio",
    find: sigma,
    replace: "out[1] = (small - big) / (1 - 1 / n) / out[0];",
    says: "The second number is the noise scale, the ratio of the two. tr(Sigma) was asked for.",
  },
  {
    name: "what is left taken for all the noise",
    find: true2,
    replace: "out[0] = big - (small - big) / n;",
    says: "small - big is taken for tr(Sigma), and it is only 1 - 1/n of it. Take tr(Sigma) / n off big with the mended tr(Sigma).",
  },
  {
    name: "not divided by n - 1",
    find: true2,
    replace: "out[0] = n * big - small;",
    says: "n big - small is n - 1 times the squared length: divide by n - 1.",
  },
  {
    name: "n with the wrong one",
    find: true2,
    replace: "out[0] = (n * small - big) / (n - 1);",
    says: "n belongs to big: in n big the noise is as large as in small, and cancels. In n small - big it grows.",
  },
  {
    name: "the length's sign turned",
    find: true2,
    replace: "out[0] = (small - n * big) / (n - 1);",
    says: "The squared length has the wrong sign: it is n big less small.",
  },
  {
    name: "the noise's sign turned",
    find: sigma,
    replace: "out[1] = (big - small) / (1 - 1 / n);",
    says: "tr(Sigma) has the wrong sign: a single text's gradient has more noise in it than the batch's, so it is small less big.",
  },
  {
    name: "no brackets below the line",
    find: sigma,
    replace: "out[1] = (small - big) / 1 - 1 / n;",
    says: "1 - 1 / n needs brackets: without them, only 1 is below the line, and 1 / n is subtracted at the end.",
  },
  {
    name: "divided by n",
    find: sigma,
    replace: "out[1] = (small - big) / n;",
    says: "small - big is divided by n. It is tr(Sigma) without one part in n, so divide it by 1 - 1/n.",
  },
  {
    name: "times n",
    find: sigma,
    replace: "out[1] = (small - big) * n;",
    says: "small - big is multiplied by n. It is tr(Sigma) without one part in n, so divide it by 1 - 1/n.",
  },
  {
    name: "the root of the length",
    find: true2,
    replace: "out[0] = Math.sqrt(Math.abs(n * big - small) / (n - 1));",
    says: "The first number is the length. Its square was asked for: only squares add up.",
  },
  {
    name: "never below 0",
    find: true2,
    replace: "out[0] = Math.max(0, (n * big - small) / (n - 1));",
    says: "The estimate is held at 0 where it falls below. It may be there by chance, and has to be: without those the mean of many estimates comes out too large.",
  },
  {
    name: "the length times n over n - 1",
    find: true2,
    replace: "out[0] = (big * n) / (n - 1);",
    says: "big is multiplied by n / (n - 1). That corrects a variance, and big is a length with noise on top, so it is already too long: take the noise off, tr(Sigma) / n.",
  },
  {
    name: "only small divided",
    find: true2,
    replace: "out[0] = n * big - small / (n - 1);",
    says: "Only small is divided by n - 1. n big - small needs brackets around it: a division comes before a difference.",
  },
  {
    name: "n less one nth",
    find: sigma,
    replace: "out[1] = (small - big) / (n - 1 / n);",
    says: "small - big is divided by n - 1/n. It is 1 - 1/n of tr(Sigma): the first n is a 1.",
  },
  {
    name: "the length over P",
    find: true2,
    replace: "out[0] = (n * big - small) / (n - 1) / P;",
    says: "The squared length is divided by P. It is a sum over all P numbers, not their mean.",
  },
  {
    name: "the noise over P",
    find: sigma,
    replace: "out[1] = (small - big) / (1 - 1 / n) / P;",
    says: "tr(Sigma) is divided by P. It is a sum over all P numbers, not their mean.",
  },
  {
    name: "n and n - 1 exchanged",
    find: true2,
    replace: "out[0] = ((n - 1) * big - small) / n;",
    says: "n and n - 1 have changed places: n big - small is n - 1 times the squared length.",
  },
  {
    name: "small not a mean",
    find: "small += (g * g) / n;",
    replace: "small += g * g;",
    says: "small is a sum over all texts. It is the mean squared length of a single text's gradient: divide by n.",
  },
  {
    name: "sizes for squares",
    find: "big += batch[i] * batch[i];",
    replace: "big += Math.abs(batch[i]);",
    says: "big is a sum of sizes. A squared length is a sum of squares: batch[i] * batch[i].",
  },
  {
    name: "big over P",
    find: "big += batch[i] * batch[i];",
    replace: "big += (batch[i] * batch[i]) / P;",
    says: "big is divided by P. A squared length is a sum over all P numbers, not their mean.",
  },
  {
    name: "squared twice",
    find: true2,
    replace: "out[0] = (n * big * big - small * small) / (n - 1);",
    says: "big and small are squares of lengths already, and here they are squared once more.",
  },
  {
    name: "a mean by n - 1",
    find: "batch[i] += g / n;",
    replace: "batch[i] += g / (n - 1);",
    says: "The gradient of the batch is divided by n - 1. It is the plain mean of n gradients: divide by n.",
  },
  {
    name: "all of small",
    find: sigma,
    replace: "out[1] = small;",
    says: "The second number is all of small, which has the true gradient's square in it too. small - big is without it, and is 1 - 1/n of tr(Sigma).",
  },
];
