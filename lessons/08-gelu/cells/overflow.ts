// tanh and its derivative, each in two forms, for arguments that grow. Which of them survives?

console.log("  u   sinh/cosh  tanh    1/cosh^2  1-tanh^2");
for (const u of [1, 10, 20, 700, 800]) {
  const tanh = Math.tanh(u);
  const byHand = Math.sinh(u) / Math.cosh(u);
  const square = 1 / Math.cosh(u) ** 2;
  console.log(
    String(u).padStart(4),
    byHand.toFixed(4).padStart(9),
    tanh.toFixed(4).padStart(8),
    square.toExponential(2).padStart(10),
    (1 - tanh * tanh).toExponential(2).padStart(9),
  );
}

const x = 1e200; // far beyond anything that a model makes
const tanh = Math.tanh(x);
console.log(`\nat x = ${x}: x * x is ${x * x},`);
console.log(`(1 - tanh^2) * (x * x) is ${(1 - tanh * tanh) * (x * x)}`);
