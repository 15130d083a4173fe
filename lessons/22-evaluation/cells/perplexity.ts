// Perplexity as a mean: of one over each probability, but the geometric one. Change the probabilities.

const probabilities = [0.5, 0.25, 0.01];

const n = probabilities.length;
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / n;
const loss = mean(probabilities.map((p) => -Math.log(p)));
const product = probabilities.reduce((all, p) => all * p, 1);

console.log(`mean loss                     ${loss.toFixed(4)} nats`);
console.log(`exp of the mean loss          ${Math.exp(loss).toFixed(4)}`);
console.log(`n-th root of 1 / product      ${product ** (-1 / n)}`);
console.log(`mean of 1 / p, to compare     ${mean(probabilities.map((p) => 1 / p)).toFixed(4)}`);
