// Compares one tensor with PyTorch's, number by number.

import { locate } from "./axes.ts";
import { cutPart, fromUnwrittenBits, unwrittenBits, unwrittenId } from "./calls.ts";
import type { Call, Expected } from "./check.ts";
import type { Argument } from "./messages.ts";
import { findRelation, type Relation } from "./relations.ts";
import { allowed, changeOf, target, tolerance } from "./tolerance.ts";

/** What a wrong tensor looks like. */
export type Mistake =
  | { kind: "untouched" }
  | { kind: "gaps"; at: readonly number[] }
  | { kind: "unwritten"; first: number; count: number } // NaN, from numbers that had not been written
  | { kind: "nonfinite"; first: number; value: number; count: number }
  | Relation
  | { kind: "other" };

/** One tensor after one call. */
export interface TensorReport {
  tensor: string;
  case: string;
  ids: boolean; // whether its numbers are token ids
  how: Expected["how"];
  shape: readonly number[];
  axes: readonly string[];
  count: number; // of numbers
  wrong: number; // of these
  largestAbsolute: number; // NaN where a number is not finite
  largestRelative: number;
  mistake: Mistake | null; // null: right
  first: Wrong | null; // of the wrong ones
  before: Float32Array; // what it held before the call
  got: Float32Array;
  expected: Float32Array;
  errors: Float32Array; // |got - expected| over the tolerance of the element: 1 and below is right
}

/** An element that is wrong. */
export interface Wrong {
  index: number;
  at: string; // "(b, t, i) = (0, 1, 3)"
  before: number; // what it was before the call
  got: number;
  expected: number;
}

/** Compares a tensor after a call with what it must be. */
export function compare(call: Call, expected: Expected, result: readonly Argument[]): TensorReport {
  const { tensor, how, shape, axes } = expected;
  const wanted = target(expected);
  const got = tensorOf(result, expected);
  const report: TensorReport = {
    tensor,
    case: call.case,
    how,
    shape,
    axes,
    count: wanted.length,
    wrong: 0,
    ids: expected.ids ?? false,
    largestAbsolute: 0,
    largestRelative: 0,
    mistake: null,
    first: null,
    before: expected.before,
    got,
    expected: wanted,
    errors: new Float32Array(wanted.length),
  };
  for (let i = 0; i < wanted.length; i++) {
    const error = Math.abs(got[i] - wanted[i]);
    const size = Math.abs(wanted[i]);
    report.errors[i] = error / allowed(wanted[i]);
    report.largestAbsolute = Math.max(report.largestAbsolute, error);
    if (size > tolerance.atol) {
      report.largestRelative = Math.max(report.largestRelative, error / size);
    }
    if (report.errors[i] <= 1) continue;
    if (report.wrong++ === 0) {
      report.first = {
        index: i,
        at: locate(i, shape, axes),
        before: expected.before[i],
        got: got[i],
        expected: wanted[i],
      };
    }
  }
  if (report.wrong > 0) report.mistake = findMistake(got, expected, call);
  return report;
}

/** The tensor after the call; one that came back with another length counts as untouched. */
export function tensorOf(
  result: readonly Argument[],
  { argument, before, part }: Expected,
): Float32Array {
  const tensor = result?.[argument];
  if (part) {
    const whole =
      tensor instanceof Float32Array && tensor.length * part.columns === before.length * part.row;
    return whole ? cutPart(tensor, part) : before;
  }
  if (tensor instanceof Int32Array && tensor.length === before.length) return asFloats(tensor);
  return tensor instanceof Float32Array && tensor.length === before.length ? tensor : before;
}

/** Integers as floats, which up to 2^24 is exact. What has not been written is the NaN that says so. */
function asFloats(integers: Int32Array): Float32Array {
  const floats = Float32Array.from(integers);
  const bits = new Int32Array(floats.buffer);
  for (const [i, value] of integers.entries()) if (value === unwrittenId) bits[i] = unwrittenBits;
  return floats;
}

function findMistake(got: Float32Array, expected: Expected, call: Call): Mistake {
  const { how } = expected;
  const change = changeOf(expected);
  const untouched = findUntouched(got, expected);
  const needed = how === "writes" ? got.length : change.filter((g) => Math.abs(g) > noticed).length;
  if (untouched.length > 0 && untouched.length >= needed && sameElsewhere(got, expected)) {
    return { kind: "untouched" };
  }
  if (untouched.length > 0 && (how === "writes" || untouched.length >= needed / 8)) {
    // Where it is not written from nothing, a few numbers may stay as they were by chance; an eighth of them does not.
    return { kind: "gaps", at: untouched };
  }
  const bad = got.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const count = got.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0);
    const bits = new Int32Array(got.buffer, got.byteOffset, got.length);
    const first = bits.indexOf(fromUnwrittenBits);
    if (first >= 0) return { kind: "unwritten", first, count };
    return { kind: "nonfinite", first: bad, value: got[bad], count };
  }
  if (expected.ids)
    return findRelation(got, expected, call, ["constant", "places"]) ?? { kind: "other" };
  return findRelation(got, expected, call) ?? { kind: "other" };
}

/** The least change whose absence is noticed: a smaller one may be lost in a larger number. */
const noticed = 1e-3;

/** Elements that hold what they held before the call, although something had to happen to them. */
function findUntouched(got: Float32Array, expected: Expected): number[] {
  const { how, before } = expected;
  const change = changeOf(expected);
  const bits = new Int32Array(got.buffer, got.byteOffset, got.length);
  const untouched: number[] = [];
  for (let i = 0; i < got.length; i++) {
    const same =
      how === "writes"
        ? bits[i] === unwrittenBits
        : got[i] === before[i] && Math.abs(change[i]) > noticed;
    if (same) untouched.push(i);
  }
  return untouched;
}

/** Whether nothing has happened to the elements either that little or nothing had to happen to. */
function sameElsewhere(got: Float32Array, { how, before }: Expected): boolean {
  return how === "writes" || got.every((value, i) => value === before[i]);
}
