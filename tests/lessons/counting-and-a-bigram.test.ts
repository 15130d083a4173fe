// What the lesson on counting says of its text, of tiny Shakespeare, and of the table that is trained: against PyTorch, and
// against counts made in another way than its cells make them.

import { readTokens } from "@llm.ts/kernels/formats/tokens.ts";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { expect, test } from "vitest";
import { bigramBackward } from "../../lessons/03-counting-and-a-bigram/backward/solution.ts";
import { bigramForward } from "../../lessons/03-counting-and-a-bigram/cells/forward.ts";
import {
  alphas,
  ofKept,
  ofRead,
  orders,
} from "../../lessons/03-counting-and-a-bigram/cells/orders.ts";
import { samples } from "../../lessons/03-counting-and-a-bigram/cells/samples.ts";
import { sizes } from "../../lessons/03-counting-and-a-bigram/cells/size.ts";
import {
  alphabet,
  textOf as lettersOf,
  train,
  V,
  validation,
} from "../../lessons/03-counting-and-a-bigram/cells/text.ts";
import {
  counted,
  keptLosses,
  losses,
  steps,
  uniform,
} from "../../lessons/03-counting-and-a-bigram/cells/train.ts";
import { meanSurprise } from "../../lessons/03-counting-and-a-bigram/mend/start.ts";
import { sketch } from "../../lessons/03-counting-and-a-bigram/sketch.ts";
import { lossOfCounts, strength } from "../../src/training/counts.ts";
import { narrowTokens } from "../../src/training/vocabulary.ts";
import { load, loadReference } from "../reference.ts";
import { english, textOf } from "./text.ts";

const text = await textOf("03-counting-and-a-bigram");

/** How often each run of letters is in a text, by looking at every place. */
function times(run: string, all: string): number {
  let count = 0;
  for (let at = all.indexOf(run); at >= 0; at = all.indexOf(run, at + 1)) count++;
  return count;
}

test("the text has 27 letters and spaces, q once and x never, and four fifths of it are counted", () => {
  const [read, kept] = [lettersOf(train), lettersOf(validation)];
  expect(V).toBe(27);
  expect(alphabet).toHaveLength(27);
  expect(read).toMatch(/^he jests at scars that never felt a wound but soft what light/);
  expect(`${read}${kept}`).toMatch(/^[a-z ]+$/);
  expect([times("q", read), times("qu", read), times("x", read)]).toEqual([1, 1, 0]);
  expect(train.length / (train.length + validation.length)).toBeCloseTo(0.8, 3);
});

test("the losses of the first figure are those of counts made by hand, and five letters are known by heart", () => {
  const [read, kept] = [lettersOf(train), lettersOf(validation)];
  const alpha = 0.1;
  const column = alphas.indexOf(alpha);
  for (const order of [0, 1, 2]) {
    for (const [all, shown] of [
      [read, ofRead],
      [kept, ofKept],
    ] as const) {
      let sum = 0;
      for (let i = 4; i < all.length; i++) {
        const before = all.slice(i - order, i);
        // What comes after the run that the text ends with is not there to be counted.
        const total =
          order === 0 ? read.length : times(before, read) - (read.endsWith(before) ? 1 : 0);
        sum -= Math.log((times(before + all[i], read) + alpha) / (total + alpha * V));
      }
      expect(shown[order * alphas.length + column]).toBeCloseTo(sum / (all.length - 4), 10);
    }
  }
  const at = (all: number[], order: number) => all[order * alphas.length + column];
  for (const order of orders.slice(1))
    expect(at(ofRead, order)).toBeLessThan(at(ofRead, order - 1));
  expect(at(ofKept, 2)).toBeLessThan(at(ofKept, 1));
  expect(at(ofKept, 4)).toBeGreaterThan(at(ofKept, 3));
  // To the left the curves part, to the right both come to what is known without the text.
  const apart = (k: number) => ofKept[4 * alphas.length + k] - ofRead[4 * alphas.length + k];
  expect(apart(0)).toBeGreaterThan(2.5);
  expect(apart(alphas.length - 1)).toBeLessThan(0.15);
  const runs = new Map<string, number>();
  for (let i = 0; i + 5 <= read.length; i++) {
    const run = read.slice(i, i + 5);
    runs.set(run, (runs.get(run) ?? 0) + 1);
  }
  const once = [...runs.values()].filter((count) => count === 1).length;
  expect(once / runs.size).toBeGreaterThan(0.75); // "four in five runs"
});

test("the table of losses is that of Tiny Shakespeare", async () => {
  const { V } = presets.tiny;
  const source = JSON.parse(Buffer.from(await load("data/source.json")).toString());
  const [read, kept] = await Promise.all(
    ["train", "val"].map(async (part) =>
      narrowTokens(readTokens(await load(`data/tiny_shakespeare_${part}.bin`)), V),
    ),
  );
  const rows = [0, 1, 2, 3, 4].map((order) => [
    entropyOf(read, order).toFixed(2),
    lossOfCounts(read, kept, 49_600, order, V).toFixed(2),
  ]);
  const seen = [1, 2].map((order) => runsOf(read, order + 1).size);
  const stated = {
    rows: [
      ["5.61", "5.63"],
      ["3.39", "3.82"],
      ["1.86", "3.42"],
      ["0.93", "3.35"],
      ["0.47", "3.35"],
    ],
    tokens: 474_289,
    seen: [48_074, 184_006],
  };
  // Of another text, where this one could not be fetched, the page does not speak.
  if (source.title === "Tiny Shakespeare") {
    expect({ rows, tokens: read.length, seen }).toEqual(stated);
  }
  const names = ["single tokens", "pairs", "triples", "three before", "four before"];
  for (const [k, row] of stated.rows.entries()) {
    expect(text).toMatch(new RegExp(`${names[k]} \\| ${row.join(" \\| ")} \\|`));
  }
  expect(text).toContain(`has ${english(stated.tokens)} tokens to train on`);
  expect(text).toContain(`it has seen ${english(stated.seen[0])}, of the triples one in 5,800`);
  expect(Math.round(V ** 3 / stated.seen[1] / 100) * 100).toBe(5800);
  expect(Math.log(V).toFixed(2)).toBe("6.93");
  expect([27, 50257].map((size) => Math.log(size).toFixed(2))).toEqual(["3.30", "10.82"]);
});

/** How often each run of as many tokens occurs. */
function runsOf(tokens: Uint16Array, length: number): Map<number, number> {
  const runs = new Map<number, number>();
  for (let end = length; end <= tokens.length; end++) {
    let run = 0; // below 1024 ** 5, which a number holds
    for (let i = end - length; i < end; i++) run = run * 1024 + tokens[i];
    runs.set(run, (runs.get(run) ?? 0) + 1);
  }
  return runs;
}

/** The mean surprise at each token after the `order` before it, by the shares of the text itself. */
function entropyOf(tokens: Uint16Array, order: number): number {
  const weighed = (runs: Map<number, number>) =>
    [...runs.values()].reduce((sum, count) => sum + count * Math.log(count), 0);
  const N = tokens.length - order;
  const before = order === 0 ? N * Math.log(N) : weighed(runsOf(tokens.subarray(0, -1), order));
  return (before - weighed(runsOf(tokens, order + 1))) / N;
}

test("single tokens of the trainer's counts are smoothed with alpha = 20 / V", () => {
  const read = [0, 1, 1, 2];
  const [V, alpha] = [4, 20 / 4];
  expect(strength).toBe(20);
  const loss = lossOfCounts(read, [0, 1], 1, 0, V);
  expect(loss).toBeCloseTo(-Math.log((2 + alpha) / (4 + alpha * V)), 12);
});

test("the forward pass, the gradient and five steps downhill are PyTorch's", async () => {
  for (const { name, sizes, floats, ints } of await loadReference("bigram")) {
    const { N, V, lr, steps } = sizes;
    const [inputs, targets] = [ints("inputs"), ints("targets")];
    const table = Float64Array.from(floats("table"));
    const [probs, each] = [new Float64Array(V * V), new Float64Array(N)];
    for (let step = 0; step < steps; step++) {
      bigramForward(each, probs, table, inputs, targets, N, V);
      const dtable = new Float64Array(V * V);
      bigramBackward(dtable, probs, inputs, targets, N, V);
      if (step === 0) {
        expectClose(each, floats("losses"), name);
        expectClose(dtable, floats("dtable"), name);
      }
      for (let i = 0; i < V * V; i++) table[i] -= lr * dtable[i];
    }
    expectClose(table, floats("trained"), name);
  }
});

function expectClose(got: ArrayLike<number>, wanted: ArrayLike<number>, name: string): void {
  expect(got).toHaveLength(wanted.length);
  for (let i = 0; i < wanted.length; i++) expect(got[i], `${name} ${i}`).toBeCloseTo(wanted[i], 5);
}

test("training begins at ln 27, falls at every step to just above the counted shares, and is best elsewhere after 450 steps", () => {
  const read = lettersOf(train);
  const pairs = new Map<string, number>();
  for (let i = 0; i + 1 < read.length; i++) {
    const pair = read.slice(i, i + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  let entropy = 0;
  for (const [pair, count] of pairs) {
    const total = times(pair[0], read.slice(0, -1));
    entropy -= (count * Math.log(count / total)) / (read.length - 1);
  }
  expect(counted).toBeCloseTo(entropy, 12);
  expect(counted.toFixed(3)).toBe("2.146");
  expect(uniform).toBeCloseTo(Math.log(27), 12);
  expect(losses[0]).toBeCloseTo(Math.log(27), 12);
  expect(keptLosses[0]).toBeCloseTo(Math.log(27), 12);
  expect([steps[0], steps[steps.length - 1]]).toEqual([0, 2000]);
  for (let k = 1; k < losses.length; k++) expect(losses[k]).toBeLessThan(losses[k - 1]);
  const last = losses[losses.length - 1];
  expect(last).toBeGreaterThan(counted);
  expect(last - counted).toBeLessThan(0.005);
  const best = steps[keptLosses.indexOf(Math.min(...keptLosses))];
  expect(Math.abs(best - 450)).toBeLessThan(30);
  expect(keptLosses[keptLosses.length - 1]).toBeGreaterThan(Math.min(...keptLosses) + 0.01);
});

test("where every token came, going downhill ends at the shares in all digits", () => {
  const [N, V] = [4, 3];
  const [inputs, targets] = [Int32Array.of(0, 0, 0, 0), Int32Array.of(1, 0, 1, 2)];
  const table = new Float64Array(V * V);
  const [probs, each] = [new Float64Array(V * V), new Float64Array(N)];
  for (let step = 0; step < 200; step++) {
    bigramForward(each, probs, table, inputs, targets, N, V);
    const dtable = new Float64Array(V * V);
    bigramBackward(dtable, probs, inputs, targets, N, V);
    if (step === 0) {
      for (const d of dtable.subarray(0, V)) {
        expect(text).toContain(`**${d.toFixed(4).replace("-", "−")}**`);
      }
      expect([...dtable.subarray(0, V)].map((d) => d.toFixed(4))).toEqual([
        "0.0833",
        "-0.1667",
        "0.0833",
      ]);
    }
    for (let i = 0; i < V * V; i++) table[i] -= dtable[i];
  }
  expectClose(probs.subarray(0, V), [0.25, 0.5, 0.25], "shares");
  const entropy = 2 * 0.25 * Math.log(4) + 0.5 * Math.log(2);
  expect(each.reduce((sum, loss) => sum + loss, 0) / N).toBeCloseTo(entropy, 10);
});

test("the bug to find gives a loss below that of the shares, which nothing has", () => {
  // Two tokens that come three times and once after token 0: the shares are 3/4 and 1/4.
  const probs = Float64Array.of(0.75, 0.25, 0.5, 0.5);
  const loss = new Float64Array(1);
  meanSurprise(loss, probs, Int32Array.of(0, 0, 0, 0), Int32Array.of(0, 0, 0, 1), 4, 2);
  const entropy = 0.75 * Math.log(4 / 3) + 0.25 * Math.log(4);
  expect(loss[0]).toBeCloseTo(-Math.log(0.625), 12);
  expect(loss[0]).toBeLessThan(entropy);
});

test("what is written in the text is what the cell writes, and triples write what the scene has", () => {
  const read = lettersOf(train);
  const shown = Array.from(text.matchAll(/\| `(th[a-z ]+)` \|/g), ([, sample]) => sample);
  expect(shown).toHaveLength(4);
  for (const [k, sample] of shown.entries()) expect(samples[k].startsWith(sample)).toBe(true);
  for (const [length, sample] of [
    [2, samples[2]],
    [3, samples[3]],
  ] as const) {
    for (let i = 0; i + length <= sample.length; i++) {
      expect(times(sample.slice(i, i + length), read)).toBeGreaterThan(0);
    }
  }
});

test("the sizes of tables are those of the text", () => {
  expect(sizes[0].slice(0, 3).map(english)).toEqual(["729", "19,683", "531,441"]);
  expect(english(sizes[1][0])).toBe("1,048,576");
  const written = (x: number) => x.toExponential(1).replace("e+", " \\cdot 10^{").concat("}");
  for (const size of [sizes[1][1], sizes[1][2], sizes[2][0], sizes[2][1], sizes[2][2]]) {
    expect(text).toContain(`$${written(size).replace(/\{(\d)\}/, "$1")}$`);
  }
});

test("the sketch counts what came after a letter, and training brings its cost down to that of the shares", () => {
  const read = lettersOf(train);
  const says = (letter: string, way: number) => {
    const handle = sketch.handles(sketch.start)[0];
    const there = handle.x?.set(alphabet.indexOf(letter)) ?? sketch.start;
    return sketch.says(sketch.choices?.(there)[0].set(way) as typeof sketch.start);
  };
  const costs = (letter: string, way: number) => {
    const [own, least] = Array.from(says(letter, way).matchAll(/(\d\.\d{3})/g), ([, cost]) =>
      Number(cost),
    );
    return { own, least };
  };
  expect(says("h", 1)).toContain(
    `After “h” came “e” ${times("he", read)} of ${times("h", read.slice(0, -1))} times`,
  );
  expect(says("q", 1)).toContain("After “q” came “u” once, and that was all");
  expect(says(" ", 1)).toContain("After a space came “t” ");
  expect(says("y", 1)).toContain("After “y” came a space ");
  expect(says("x", 4)).toContain("was never given");
  expect(costs("t", 1).own).toBeCloseTo(Math.log(6), 3);
  expect(costs("t", 2).own).toBeLessThan(costs("t", 1).own);
  expect(costs("t", 3).own).toBeLessThan(costs("t", 2).own);
  expect(costs("t", 4).own).toBe(costs("t", 4).least);
  // The answer to the first task: among the letters that were given more than fifty times.
  const often = [...alphabet].filter((letter) => times(letter, read.slice(0, -1)) > 50);
  const surest = often.toSorted((a, b) => costs(a, 4).own - costs(b, 4).own);
  expect(costs(surest[0], 4).own).toBeLessThan(costs(surest[1], 4).own);
});
