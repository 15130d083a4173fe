// What the correction corrects: the gradient is 1 in every step, so both means should be 1.

const [beta1, beta2] = [0.9, 0.95]; // try 0.999 for beta2

let [m, v] = [0, 0];
console.log("step      m      v   m corr.  v corr.   step without");
for (let t = 1; t <= 200; t++) {
  const grad = 1;
  m = beta1 * m + (1 - beta1) * grad;
  v = beta2 * v + (1 - beta2) * grad * grad;
  if (![1, 2, 3, 5, 10, 20, 50, 100, 200].includes(t)) continue;
  const row = [m, v, m / (1 - beta1 ** t), v / (1 - beta2 ** t), m / Math.sqrt(v)];
  console.log(`${t}`.padStart(4), row.map((x) => x.toFixed(3).padStart(8)).join(""));
}
