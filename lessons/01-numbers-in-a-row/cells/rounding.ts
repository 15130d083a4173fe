// What float32 does to numbers. Math.fround(x) is the float32 nearest to x.

const f = Math.fround;

console.log("0.1 as float32         ", f(0.1));
console.log("0.1 + 0.2 in float64   ", 0.1 + 0.2);
console.log("0.1 + 0.2 in float32   ", f(f(0.1) + f(0.2)));
console.log("is it float32's 0.3?   ", f(f(0.1) + f(0.2)) === f(0.3));

console.log("\n16777216 + 1 in float32", f(16777216 + 1));
console.log("16777216 + 2 in float32", f(16777216 + 2));
console.log("1.0001 - 1 in float32  ", f(f(1.0001) - 1));

console.log("\n3e38 * 10 in float32   ", f(f(3e38) * 10));
console.log("Infinity - Infinity    ", Infinity - Infinity);
console.log("0 * Infinity           ", 0 * Infinity);
const [nan, again] = [0 / 0, 0 / 0];
console.log("is NaN equal to NaN?   ", nan === again);

const row = new Float32Array(1);
row[0] = 1 / 3; // storing into a Float32Array rounds too
console.log("\n1 / 3                  ", 1 / 3);
console.log("1 / 3, stored          ", row[0]);
