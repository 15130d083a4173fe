// How surprising it is that something comes which was given a probability. Change the guesses and run it again.

const probabilities = [1, 0.5, 0.1, 1 / 27, 0.001];

console.log("probability  surprise");
let sum = 0;
for (const p of probabilities) {
  const surprise = -Math.log(p);
  sum += surprise;
  console.log(p.toFixed(4).padStart(11), surprise.toFixed(3).padStart(9));
}
console.log(`mean surprise: ${(sum / probabilities.length).toFixed(3)} nats`);

const product = probabilities.reduce((a, b) => a * b, 1);
console.log(`all five together: probability ${product.toExponential(2)},`);
console.log(`surprise ${(-Math.log(product)).toFixed(3)}, the sum of the five`);
