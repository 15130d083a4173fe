// Repairs that do not repair it: each an edit of solution.ts, with what the page says about it. The bug of start.ts itself
// is not here, because finding it is the exercise.

const true2 = "out[0] = (n * big - small) / (n - 1);";
const sigma = "out[1] = (small - big) / (1 - 1 / n);";

export const mutants = [
  {
    name: "the length not corrected",
    find: true2,
    replace: "out[0] = big;",
    says: "tr(Sigma) is right now. The squared length of the batch's gradient still has the noise of the batch in it: tr(Sigma) / n on average.",
  },
  {
    name: "the noise not corrected",
    find: sigma,
    replace: "out[1] = small - big;",
    says: "The squared length is right now. small - big is tr(Sigma) without the part that is in the batch too: 1 - 1/n of it.",
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
];
