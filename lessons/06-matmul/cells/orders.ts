// The same sums with the three loops in all six orders, and how fast each order is here.

const BT = 32; // rows of inp and out
const C = 768;
const OC = 768;

const inp = Float32Array.from({ length: BT * C }, (_, k) => Math.sin(k));
const weight = Float32Array.from({ length: OC * C }, (_, k) => Math.cos(k));
const out = new Float32Array(BT * OC);

// A step of bt, o or i: how many there are, and how far one takes us in out, inp and weight.
const steps = {
  bt: { count: BT, out: OC, inp: C, weight: 0 },
  o: { count: OC, out: 1, inp: 0, weight: C },
  i: { count: C, out: 0, inp: 1, weight: 1 },
};
type Index = keyof typeof steps;

export const names: string[] = [];
export const rates: number[] = []; // GFLOP/s
const sums = new Set<string>(); // of out: the same whichever way it is computed

const orders: Index[][] = [
  ["bt", "o", "i"],
  ["o", "bt", "i"],
  ["bt", "i", "o"],
  ["i", "bt", "o"],
  ["o", "i", "bt"],
  ["i", "o", "bt"],
];
for (const order of orders) {
  measure(order.join(", "), () => multiply(order));
}
console.log(`sum of out: ${[...sums].join(" or ")}`);

/** out += inp weight^T, with the loops in the given order: the first name is the outermost loop. */
function multiply(order: Index[]): void {
  const [outer, middle, inner] = order.map((index) => steps[index]);
  for (let p = 0; p < outer.count; p++) {
    for (let q = 0; q < middle.count; q++) {
      let y = p * outer.out + q * middle.out;
      let x = p * outer.inp + q * middle.inp;
      let w = p * outer.weight + q * middle.weight;
      for (let r = 0; r < inner.count; r++) {
        out[y] += inp[x] * weight[w];
        y += inner.out;
        x += inner.inp;
        w += inner.weight;
      }
    }
  }
}

/** Records and prints the best of five runs. */
function measure(name: string, run: () => void): void {
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 5; k++) {
    out.fill(0);
    const start = performance.now();
    run();
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  const rate = (2 * BT * C * OC) / best / 1e9;
  names.push(name);
  rates.push(rate);
  sums.add(out.reduce((total, y) => total + y, 0).toFixed(2));
  console.log(`${name.padEnd(9)} ${rate.toFixed(2).padStart(6)} GFLOP/s`);
}
