// Records what a kernel reads and writes, in order, so that it can be played back one step at a time. Every array is
// handed over behind a proxy that notes each access. A proxied array is some hundred times slower: for tiny sizes only.
// What an array's own methods do (fill, set, a subarray's elements) is not noted: write such lines as loops.

import type { Floats, Ints } from "./check.ts";
import { count as valuesIn } from "./shape.ts";

/** An array that is watched. The product of its shape is its length. */
export interface Watched {
  readonly data: Floats | Ints;
  readonly shape: readonly number[];
}

/** One element, as it was read or written. */
export interface Access {
  readonly array: string;
  readonly index: number; // offset in the flat array
  readonly value: number;
}

/** One write, and everything that was read since the write before it. */
export interface TraceStep {
  readonly reads: readonly Access[];
  readonly write: Access;
  readonly before: number; // what the element held
}

/** All that happened, and the arrays as they were at the start. */
export interface Trace {
  readonly arrays: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly start: readonly number[];
  }[];
  readonly steps: readonly TraceStep[];
}

/** Reads and writes; more would be no pleasure to step through. */
export const mostAccesses = 4000;

/**
 * Runs a kernel on watched arrays and returns what it did. The arrays hold the results afterwards.
 *
 * @param arrays by name, in the order in which they are to be shown
 * @param run is called with the same arrays under the same names, each behind a proxy
 * @throws RangeError if a shape does not fit its array, or if there are more than 4,000 reads and writes
 * @throws whatever `run` throws
 */
export function record<Arrays extends Readonly<Record<string, Watched>>>(
  arrays: Arrays,
  run: (arrays: { [Name in keyof Arrays]: Arrays[Name]["data"] }) => void,
): Trace {
  const entries = Object.entries<Watched>(arrays);
  for (const [name, { data, shape }] of entries) {
    const length = valuesIn(shape);
    if (length === data.length) continue;
    throw new RangeError(
      `record: ${name} has ${data.length} values, expected ${shape.join("*")} = ${length}`,
    );
  }

  const steps: TraceStep[] = [];
  let reads: Access[] = [];
  let accesses = 0;
  const count = () => {
    if (++accesses <= mostAccesses) return;
    throw new RangeError(
      `record: more than ${mostAccesses} reads and writes; take smaller sizes to step through`,
    );
  };

  const watch = (name: string, data: Floats | Ints) =>
    new Proxy(data, {
      get(array, key) {
        const index = indexOf(key);
        if (index === null) {
          const property = Reflect.get(array, key);
          return typeof property === "function" ? property.bind(array) : property;
        }
        count();
        const value = array[index];
        reads.push({ array: name, index, value });
        return value;
      },
      set(array, key, value) {
        const index = indexOf(key);
        if (index === null) return Reflect.set(array, key, value);
        count();
        const before = array[index];
        array[index] = value;
        steps.push({ reads, write: { array: name, index, value: array[index] }, before });
        reads = [];
        return true;
      },
    });

  const start = entries.map(([name, { data, shape }]) => ({
    name,
    shape: [...shape],
    start: Array.from(data),
  }));
  const watched = Object.fromEntries(entries.map(([name, { data }]) => [name, watch(name, data)]));
  run(watched as { [Name in keyof Arrays]: Arrays[Name]["data"] });
  return { arrays: start, steps };
}

/** The index that a property's name stands for; null for any other property. */
function indexOf(key: string | symbol): number | null {
  if (typeof key !== "string") return null;
  const index = Number(key);
  return Number.isInteger(index) && index >= 0 && String(index) === key ? index : null;
}
