// Four writers that were made by counting alone, and how each writes.

import { nextUniform } from "@llm.ts/kernels/runtime/random.ts";
import { alphabet, textOf, train, V } from "./text.ts";

const length = 160;
const read = textOf(train);
const random = { seed: 3, counter: 0 };

export const samples = [
  write("nothing: all letters equally likely", () => new Array<number>(V).fill(1)),
  write("counts of letters", () => countAfter("")),
  write("one letter before: pairs", (text) => countAfter(text.slice(-1))),
  write("two letters before: triples", (text) => countAfter(text.slice(-2))),
];

function write(name: string, countsAfter: (text: string) => number[]): string {
  let text = "th";
  while (text.length < length) text += alphabet[draw(countsAfter(text))];
  console.log(`${name}\n${text}\n`);
  return text;
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
