// Repairs that do not repair it: each an edit of solution.ts, with what the page says about it. The bug of start.ts itself
// is not here, because finding it is the exercise.

export const mutants = [
  {
    name: "only the mean mended",
    find: "(inp[row + i] - mean[bt]) * rstd[bt];",
    replace: "(inp[row + i] - mean[bt]) * rstd[t];",
    says: "The row's own mean is used now, but norm is still scaled by the rstd of another row.",
  },
  {
    name: "rstd mended in dinp only",
    find: "(inp[row + i] - mean[bt]) * rstd[bt];",
    replace: "(inp[row + i] - mean[t]) * rstd[t];",
    says: "The last line is mended, but norm is still made from the mean and rstd of another row.",
  },
  {
    name: "norm mended, dinp not",
    whole: true,
    find: "* dnormNormMean) * rstd[bt];",
    replace: "* dnormNormMean) * rstd[t];",
    says: "norm is right now, and with it dweight. dinp is still scaled by the rstd of another row.",
  },
  {
    name: "sequences and tokens swapped",
    find: "const bt = b * T + t;\n      const row = bt * C;",
    replace: "const bt = t * B + b;\n      const row = (b * T + t) * C;",
    says: "mean and rstd are read at t * B + b. Their shape is (B, T), so t runs fastest in memory and b takes steps of T.",
  },
  {
    name: "mean and rstd at b + t",
    find: "const bt = b * T + t;\n      const row = bt * C;",
    replace: "const bt = b + t;\n      const row = (b * T + t) * C;",
    says: "mean and rstd are read at b + t, which is the same place for several tokens. The offset in a (B, T) array takes T steps for each b.",
  },
];
