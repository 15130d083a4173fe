// Answers to the exercises of the lesson on counting and the bigram, written without a look at the lists of mistakes.

import type { Answer } from "./answer.ts";

export const answers: Readonly<Record<string, readonly Answer[]>> = {
  "03-counting-and-a-bigram/backward": [
    {
      name: "the 1 taken off afterwards",
      edits: [
        [
          `const oneHot = v === targets[n] ? 1 : 0;
      dtable[row + v] += (probs[row + v] - oneHot) / N;
    }`,
          `dtable[row + v] += probs[row + v] / N;
    }
    dtable[row + targets[n]] -= 1 / N;`,
        ],
      ],
      outcome: "passes",
    },
    {
      name: "row by row, from counts",
      edits: [
        [
          `for (let n = 0; n < N; n++) {
    const row = inputs[n] * V;
    for (let v = 0; v < V; v++) {
      const oneHot = v === targets[n] ? 1 : 0;
      dtable[row + v] += (probs[row + v] - oneHot) / N;
    }
  }`,
          `for (let a = 0; a < V; a++) {
    let total = 0;
    for (let n = 0; n < N; n++) if (inputs[n] === a) total++;
    for (let v = 0; v < V; v++) {
      let count = 0;
      for (let n = 0; n < N; n++) if (inputs[n] === a && targets[n] === v) count++;
      dtable[a * V + v] += (total * probs[a * V + v] - count) / N;
    }
  }`,
        ],
      ],
      outcome: "passes",
    },
    {
      name: "probs as if it had a row for each pair",
      edits: [["(probs[row + v] - oneHot)", "(probs[(n % V) * V + v] - oneHot)"]],
      outcome: "located",
    },
    {
      name: "the derivative of the logarithm at the target",
      edits: [["(probs[row + v] - oneHot) / N", "-oneHot / probs[row + v] / N"]],
      outcome: "named",
    },
    {
      name: "divided by N twice",
      edits: [["- oneHot) / N", "- oneHot) / N / N"]],
      outcome: "located",
    },
    {
      name: "a learning rate in the gradient",
      edits: [["(probs[row + v] - oneHot) / N", "(0.1 * (probs[row + v] - oneHot)) / N"]],
      outcome: "located",
    },
  ],
  "03-counting-and-a-bigram/count": [
    {
      name: "alpha filled in before counting",
      edits: [
        ["probs.fill(0);", "probs.fill(alpha);"],
        ["(probs[row + v] + alpha) / (total + alpha * V)", "probs[row + v] / total"],
      ],
      outcome: "passes",
    },
    {
      name: "alpha counted twice",
      edits: [["probs.fill(0);", "probs.fill(alpha);"]],
      outcome: "named",
    },
    {
      name: "the last row forgotten",
      edits: [["a < V; a++", "a < V - 1; a++"]],
      outcome: "located",
    },
    {
      name: "counts begun with nothing",
      edits: [["probs.fill(0);", ""]],
      outcome: "located",
    },
  ],
  "03-counting-and-a-bigram/mend": [
    {
      name: "the product of all",
      edits: [
        [
          `let sum = 0;
  for (let n = 0; n < N; n++) sum -= Math.log(probs[inputs[n] * V + targets[n]]);
  loss[0] = sum / N;`,
          `let product = 1;
  for (let n = 0; n < N; n++) product *= probs[inputs[n] * V + targets[n]];
  loss[0] = -Math.log(product) / N;`,
        ],
      ],
      outcome: "located",
      says: /Math\.log\(0\) is -Infinity/,
    },
    {
      name: "the mean of the inverses",
      edits: [
        [
          `sum -= Math.log(probs[inputs[n] * V + targets[n]]);
  loss[0] = sum / N;`,
          `sum += 1 / probs[inputs[n] * V + targets[n]];
  loss[0] = Math.log(sum / N);`,
        ],
      ],
      outcome: "located",
    },
  ],
};
