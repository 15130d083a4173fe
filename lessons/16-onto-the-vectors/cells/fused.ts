// What is lost where a product is rounded before something is added to it.

import { add, madd, mul, splat } from "../lanes.ts";

const x = splat(1 + 2 ** -12); // x * x = 1 + 2^-11 + 2^-24, one bit too long for float32
const minus = splat(-(1 + 2 ** -11));

export const two = add(mul(x, x), minus)[0]; // rounded twice
export const one = madd(x, x, minus)[0]; // rounded once
console.log("multiplied, rounded, added, rounded:", two);
console.log("multiplied, added, rounded:         ", one, "=", `2^${Math.log2(one)}`);
