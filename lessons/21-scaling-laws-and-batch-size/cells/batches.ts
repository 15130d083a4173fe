// Steps to a loss of 2.6 with batches of B texts, each with the best of its learning rates (the
// one that all seeds have been trained with), and S = fewest (1 + scale / B) fitted
// to them: for each scale the best fewest, on logarithms, and of all scales the one with the smallest squares.

import { batches } from "./recorded.ts";

const reached = batches.filter((run) => run[3] !== null);

export const B = [...new Set(reached.map((run) => run[0]))];
export const rate = B.map((one) => {
  const tried = reached.filter((run) => run[0] === one);
  const seeds = (rate: number) => tried.filter((run) => run[1] === rate).length;
  return tried.sort((a, b) => seeds(b[1]) - seeds(a[1]) || Number(a[3]) - Number(b[3]))[0][1];
});
const runs = B.map((one, i) =>
  reached.filter((run) => run[0] === one && run[1] === rate[i]).map((run) => Number(run[3])),
);
export const lowest = runs.map((all) => Math.min(...all));
export const highest = runs.map((all) => Math.max(...all));
export const steps = runs.map((all) => all.reduce((sum, one) => sum + one, 0) / all.length);

let least = Infinity;
export let scale = 0;
export let fewest = 0;
for (let tried = 0.5; tried < 200; tried *= 1.02) {
  let mean = 0;
  for (let i = 0; i < B.length; i++) {
    mean += (Math.log(steps[i]) - Math.log(1 + tried / B[i])) / B.length;
  }
  let squares = 0;
  for (let i = 0; i < B.length; i++) {
    squares += (Math.log(steps[i]) - Math.log(1 + tried / B[i]) - mean) ** 2;
  }
  if (squares < least) [least, scale, fewest] = [squares, tried, Math.exp(mean)];
}

console.log("  B    rate  steps    fit    texts");
B.forEach((one, i) => {
  const fitted = fewest * (1 + scale / one);
  const columns = [rate[i].toFixed(3).padStart(8), steps[i].toFixed(0).padStart(7)];
  columns.push(fitted.toFixed(0).padStart(7), (one * steps[i]).toFixed(0).padStart(9));
  console.log(String(one).padStart(3) + columns.join(""));
});
console.log(`fewest ${fewest.toFixed(0)} steps, scale ${scale.toFixed(1)} texts`);
