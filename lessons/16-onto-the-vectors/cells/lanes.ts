// Four numbers at once. Change something, and run it again.

import { add, type Lanes, load, loadUpTo, madd, mul, splat, sum } from "../lanes.ts";

const row = Float32Array.of(1, 2, 3, 4, 5, 6);
const show = (name: string, x: Lanes) => console.log(`${name}: ${x.join(" ")}`);

const x = load(row, 0);
const two = splat(2);
show("x            ", x);
show("two          ", two);
show("x + two      ", add(x, two));
show("x * two      ", mul(x, two));
show("x * two + x  ", madd(x, two, x));
console.log("sum of lanes :", sum(x));

// What is left at the end of the row fills no vector.
show("from 4 on    ", loadUpTo(row, 4, row.length - 4));
