// A batch cut into parts: the mean of the parts' means, and the mean over all tokens.

const parts = [[2, 1, 3], [6]]; // the loss of each token; change them, or cut elsewhere

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const n = parts.flat().length;

console.log("tokens  mean   share of the batch");
for (const losses of parts) {
  const [tokens, share] = [losses.length, losses.length / n];
  console.log(
    String(tokens).padStart(6),
    mean(losses).toFixed(2).padStart(5),
    share.toFixed(2).padStart(20),
  );
}
console.log(`\nmean of the means:       ${mean(parts.map(mean)).toFixed(2)}`);
console.log(`mean over all tokens:    ${mean(parts.flat()).toFixed(2)}`);
const weighted = parts.reduce((sum, losses) => sum + (losses.length / n) * mean(losses), 0);
console.log(`means weighted by share: ${weighted.toFixed(2)}`);
