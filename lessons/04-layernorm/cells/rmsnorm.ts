// RMSNorm for one row, and its backward pass, compared with finite differences.

const x = Float64Array.of(1, 7, 9, 15);
const weight = Float64Array.of(2, 1, 0.5, 1);
const dout = Float64Array.of(1, 0.5, 0, -1);
const C = x.length;
const eps = 1e-5;

const average = (row: Float64Array) => row.reduce((sum, value) => sum + value, 0) / C;
const square = (row: Float64Array) => row.map((value) => value * value);
const r = (row: Float64Array) => 1 / Math.sqrt(average(square(row)) + eps);

function forward(row: Float64Array): Float64Array {
  const scale = r(row);
  return row.map((value, i) => value * scale * weight[i]);
}

function backward(): Float64Array {
  const scale = r(x);
  const norm = x.map((value) => value * scale);
  const dnorm = dout.map((d, i) => d * weight[i]);
  const dnormMean = average(dnorm);
  const dnormNormMean = average(dnorm.map((d, i) => d * norm[i]));
  // LayerNorm's line, word for word. Which part of it does RMSNorm not have?
  return norm.map((n, i) => scale * (dnorm[i] - dnormMean - n * dnormNormMean));
}

const loss = (row: Float64Array) => C * average(forward(row).map((y, i) => y * dout[i]));
const h = 1e-5;
const numerical = x.map((_, i) => {
  const [above, below] = [x.slice(), x.slice()];
  above[i] += h;
  below[i] -= h;
  return (loss(above) - loss(below)) / (2 * h);
});

const dinp = backward();
const worst = Math.max(...dinp.map((d, i) => Math.abs(d - numerical[i])));
console.log("by the backward pass");
console.log(list(dinp));
console.log("by finite differences");
console.log(list(numerical));
console.log(worst < 1e-8 ? "They agree." : `They differ by up to ${worst.toFixed(4)}.`);

function list(row: Float64Array): string {
  return Array.from(row, (value) => value.toFixed(3).padStart(7)).join("");
}
