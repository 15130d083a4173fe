// One row as a view, and the same row as a copy.

const [T, C] = [3, 4];
const inp = Float32Array.from({ length: T * C }, (_, k) => k);

const view = inp.subarray(1 * C, 2 * C); // row t = 1, in the same memory
const copy = inp.slice(1 * C, 2 * C); // row t = 1, in memory of its own

view[0] = 100;
copy[1] = 200;

console.log("view", view);
console.log("copy", copy);
console.log("inp ", inp);
