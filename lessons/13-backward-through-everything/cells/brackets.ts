// Three matrices in a row, multiplied from the left and from the right: the same result, not the same work.

const sizes = [1000, 800, 600, 400, 1]; // parameters, two layers, one more, the loss

// A Jacobian for each step: (1000, 800), (800, 600), (600, 400), (400, 1).
const products = (m: number, k: number, n: number) => m * k * n;

let fromInput = 0; // (1000, 800) times (800, 600), that times (600, 400), ...
for (let i = 2; i < sizes.length; i++) fromInput += products(sizes[0], sizes[i - 1], sizes[i]);

let fromLoss = 0; // (600, 400) times (400, 1), then (800, 600) times that, ...
for (let i = sizes.length - 3; i >= 0; i--) fromLoss += products(sizes[i], sizes[i + 1], 1);

console.log(`from the inputs on: ${fromInput.toLocaleString("en")} products`);
console.log(`from the loss back: ${fromLoss.toLocaleString("en")} products`);
console.log(`${Math.round(fromInput / fromLoss)} times as many`);
