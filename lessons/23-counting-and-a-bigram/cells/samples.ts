// Four writers that were made by counting alone, and how each writes.

import { nextUniform } from "@llm.ts/kernels/runtime/random.ts";
import { alphabet, textOf, train, V } from "./text.ts";

const length = 160;
const read = textOf(train);
const random = { seed: 3, counter: 0 };

write("uniform: all letters equally likely", () => new Array<number>(V).fill(1));
write("single letters", () => countAfter(""));
write("pairs", (text) => countAfter(text.slice(-1)));
write("triples", (text) => countAfter(text.slice(-2)));

function write(name: string, countsAfter: (text: string) => number[]): void {
  let text = "th";
  while (text.length < length) text += alphabet[draw(countsAfter(text))];
  console.log(`${name}\n${text}\n`);
}

/** How often each letter came after a run of letters. */
function countAfter(run: string): number[] {
  const counts = new Array<number>(V).fill(0);
  for (let i = run.length; i < read.length; i++) {
    if (read.startsWith(run, i - run.length)) counts[alphabet.indexOf(read[i])]++;
  }
  return counts;
}

/** A letter, each as likely as its count says: the line from 0 to their sum, cut into pieces, and a point on it. */
function draw(counts: number[]): number {
  let left = nextUniform(random) * counts.reduce((a, b) => a + b, 0);
  let v = 0;
  while (v < V - 1 && left >= counts[v]) left -= counts[v++];
  return v;
}
