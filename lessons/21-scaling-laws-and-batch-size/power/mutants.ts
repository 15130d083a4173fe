// Mistakes that are easily made in this exercise: each an edit of solution.ts, with what the page says about it.

const slope = "const slope = xy / xx;";
const writeA = "out[0] = Math.exp(meanY - slope * meanX);";
const sums = `    xx += x * x;
    xy += x * y;`;

export const mutants = [
  {
    name: "alpha with the slope's sign",
    find: "out[1] = -slope;",
    replace: "out[1] = slope;",
    says: "alpha has the wrong sign. The line has the slope -alpha: a larger model has a lower loss, and alpha is above 0.",
  },
  {
    name: "ln A in place of A",
    find: writeA,
    replace: "out[0] = meanY - slope * meanX;",
    says: "The first number is ln A, where the line crosses ln N = 0. A itself is the exponential of it.",
  },
  {
    name: "the height at the mean",
    find: writeA,
    replace: "out[0] = Math.exp(meanY);",
    says: "A is taken from the middle of the points. There ln N is meanX; go along the line from there to ln N = 0.",
  },
  {
    name: "the wrong way along the line",
    find: writeA,
    replace: "out[0] = Math.exp(meanY + slope * meanX);",
    says: "From the mean to ln N = 0 the line goes back by meanX, so slope * meanX is subtracted and not added. With alpha, which is -slope, it is the other way round.",
  },
  {
    name: "not from the mean",
    find: `    const x = Math.log(N[i]) - meanX;
    const y = Math.log(loss[i] - E) - meanY;`,
    replace: `    const x = Math.log(N[i]);
    const y = Math.log(loss[i] - E);`,
    says: "The sums are over x and y themselves: that is the slope of a line through the origin. Subtract the means first.",
  },
  {
    name: "N not from its mean",
    find: "const x = Math.log(N[i]) - meanX;",
    replace: "const x = Math.log(N[i]);",
    says: "y is counted from its mean and x is not. The sum of squares below the line is then too large: subtract meanX as well.",
  },
  {
    name: "the other regression",
    find: sums,
    replace: `    xx += x * y;
    xy += y * y;`,
    says: "This line has the smallest squares along the axis of ln N. It is the loss that is off: the slope is the sum of x y over that of x x.",
  },
  {
    name: "one over the slope",
    find: slope,
    replace: "const slope = xx / xy;",
    says: "The slope is upside down: the sum of x y is above the line, and that of x x below it.",
  },
  {
    name: "first and last alone",
    find: slope,
    replace:
      "const slope = (Math.log(loss[n - 1] - E) - Math.log(loss[0] - E)) / (Math.log(N[n - 1]) - Math.log(N[0]));",
    says: "The slope is that from the first point to the last. The points in between have a say too: use both sums.",
  },
  {
    name: "E not subtracted",
    find: `    meanY += Math.log(loss[i] - E) / n;
  }
  let xx = 0;
  let xy = 0;
  for (let i = 0; i < n; i++) {
    const x = Math.log(N[i]) - meanX;
    const y = Math.log(loss[i] - E) - meanY;`,
    replace: `    meanY += Math.log(loss[i]) / n;
  }
  let xx = 0;
  let xy = 0;
  for (let i = 0; i < n; i++) {
    const x = Math.log(N[i]) - meanX;
    const y = Math.log(loss[i]) - meanY;`,
    says: "This is a fit of the loss itself. The power law is what is left of the loss above E: the logarithm is of loss - E.",
  },
  {
    name: "no logarithm of N",
    find: `    meanX += Math.log(N[i]) / n;
    meanY += Math.log(loss[i] - E) / n;
  }
  let xx = 0;
  let xy = 0;
  for (let i = 0; i < n; i++) {
    const x = Math.log(N[i]) - meanX;`,
    replace: `    meanX += N[i] / n;
    meanY += Math.log(loss[i] - E) / n;
  }
  let xx = 0;
  let xy = 0;
  for (let i = 0; i < n; i++) {
    const x = N[i] - meanX;`,
    says: "x is N itself. That fits an exponential; a power law is a line over ln N.",
  },
  {
    name: "logarithms to base 10, and e to that power",
    find: `    meanX += Math.log(N[i]) / n;
    meanY += Math.log(loss[i] - E) / n;
  }
  let xx = 0;
  let xy = 0;
  for (let i = 0; i < n; i++) {
    const x = Math.log(N[i]) - meanX;
    const y = Math.log(loss[i] - E) - meanY;`,
    replace: `    meanX += Math.log10(N[i]) / n;
    meanY += Math.log10(loss[i] - E) / n;
  }
  let xx = 0;
  let xy = 0;
  for (let i = 0; i < n; i++) {
    const x = Math.log10(N[i]) - meanX;
    const y = Math.log10(loss[i] - E) - meanY;`,
    says: "alpha is right and A is not: with logarithms to base 10, A is 10 to that power, and not e.",
  },
  {
    name: "A and alpha exchanged",
    find: `  ${writeA}
  out[1] = -slope;`,
    replace: `  out[1] = Math.exp(meanY - slope * meanX);
  out[0] = -slope;`,
    says: "A and alpha are in each other's place: A comes first.",
  },
  {
    name: "mean of the squares",
    find: "xx += x * x;",
    replace: "xx += (x * x) / n;",
    says: "One sum is a mean and the other is not, so the slope is n times too steep. Divide both by n, or neither.",
  },
  {
    name: "E not subtracted in the sums",
    find: "const y = Math.log(loss[i] - E) - meanY;",
    replace: "const y = Math.log(loss[i]) - meanY;",
    says: "meanY is the mean of ln(loss - E), and in the loop the logarithm is taken of the loss itself: subtract E before it there too.",
  },
  {
    name: "no logarithm of N in the sums",
    find: "const x = Math.log(N[i]) - meanX;",
    replace: "const x = N[i] - meanX;",
    says: "meanX is the mean of ln N, and N itself is counted from it: take Math.log(N[i]) in the loop too.",
  },
  {
    name: "no logarithm of the loss in the sums",
    find: "const y = Math.log(loss[i] - E) - meanY;",
    replace: "const y = loss[i] - E - meanY;",
    says: "meanY is the mean of ln(loss - E), and loss - E itself is counted from it: take the logarithm in the loop too.",
  },
  {
    name: "the squares of y",
    find: "xx += x * x;",
    replace: "xx += y * y;",
    says: "Below the line is the sum of y y. The slope is the sum of x y over that of x x.",
  },
  {
    name: "the slope's sign turned",
    find: slope,
    replace: "const slope = -xy / xx;",
    says: "The slope has lost its minus, so both numbers are wrong: the line falls, and its slope is below 0. The sign is turned once, in alpha.",
  },
  {
    name: "divided by n as well",
    find: slope,
    replace: "const slope = xy / xx / n;",
    says: "The slope is divided by n on top. Of two sums over the same points, the ratio is the slope already.",
  },
  {
    name: "the first point left out",
    find: `for (let i = 0; i < n; i++) {
    const x`,
    replace: `for (let i = 1; i < n; i++) {
    const x`,
    says: "The first model is left out of the sums, and it is in the means: begin at 0.",
  },
  {
    name: "10 to the power",
    find: writeA,
    replace: "out[0] = 10 ** (meanY - slope * meanX);",
    says: "A is taken as 10 to that power. Math.log is the natural logarithm: what undoes it is Math.exp.",
  },
  {
    name: "2 to the power",
    find: writeA,
    replace: "out[0] = 2 ** (meanY - slope * meanX);",
    says: "A is taken as 2 to that power. Math.log is the natural logarithm: what undoes it is Math.exp.",
  },
  {
    name: "E in A",
    find: writeA,
    replace: "out[0] = Math.exp(meanY - slope * meanX) + E;",
    says: "E has been added to A. It is a term of its own in the formula: A / N^alpha is what is above it.",
  },
  {
    name: "through the first point",
    find: writeA,
    replace: "out[0] = Math.exp(Math.log(loss[0] - E) - slope * Math.log(N[0]));",
    says: "This line goes through the first point. The best one goes through the means of all, meanX and meanY.",
  },
  {
    name: "a mean of slopes",
    find: slope,
    replace:
      "let slope = 0;\n  for (let i = 0; i < n; i++) slope += (Math.log(loss[i] - E) - meanY) / (Math.log(N[i]) - meanX) / n;",
    says: "This is the mean of the slopes from the middle to each point. Points near the middle hardly know the slope and count as much as the others: divide one sum by the other.",
  },
  {
    name: "x and y exchanged in the line",
    find: writeA,
    replace: "out[0] = Math.exp(meanX - slope * meanY);",
    says: "meanX and meanY are exchanged: the height at ln N = 0 is meanY - slope * meanX.",
  },
  {
    name: "other logarithms in the sums",
    find: `    const x = Math.log(N[i]) - meanX;
    const y = Math.log(loss[i] - E) - meanY;`,
    replace: `    const x = Math.log10(N[i]) - meanX;
    const y = Math.log10(loss[i] - E) - meanY;`,
    says: "The means are of natural logarithms, and in the loop they are subtracted from logarithms to base 10. Take Math.log in both.",
  },
  {
    name: "exponentials one by one",
    find: writeA,
    replace: "out[0] = Math.exp(meanY) - slope * Math.exp(meanX);",
    says: "The exponential is taken of the parts one by one. ln A is all of meanY - slope * meanX, and A the exponential of that.",
  },
  {
    name: "alpha upside down",
    find: "out[1] = -slope;",
    replace: "out[1] = -1 / slope;",
    says: "alpha is upside down. It is the slope without its minus, and not 1 over that.",
  },
  {
    name: "E off the logarithm",
    find: `    meanY += Math.log(loss[i] - E) / n;
  }
  let xx = 0;
  let xy = 0;
  for (let i = 0; i < n; i++) {
    const x = Math.log(N[i]) - meanX;
    const y = Math.log(loss[i] - E) - meanY;`,
    replace: `    meanY += (Math.log(loss[i]) - E) / n;
  }
  let xx = 0;
  let xy = 0;
  for (let i = 0; i < n; i++) {
    const x = Math.log(N[i]) - meanX;
    const y = Math.log(loss[i]) - E - meanY;`,
    says: "E is subtracted from the logarithm. It has to be taken off the loss, before the logarithm: Math.log(loss[i] - E).",
  },
  {
    name: "E added to the loss",
    find: `    meanY += Math.log(loss[i] - E) / n;
  }
  let xx = 0;
  let xy = 0;
  for (let i = 0; i < n; i++) {
    const x = Math.log(N[i]) - meanX;
    const y = Math.log(loss[i] - E) - meanY;`,
    replace: `    meanY += Math.log(loss[i] + E) / n;
  }
  let xx = 0;
  let xy = 0;
  for (let i = 0; i < n; i++) {
    const x = Math.log(N[i]) - meanX;
    const y = Math.log(loss[i] + E) - meanY;`,
    says: "E is added to the loss. What the power law is about is above E: loss - E.",
  },
  {
    name: "not divided",
    find: slope,
    replace: "const slope = xy;",
    says: "The slope is the sum of x y alone. Divide it by the sum of x x.",
  },
  {
    name: "a correlation",
    find: `  let xy = 0;
  for (let i = 0; i < n; i++) {
    const x = Math.log(N[i]) - meanX;
    const y = Math.log(loss[i] - E) - meanY;
    xx += x * x;
    xy += x * y;
  }
  const slope = xy / xx;`,
    replace: `  let xy = 0;
  let yy = 0;
  for (let i = 0; i < n; i++) {
    const x = Math.log(N[i]) - meanX;
    const y = Math.log(loss[i] - E) - meanY;
    xx += x * x;
    xy += x * y;
    yy += y * y;
  }
  const slope = xy / Math.sqrt(xx * yy);`,
    says: "This is the correlation, which says how nearly the points are on a line, and not how steep it is. Below the line is the sum of x x alone.",
  },
  {
    name: "sums for means",
    find: `meanX += Math.log(N[i]) / n;
    meanY += Math.log(loss[i] - E) / n;`,
    replace: `meanX += Math.log(N[i]);
    meanY += Math.log(loss[i] - E);`,
    says: "The means are sums as yet: divide each by n.",
  },
  {
    name: "the logarithm of the mean",
    find: `    meanX += Math.log(N[i]) / n;
    meanY += Math.log(loss[i] - E) / n;
  }`,
    replace: `    meanX += N[i] / n;
    meanY += Math.log(loss[i] - E) / n;
  }
  meanX = Math.log(meanX);`,
    says: "meanX is the logarithm of the mean. What is wanted is the mean of the logarithms, which is less.",
  },
];
