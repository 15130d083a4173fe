// What every kernel does first: look at its arguments once, at the edge, so that the loops need not.

import { arraysOf, evaluate, type Signature, type Signatures } from "./signature.ts";

/** A flat array of numbers. float32 is what training uses; float64 is for gradient checks. */
export type Floats = Float32Array | Float64Array;

/** Token ids, each from 0 to V - 1. */
export type Ints = Int32Array;

/** A flat array, or a device's handle for one. */
export interface Sized {
  readonly length: number;
}

type Arrays<S extends Signature> = {
  readonly [Name in keyof S["arrays"]]: S["arrays"][Name] extends `${string}, or null`
    ? Sized | null
    : Sized;
};

type Sizes<S extends Signature> = Readonly<Record<S["sizes"][number], number>> &
  Readonly<Record<string, number>>;

/**
 * Checks the arguments of one kernel call, before anything is written.
 *
 * A layer has one table of signatures for all of its tiers: an array has the same length wherever its memory is.
 *
 * @param table the signatures of a layer's kernels
 * @param kernel name of the kernel, the first word of every message
 * @param arrays every array of the signature, by name
 * @param sizes the sizes by name; each must be a positive integer
 * @throws RangeError naming the first size or length that is wrong, TypeError where an array is missing or of another type
 */
export function checkArguments<Table extends Signatures, Kernel extends keyof Table & string>(
  table: Table,
  kernel: Kernel,
  arrays: Arrays<Table[Kernel]>,
  sizes: Sizes<Table[Kernel]>,
): void {
  for (const name in sizes) {
    const size = sizes[name];
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(`${kernel}: ${name} is ${size}, expected a positive integer`);
    }
  }
  const { counted = [] }: Signature = table[kernel];
  for (const { name, length, ids, orNull } of arraysOf(table[kernel])) {
    const array: Sized | null = arrays[name];
    if (array === null && orNull) continue;
    const rows = counted.find((size) => length.startsWith(`${size}*`));
    if (rows !== undefined) {
      checkRows(kernel, name, array, length.slice(rows.length + 1), sizes);
      continue;
    }
    const expected = evaluate(length, sizes);
    checkType(kernel, name, array, ids, `of ${length} = ${expected} values`);
    if (array.length !== expected) {
      throw new RangeError(
        `${kernel}: ${name} has ${array.length} values, expected ${length} = ${expected}`,
      );
    }
  }
}

/** Checks a table whose height is not an argument. @throws if it is no table, or has a part of a row */
function checkRows(
  kernel: string,
  name: string,
  table: unknown,
  row: string,
  sizes: Readonly<Record<string, number>>,
): void {
  const length = evaluate(row, sizes);
  const rows = `rows of ${row} = ${length} values`;
  checkType(kernel, name, table, false, `of ${rows}`);
  if (table.length === 0 || table.length % length !== 0) {
    throw new RangeError(`${kernel}: ${name} has ${table.length} values, expected ${rows}`);
  }
}

/**
 * Checks that a value is an array of floats, or of token ids, or a device's handle for one. Other typed arrays would take
 * what is written into them as whole numbers, without a word.
 *
 * @param values how many are expected, for the message
 * @throws TypeError if it is not
 */
function checkType(
  kernel: string,
  name: string,
  value: unknown,
  ids: boolean,
  values: string,
): asserts value is Sized {
  const right = ArrayBuffer.isView(value)
    ? ids
      ? value instanceof Int32Array
      : value instanceof Float32Array || value instanceof Float64Array
    : isHandle(value);
  if (right) return;
  const expected = ids ? "an Int32Array" : "a Float32Array or Float64Array";
  throw new TypeError(`${kernel}: ${name} is ${describe(value)}, expected ${expected} ${values}`);
}

function isHandle(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return "length" in value && typeof value.length === "number";
}

/**
 * Checks that every id is a row of a table with `limit` rows.
 *
 * @throws RangeError naming the first id that is not an integer from 0 to limit - 1, and its position
 */
export function checkIds(
  kernel: string,
  name: string,
  ids: ArrayLike<number>,
  limit: number,
): void {
  for (let i = 0; i < ids.length; i++) {
    if (!Number.isInteger(ids[i]) || ids[i] < 0 || ids[i] >= limit) {
      throw new RangeError(
        `${kernel}: ${name}[${i}] is ${ids[i]}, expected a token id from 0 to ${limit - 1}`,
      );
    }
  }
}

/**
 * Checks that a vocabulary of V tokens fits in rows that are Vp columns long.
 *
 * @throws RangeError if V is over Vp
 */
export function checkVocabulary(kernel: string, V: number, Vp: number): void {
  if (V > Vp) throw new RangeError(`${kernel}: V is ${V}, expected at most Vp = ${Vp}`);
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "a plain array";
  if (ArrayBuffer.isView(value)) return `of type ${value.constructor.name}`;
  return value === null || value === undefined ? `${value}` : `of type ${typeof value}`;
}
