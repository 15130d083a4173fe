// The kernels' exponential, lane by lane, and how far it is from e^x.

import { type Lanes, madd, mul, splat, sub } from "../lanes.ts";

const log2e = splat(Math.LOG2E);
const ln2High = 0.693145751953125; // 22713 / 2^15
const ln2Low = 0.0000014286068203094173; // the rest of ln 2

/** e^x for x from -87 to 88, by so many terms of the series, and with ln 2 in one part or in two. */
export function exp(x: Lanes, terms: number, parts: 1 | 2): Lanes {
  const n = mul(x, log2e).map(Math.round);
  let r = x;
  if (parts === 1) r = sub(r, mul(n, splat(Math.LN2)));
  else r = sub(sub(r, mul(n, splat(ln2High))), mul(n, splat(ln2Low)));

  let series = splat(0);
  for (let k = terms - 1; k >= 0; k--) series = madd(series, r, splat(1 / factorial(k)));
  return mul(
    series,
    n.map((exponent) => 2 ** exponent),
  );
}

function factorial(k: number): number {
  return k < 2 ? 1 : k * factorial(k - 1);
}

/** The largest distance from e^x, in units in the last place, over 40,000 numbers from -87 to 88. */
export function error(terms: number, parts: 1 | 2): number {
  let largest = 0;
  for (let k = 0; k < 10_000; k++) {
    const x = Float32Array.from({ length: 4 }, (_, lane) => -87 + (175 * (4 * k + lane)) / 40_000);
    const y = exp(x, terms, parts);
    for (let lane = 0; lane < 4; lane++) {
      const exact = Math.exp(x[lane]);
      const ulp = 2 ** (Math.floor(Math.log2(exact)) - 23);
      largest = Math.max(largest, Math.abs(y[lane] - exact) / ulp);
    }
  }
  return largest;
}

console.log("terms   ln 2 in two parts   in one");
for (let terms = 4; terms <= 9; terms++) {
  const [two, one] = [error(terms, 2), error(terms, 1)].map((ulps) => ulps.toFixed(2));
  console.log(`${terms}       ${two.padStart(10)} ulp   ${one.padStart(10)} ulp`);
}
