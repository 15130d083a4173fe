// Recognises mistakes that have a name, by the numbers that they leave behind.

import { unwrittenBits } from "./calls.ts";
import type { Call, Expected } from "./check.ts";
import { tensorOf } from "./compare.ts";
import type { Argument } from "./messages.ts";
import { allowed, target } from "./tolerance.ts";

/** A mistake that has a name: what it leaves behind on the same calls, and what the reader is told. */
export interface Known {
  says: string;
  results: readonly (readonly Argument[])[];
  /** The tensor by which it is recognised even where those that are made from it hold other numbers. */
  madeIn?: string;
  /** It is told only where all tensors are as it leaves them: what it says is about them all. */
  whole?: boolean;
  /** It is recognised by the places that it leaves without a number, also where all others are right. */
  byNaN?: boolean;
  /** It is what the code that the reader begins with leaves behind, and `says` what to do first. */
  start?: boolean;
}

/** What was found of a known mistake. */
export interface Named {
  says: string;
  /** Tensors in which the same numbers are written over what was there, where they should be added. */
  overwrites: readonly string[];
}

type Results = readonly (readonly Argument[])[];

/**
 * The known mistakes that the reader made, by the tensors they explain.
 *
 * A known mistake was made where every tensor that it spoils holds the same numbers as the reader's. The others may be
 * right, not written yet, or spoiled by a mistake of their own: so two mistakes at once are both named. Where the first
 * flows on into the tensor of the second, it is named by the tensor it is made in. A tensor that was written over (`=`
 * for `+=`) is compared with what the mistake adds.
 */
export function nameMistakes(
  calls: readonly Call[],
  results: Results,
  known: readonly Known[],
): Map<string, Named> {
  const tensors = [...new Set(calls.flatMap(({ expected }) => expected.map((e) => e.tensor)))];
  const wrong = tensors.filter((name) => differ(calls, results, name));
  const made = known.flatMap((one) => {
    const fits = new Map<string, Fit | null>();
    const fitIn = (name: string): Fit | null => {
      const fit = fits.get(name) ?? fitOf(calls, results, one, name);
      fits.set(name, fit);
      return fit;
    };
    if (!wrong.some(fitIn)) return [];
    const spoiled = tensors.filter((name) => differ(calls, one.results, name));
    const named = (of: string[], rank: number) => {
      if (of.length === 0 || !of.every(fitIn)) return [];
      const all = of.flatMap((name) => fitIn(name) ?? []);
      if (!all.some(({ evidence }) => evidence > 0)) return [];
      const overwrites = of.filter((name) => fitIn(name)?.overwritten);
      return [
        {
          says: one.says,
          spoiled: of,
          far: Math.max(...all.map(({ far }) => far)),
          rank,
          overwrites,
        },
      ];
    };
    if (one.whole) return tensors.every(fitIn) ? named(spoiled, 0) : [];
    const { madeIn } = one;
    const hidden = madeIn !== undefined && spoiled.includes(madeIn) ? named([madeIn], 1) : [];
    return [...named(spoiled, 0), ...hidden];
  });
  made.sort(
    (a, b) =>
      a.rank - b.rank ||
      a.overwrites.length - b.overwrites.length ||
      b.spoiled.length - a.spoiled.length ||
      a.far - b.far,
  );
  const found = new Map<string, Named>();
  for (const { says, spoiled, overwrites } of made) {
    if (spoiled.some((name) => found.has(name))) continue;
    for (const name of spoiled) found.set(name, { says, overwrites });
  }
  return found;
}

/** How well the reader's tensor fits a mistake's. */
interface Fit {
  far: number; // over what rounding may do: below 1
  evidence: number; // of numbers that are wrong in the same way; NaN is none
  overwritten: boolean;
}

function fitOf(calls: readonly Call[], got: Results, mistake: Known, tensor: string): Fit | null {
  const plain = fitAs(calls, got, mistake, tensor, false);
  return plain ?? fitAs(calls, got, mistake, tensor, true);
}

function fitAs(
  calls: readonly Call[],
  got: Results,
  { results: mistaken, byNaN = false }: Known,
  tensor: string,
  overwritten: boolean,
): Fit | null {
  let [far, evidence] = [0, 0];
  for (const [i, call] of calls.entries()) {
    for (const expected of call.expected.filter((one) => one.tensor === tensor)) {
      const adds = expected.how === "adds" && expected.before.some((value) => value !== 0);
      if (overwritten && !adds) return null;
      const x = tensorOf(got[i], expected);
      const y = tensorOf(mistaken[i], expected);
      const [xBits, yBits] = [bitsOf(x), bitsOf(y)];
      const wanted = target(expected);
      const size = largest(y);
      // Nothing was done here: then the mistake does nothing either, not even add up to 0.
      const idle = expected.how !== "writes" && x.every((value, k) => value === expected.before[k]);
      if (idle && !y.every((value, k) => value === expected.before[k])) return null;
      for (let k = 0; k < x.length; k++) {
        const left = x[k] === expected.before[k] && y[k] === x[k]; // as it was before the call, in both
        const as = overwritten && !left ? y[k] - expected.before[k] : y[k];
        if (xBits[k] === unwrittenBits || yBits[k] === unwrittenBits) {
          if (xBits[k] !== yBits[k]) return null;
          evidence++; // not written, by both
          continue;
        }
        if (!Number.isFinite(x[k]) || !Number.isFinite(as)) {
          if (Number.isFinite(x[k]) || Number.isFinite(as)) return null;
          if (byNaN) evidence++;
          continue;
        }
        // What sums up may be large, and cancel: some of the digits of the largest number are lost.
        const over = Math.abs(x[k] - as) / (2 * allowed(y[k]) + 3e-7 * size);
        if (!(over < 1)) return null;
        far = Math.max(far, over);
        if (Math.abs(x[k] - wanted[k]) > allowed(wanted[k])) evidence++;
      }
    }
  }
  return { far, evidence, overwritten };
}

function bitsOf(values: Float32Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length);
}

/** Whether a mistake shows in a tensor. */
function differ(calls: readonly Call[], mistaken: Results, tensor: string): boolean {
  return calls.some((call, i) =>
    call.expected.some((expected) => expected.tensor === tensor && !right(mistaken[i], expected)),
  );
}

function right(result: readonly Argument[], expected: Expected): boolean {
  const got = tensorOf(result, expected);
  const wanted = target(expected);
  for (let k = 0; k < wanted.length; k++) {
    if (!(Math.abs(got[k] - wanted[k]) <= allowed(wanted[k]))) return false; // not NaN either
  }
  return true;
}

/** Whether two results hold the same numbers to the last bit. NaN is no number, unless it says that nothing was written. */
export function identical(calls: readonly Call[], a: Results, b: Results): boolean {
  return calls.every((call, i) =>
    call.expected.every((expected) => {
      const [x, y] = [a[i], b[i]].map((result) => bitsOf(tensorOf(result, expected)));
      const isNumber = (bits: number) => bits === unwrittenBits || (bits & infinite) !== infinite;
      return x.every((bits, k) => bits === y[k] && isNumber(bits));
    }),
  );
}

const infinite = 0x7f80_0000; // the bits of the exponent, which Infinity and NaN have

function largest(values: Float32Array): number {
  let most = 0;
  for (const value of values) if (Number.isFinite(value)) most = Math.max(most, Math.abs(value));
  return most;
}
