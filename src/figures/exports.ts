// What a figure gets from a run: the values that the cell exported. A reader may have changed or removed any of them, so
// each is looked at before it is drawn.

export type Exports = Readonly<Record<string, unknown>>;

/** Where a figure may draw. */
export interface Space {
  width: number; // in CSS pixels
}

/**
 * An exported array of numbers.
 *
 * @throws TypeError if the run did not export it as an array of numbers
 */
export function numbers(values: Exports, name: string): number[] {
  const value = values[name];
  if (Array.isArray(value) && value.every((x) => typeof x === "number")) return value;
  if (
    value instanceof Float32Array ||
    value instanceof Float64Array ||
    value instanceof Int32Array
  ) {
    return Array.from(value);
  }
  throw new TypeError(`the figure needs \`export const ${name}\`, an array of numbers`);
}

/**
 * An exported number.
 *
 * @throws TypeError if the run did not export it as a number
 */
export function number(values: Exports, name: string): number {
  const value = values[name];
  if (typeof value === "number") return value;
  throw new TypeError(`the figure needs \`export const ${name}\`, a number`);
}

/**
 * An exported whole number within limits.
 *
 * @throws TypeError if the run did not export such a number
 */
export function integer(values: Exports, name: string, least: number, most: number): number {
  const value = values[name];
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) {
    return value;
  }
  throw new TypeError(
    `the figure needs \`export const ${name}\`, a whole number from ${least} to ${most}`,
  );
}

/**
 * An exported text.
 *
 * @throws TypeError if the run did not export it as a string
 */
export function string(values: Exports, name: string): string {
  const value = values[name];
  if (typeof value === "string") return value;
  throw new TypeError(`the figure needs \`export const ${name}\`, a string`);
}

/**
 * An exported array of texts.
 *
 * @throws TypeError if the run did not export it as an array of strings
 */
export function strings(values: Exports, name: string): string[] {
  const value = values[name];
  if (Array.isArray(value) && value.every((text) => typeof text === "string")) return value;
  throw new TypeError(`the figure needs \`export const ${name}\`, an array of strings`);
}
