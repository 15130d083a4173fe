// One large number and a million ones, added up in different orders. The exact sum is 17777216.

const N = 1_000_000;
const numbers = new Float32Array(N + 1).fill(1);
numbers[0] = 2 ** 24; // 16777216

let front = 0; // the large number first
for (let k = 0; k <= N; k++) front = Math.fround(front + numbers[k]);

let back = 0; // the large number last
for (let k = N; k >= 0; k--) back = Math.fround(back + numbers[k]);

let sum = 0; // the large number first, in float64
for (let k = 0; k <= N; k++) sum += numbers[k];

console.log("float32, front to back", front);
console.log("float32, back to front", back);
console.log("float64, front to back", sum);
