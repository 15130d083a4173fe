// One model, the same steps, and pieces of the text that it reads once or many times: the mean of the seeds.

import { repeats } from "./recorded.ts";

const every = 64; // steps
const read = 1024 * 4 * 64; // tokens, in all

export const pieces = [...new Set(repeats.map(([piece]) => piece))];
export const curves = pieces.map((piece) => {
  const runs = repeats.filter((run) => run[0] === piece);
  return runs[0][3].map((_, k) => runs.reduce((sum, run) => sum + run[3][k] / runs.length, 0));
});

export const piece: number[] = []; // of each point of a curve, and so on
export const step: number[] = [];
export const loss: number[] = [];

console.log("   piece  readings  trained  new text  lowest");
curves.forEach((curve, i) => {
  const runs = repeats.filter((run) => run[0] === pieces[i]);
  const trained = runs.reduce((sum, run) => sum + run[2] / runs.length, 0);
  const columns = [String(read / pieces[i]).padStart(10), trained.toFixed(3).padStart(9)];
  columns.push(curve[curve.length - 1].toFixed(3).padStart(10));
  columns.push(
    Math.min(...curve)
      .toFixed(3)
      .padStart(8),
  );
  console.log(pieces[i].toLocaleString("en").padStart(8) + columns.join(""));
  curve.forEach((value, k) => {
    piece.push(pieces[i]);
    step.push((k + 1) * every);
    loss.push(value);
  });
});
