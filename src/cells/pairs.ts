// Two mistakes in one tensor. Where no known mistake explains a tensor, two may: their effects add, or one multiplies what
// the other leaves. Those whose numbers say so are both put into the solution, and told only if that gives the reader's
// numbers in all calls.

import type { Call, Expected } from "./check.ts";
import { tensorOf } from "./compare.ts";
import type { Argument } from "./messages.ts";
import { edit, type Mutant } from "./mutants.ts";
import type { Known } from "./recognise.ts";
import { changed, target } from "./tolerance.ts";

type Results = readonly (readonly Argument[])[];

/** A text with two mistakes in it, and what is told of them. */
export interface Pair {
  text: string;
  says: string;
}

const mostPairs = 12;

/**
 * The pairs of mistakes that may explain a tensor, by its numbers.
 *
 * @param mistakes that belong to the exercise, with what each leaves behind
 * @param tensor that none of them explains alone
 */
export function likelyPairs(
  solution: string,
  mistakes: readonly (Known & Mutant)[],
  calls: readonly Call[],
  results: Results,
  tensor: string,
): Pair[] {
  const [x, right] = [amounts(calls, results, tensor), rightAmounts(calls, tensor)];
  const all = mistakes
    .map((one) => ({ one, of: amounts(calls, one.results, tensor) }))
    .filter(({ of }) => differ(of.did, right.did, right.noise));
  const pairs: Pair[] = [];
  for (const [k, a] of all.entries()) {
    for (const b of all.slice(k + 1)) {
      const together =
        compose(x.did, right.did, a.of.did, b.of.did, right.noise) ||
        compose(x.got, right.did, a.of.did, b.of.got, right.noise) ||
        compose(x.got, right.did, a.of.got, b.of.did, right.noise);
      const text = together ? both(solution, a.one, b.one) : undefined;
      if (text === undefined) continue;
      const says = `Two mistakes together give exactly these numbers. One: ${a.one.says} The other: ${b.one.says}`;
      pairs.push({ text, says });
      if (pairs.length === mostPairs) return pairs;
    }
  }
  return pairs;
}

/** What all calls did to a tensor, and what it holds after them: the latter is what was written over it with `=`. */
function amounts(calls: readonly Call[], results: Results, tensor: string) {
  const each = (of: (got: Float32Array, expected: Expected) => Float32Array) =>
    joined(calls, tensor, (expected, i) => of(tensorOf(results[i], expected), expected));
  return { did: each(changed), got: each((got) => got) };
}

/** What had to be done, and what rounding may do to it. */
function rightAmounts(calls: readonly Call[], tensor: string) {
  const wanted = (expected: Expected) => changed(target(expected), expected);
  const did = joined(calls, tensor, wanted);
  const noise = joined(calls, tensor, ({ how, before }) =>
    before.map((value) => 1e-5 + (how === "writes" ? 0 : 5e-7 * Math.abs(value))),
  );
  return { did, noise };
}

function joined(
  calls: readonly Call[],
  tensor: string,
  of: (expected: Expected, call: number) => Float32Array,
): Float32Array {
  const parts = calls.flatMap(({ expected }, i) =>
    expected.filter((one) => one.tensor === tensor).map((one) => of(one, i)),
  );
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function differ(a: Float32Array, b: Float32Array, noise: Float32Array): boolean {
  return a.some((value, k) => !(Math.abs(value - b[k]) < 10 * noise[k]));
}

/** Whether x is what two mistakes make of the right numbers: the sum of their effects, or their product. */
function compose(
  x: Float32Array,
  right: Float32Array,
  a: Float32Array,
  b: Float32Array,
  noise: Float32Array,
): boolean {
  let [sums, products] = [true, true];
  for (let k = 0; k < x.length; k++) {
    const size = Math.abs(x[k]) + Math.abs(a[k]) + Math.abs(b[k]) + Math.abs(right[k]);
    const off = 4 * noise[k] + 3e-5 * size;
    if (!(Math.abs(x[k] + right[k] - a[k] - b[k]) <= off)) sums = false;
    if (!(Math.abs(x[k] * right[k] - a[k] * b[k]) <= off * size)) products = false;
    if (!sums && !products) return false;
  }
  return true;
}

/** The solution with both mistakes in it; undefined where one is in the other's way. */
function both(solution: string, a: Mutant, b: Mutant): string | undefined {
  return inTurn(solution, a, b) ?? inTurn(solution, b, a);
}

function inTurn(solution: string, first: Mutant, second: Mutant): string | undefined {
  const text = edit(solution, first);
  if (text === undefined) return undefined;
  const whole = edit(text, second);
  if (whole !== undefined) return whole;
  // `=` for `+=` can be put in whatever else has become of the line.
  if (second.find.replaceAll("+=", "=") !== second.replace) return undefined;
  let changed: string | undefined = text;
  for (const [, target] of second.find.matchAll(/(\w+\[[^\]]*\]) \+=/g)) {
    changed = changed && edit(changed, { find: `${target} +=`, replace: `${target} =` });
  }
  return changed === text ? undefined : changed;
}
