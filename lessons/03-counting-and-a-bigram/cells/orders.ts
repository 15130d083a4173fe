// Each letter guessed from the letters before it, by counting: in the text that was counted, and in the text kept apart.

import { textOf, train, V, validation } from "./text.ts";

export const alphas = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
export const orders = [0, 1, 2, 3, 4]; // how many letters before it

const [read, kept] = [textOf(train), textOf(validation)];
const most = Math.max(...orders);

export const ofRead: number[] = []; // (orders, alphas): the mean surprise
export const ofKept: number[] = [];
for (const order of orders) {
  const counts = countRuns(read, order);
  for (const alpha of alphas) {
    ofRead.push(meanSurprise(read, counts, order, alpha));
    ofKept.push(meanSurprise(kept, counts, order, alpha));
  }
}

const column = alphas.indexOf(0.1);
console.log("with alpha = 0.1, in nats:");
console.log("letters before  counted  kept apart");
for (const order of orders) {
  const at = order * alphas.length + column;
  console.log(
    `${String(order).padStart(14)}${ofRead[at].toFixed(3).padStart(9)}${ofKept[at].toFixed(3).padStart(12)}`,
  );
}

/** How often each run of `order` letters was followed by anything, and by each letter. */
function countRuns(text: string, order: number): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (run: string) => counts.set(run, (counts.get(run) ?? 0) + 1);
  for (let i = order; i < text.length; i++) {
    const before = text.slice(i - order, i);
    add(`${before}?`); // any letter
    add(before + text[i]);
  }
  return counts;
}

function meanSurprise(text: string, counts: Map<string, number>, order: number, alpha: number) {
  let sum = 0;
  for (let i = most; i < text.length; i++) {
    const before = text.slice(i - order, i);
    const count = counts.get(before + text[i]) ?? 0;
    const total = counts.get(`${before}?`) ?? 0;
    sum -= Math.log((count + alpha) / (total + alpha * V));
  }
  return sum / (text.length - most);
}
