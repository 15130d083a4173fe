// What each machine sends in an all-reduce around a ring, counted while it runs, and what one
// machine would have to send if all the others went through it.

import { allReduce } from "../machines.ts";

export const machines = [2, 4, 8, 16, 32, 64];
const N = 640; // numbers in the gradient: a multiple of all of these
const whole = 4 * 124_439_808; // bytes of the gradient of GPT-2 124M

console.log("machines  right  of a gradient  GPT-2 124M");
export const ring = machines.map((count) => {
  const grads = new Float32Array(count * N).map((_, i) => i % N); // every machine the same
  let sent = 0;
  allReduce(grads, count, N, (numbers) => {
    sent += numbers;
  });
  const right = grads.every((value, i) => value === count * (i % N)) ? "yes" : "no";
  const megabytes = `${((sent / N) * (whole / 1e6)).toFixed(0)} MB`;
  console.log(
    String(count).padStart(8) + right.padStart(7),
    (sent / N).toFixed(3).padStart(14) + megabytes.padStart(12),
  );
  return sent / N;
});
export const hub = machines.map((count) => count - 1); // it receives as many, and sends as many back
