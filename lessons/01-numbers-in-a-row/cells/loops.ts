// The same sum over a matrix of 2048 rows of 2048 numbers (16 MiB), with the loops in either order.

const [R, C] = [2048, 2048];
const inp = Float32Array.from({ length: R * C }, (_, k) => Math.sin(k));

function byRows(): number {
  let sum = 0;
  for (let r = 0; r < R; r++) {
    for (let c = 0; c < C; c++) sum += inp[r * C + c]; // steps of 1
  }
  return sum;
}

function byColumns(): number {
  let sum = 0;
  for (let c = 0; c < C; c++) {
    for (let r = 0; r < R; r++) sum += inp[r * C + c]; // steps of C
  }
  return sum;
}

const [rows, columns] = [time(byRows), time(byColumns)];
console.log(`by rows:    ${rows.toPrecision(3)} ms`);
console.log(
  `by columns: ${columns.toPrecision(3)} ms, ${(columns / rows).toFixed(1)} times as long`,
);

/** Milliseconds for one run: the best of ten tries, each long enough to be measured. */
function time(run: () => number): number {
  const runs = Math.ceil(2 ** 22 / (R * C)); // many of a small matrix
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 10; k++) {
    const start = performance.now();
    for (let j = 0; j < runs; j++) run();
    best = Math.min(best, (performance.now() - start) / runs);
  }
  return best;
}
