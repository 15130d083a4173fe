// What every kernel does first: look at its arguments once, at the edge, so that the loops need not.

/** A flat array of numbers. float32 is what training uses; float64 is for gradient checks. */
export type Floats = Float32Array | Float64Array;

/** Token ids, each from 0 to V - 1. */
export type Ints = Int32Array;

/** A flat array, or a device's handle for one. */
export interface Sized {
  readonly length: number;
}

/** A length written as a product of sizes, for example "B*T*C" or "B*T*3*C". */
type Product = string;

/**
 * Checks the arguments of one kernel call, before anything is written.
 *
 * @param kernel name of the kernel, the first word of every message
 * @param sizes the sizes by name; each must be a positive integer
 * @param arrays each array by name, with the length that it must have
 * @throws RangeError naming the first size or length that is wrong, TypeError where an array is missing
 */
export function checkArguments(
  kernel: string,
  sizes: Record<string, number>,
  arrays: Record<string, readonly [array: Sized, length: Product]>,
): void {
  for (const name in sizes) {
    const size = sizes[name];
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(`${kernel}: ${name} is ${size}, expected a positive integer`);
    }
  }
  for (const name in arrays) {
    const [array, product] = arrays[name];
    const expected = evaluate(product, sizes);
    if (typeof array?.length !== "number" || Array.isArray(array)) {
      throw new TypeError(
        `${kernel}: ${name} is ${describe(array)}, expected a typed array of ${product} = ${expected} values`,
      );
    }
    if (array.length !== expected) {
      throw new RangeError(
        `${kernel}: ${name} has ${array.length} values, expected ${product} = ${expected}`,
      );
    }
  }
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

function evaluate(product: Product, sizes: Record<string, number>): number {
  let value = 1;
  for (const factor of product.split("*")) value *= sizes[factor] ?? Number(factor);
  return value;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? "a plain array" : `a ${typeof value}`;
}
