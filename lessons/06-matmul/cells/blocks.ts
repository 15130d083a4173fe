// One sum at a time, four at a time, and the kernel's eight, over the same numbers.

import { matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";

const BT = 32; // rows of inp and out; a multiple of 4
const C = 768;
const OC = 768;

const inp = Float32Array.from({ length: BT * C }, (_, k) => Math.sin(k));
const weight = Float32Array.from({ length: OC * C }, (_, k) => Math.cos(k));
const out = new Float32Array(BT * OC);

export const names: string[] = [];
export const rates: number[] = []; // GFLOP/s
const sums = new Set<string>(); // of out: the same whichever way it is computed

measure("one sum", oneSum);
measure("four rows", fourRows);
measure("the kernel", () => matmulForward(out, inp, weight, null, 1, BT, C, OC));
console.log(`sum of out: ${[...sums].join(" or ")}`);

/** Two numbers are read for each product. */
function oneSum(): void {
  for (let bt = 0; bt < BT; bt++) {
    for (let o = 0; o < OC; o++) {
      let sum = 0;
      for (let i = 0; i < C; i++) sum += inp[bt * C + i] * weight[o * C + i];
      out[bt * OC + o] = sum;
    }
  }
}

/** Each weight that is read serves four rows: five numbers for four products. */
function fourRows(): void {
  for (let bt = 0; bt < BT; bt += 4) {
    for (let o = 0; o < OC; o++) {
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      for (let i = 0; i < C; i++) {
        const w = weight[o * C + i];
        const x = bt * C + i;
        s0 += inp[x] * w;
        s1 += inp[x + C] * w;
        s2 += inp[x + 2 * C] * w;
        s3 += inp[x + 3 * C] * w;
      }
      const y = bt * OC + o;
      out[y] = s0;
      out[y + OC] = s1;
      out[y + 2 * OC] = s2;
      out[y + 3 * OC] = s3;
    }
  }
}

/** Records and prints the best of ten runs. */
function measure(name: string, run: () => void): void {
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 10; k++) {
    out.fill(0);
    const start = performance.now();
    run();
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  const rate = (2 * BT * C * OC) / best / 1e9;
  names.push(name);
  rates.push(rate);
  sums.add(out.reduce((total, y) => total + y, 0).toFixed(2));
  console.log(`${name.padEnd(10)} ${rate.toFixed(2).padStart(6)} GFLOP/s`);
}
