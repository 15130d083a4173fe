// One query goes through its keys once, and keeps three numbers: the largest score so far, the sum, and the answer.

export const scores = [1, 3, 2, 5, 0];
const values = [4, 1, 7, 2, 9]; // of one channel

let max = Number.NEGATIVE_INFINITY;
let sum = 0;
let answer = 0;
console.log("  s  v  max    sum      y    y/Z");
for (const [t2, score] of scores.entries()) {
  const before = max;
  max = Math.max(max, score);
  const shift = Math.exp(before - max); // 1 where the largest score is still the same
  sum = sum * shift + Math.exp(score - max);
  answer = answer * shift + Math.exp(score - max) * values[t2];
  const columns = [
    String(score).padStart(3),
    String(values[t2]).padStart(3),
    String(max).padStart(5),
    sum.toFixed(3).padStart(7),
    answer.toFixed(3).padStart(7),
    (answer / sum).toFixed(3).padStart(7),
  ];
  console.log(columns.join(""));
}
const lse = max + Math.log(sum);

// The plain form, with a table of all weights.
const largest = Math.max(...scores);
const e = scores.map((score) => Math.exp(score - largest));
const total = e.reduce((a, b) => a + b, 0);
const plain = e.reduce((a, x, t2) => a + (x / total) * values[t2], 0);
console.log(`\nplain form: ${plain.toFixed(3)}`);
console.log(`the last weight: ${(e[4] / total).toFixed(6)}`);
console.log(`again, with lse ${lse.toFixed(4)}: ${Math.exp(scores[4] - lse).toFixed(6)}`);
