// Four Jacobians in a row, multiplied from the loss back and from the inputs on: the same result, not the same work.

// How many numbers x_0, x_1, x_2, x_3 and the loss have.
const sizes = [1000, 800, 600, 400, 1];

// So the chain J_4 J_3 J_2 J_1 is (1, 400) (400, 600) (600, 800) (800, 1000).
const products = (m: number, k: number, n: number) => m * k * n; // of an (m, k) matrix and a (k, n) matrix
const n = sizes.length - 1;

let fromLoss = 0; // J_4 J_3, then (that) J_2, then (that) J_1: always one row
for (let k = n - 1; k >= 1; k--) fromLoss += products(1, sizes[k], sizes[k - 1]);

let fromInput = 0; // J_2 J_1, then J_3 (that), then J_4 (that): always 1,000 columns
for (let k = 2; k <= n; k++) fromInput += products(sizes[k], sizes[k - 1], sizes[0]);

console.log(`from the loss back: ${fromLoss.toLocaleString("en")} products`);
console.log(`from the inputs on: ${fromInput.toLocaleString("en")} products`);
console.log(`${Math.round(fromInput / fromLoss)} times as many`);
