// From a check and the cases of its reference file to the calls: arguments, and what must come of them.

import { nameAxes } from "./axes.ts";
import type { Call, Case, Check, Expected, Part, Sizes, Tensor } from "./check.ts";
import type { Argument } from "./messages.ts";

/** One call for every case of a reference file, or for each that the check makes of it. */
export function prepareCalls(check: Check, cases: readonly Case[]): Call[] {
  const made = check.cases ? cases.flatMap(check.cases) : cases;
  return made.map((one) => prepareCall(check, one));
}

export function prepareCall(check: Check, { name, sizes, tensors }: Case): Call {
  const expected: Expected[] = [];
  const shapes: (readonly number[])[] = [];
  const args = check.args.map((argument, position): Argument => {
    shapes.push(tensors.get(argument)?.shape ?? []);
    if (argument in sizes) return sizes[argument];
    const stored = tensors.get(argument);
    if (!stored) return null; // a case without bias
    const how = howOf(check, argument);
    if (!how) return stored.data.slice(); // only read
    const after = how === "updates" ? tensors.get(check.updates?.[argument] ?? "") : stored;
    if (!after)
      throw new Error(`${check.function}: the case ${name} does not say what ${argument} becomes`);
    const before = beforeCall(how, stored.data, position);
    if (check.zeroed?.includes(argument)) before.fill(0);
    const torch = Float32Array.from(after.data);
    const ids = how === "writes" && stored.data instanceof Int32Array;
    const axes = nameAxes(stored.shape, sizes, check.shapes?.[argument], check.letters);
    const whole = { tensor: argument, argument: position, how, shape: stored.shape, axes };
    const parts = check.parts?.[argument];
    if (parts) {
      const row = stored.shape.at(-1) ?? 0;
      const heads = Object.values(parts).map((size) => sizes[size]);
      const all = heads.reduce((sum, count) => sum + count, 0);
      let from = 0;
      for (const [k, tensor] of Object.keys(parts).entries()) {
        const columns = (row / all) * heads[k];
        const part = { from, columns, row };
        const of = {
          ...{ ...whole, tensor, part },
          shape: [...stored.shape.slice(0, -1), heads[k], columns / heads[k]],
          axes: [...axes.slice(0, -1), "h", "i"],
        };
        const [own, its] = [before, torch].map((data) => cutPart(data, part));
        expected.push({ ...of, before: own, torch: its });
        from += columns;
      }
    } else {
      expected.push({ ...whole, ids, before, torch });
    }
    return ids ? new Int32Array(before.length).fill(unwrittenId) : before.slice();
  });
  return { case: name, sizes: usedSizes(check, sizes), names: check.args, args, shapes, expected };
}

/** The sizes that this check's arguments and shapes name: a reference file may have further ones, for other checks. */
function usedSizes({ args, shapes, parts = {}, shader }: Check, sizes: Sizes): Sizes {
  if (!shapes || shader) return sizes;
  const named = [
    ...args,
    ...Object.values(shapes).flatMap((shape) => shape.match(/[A-Za-z]\w*/g) ?? []),
  ];
  const heads = Object.values(parts).flatMap((each) => Object.values(each));
  const used = new Set([...named, ...heads]);
  return Object.fromEntries(Object.entries(sizes).filter(([name]) => used.has(name)));
}

/** The numbers of a part, one after the other, bit for bit. */
export function cutPart(data: Float32Array, { from, columns, row }: Part): Float32Array {
  const rows = data.length / row;
  const part = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    part.set(data.subarray(r * row + from, r * row + from + columns), r * columns);
  }
  return part;
}

function howOf({ writes, adds, updates = {} }: Check, argument: string): Expected["how"] | null {
  if (writes.includes(argument)) return "writes";
  if (adds.includes(argument)) return "adds";
  return argument in updates ? "updates" : null;
}

function beforeCall(how: Expected["how"], stored: Tensor["data"], position: number): Float32Array {
  if (how === "updates") return Float32Array.from(stored);
  return how === "writes" ? unwritten(stored.length) : known(stored.length, position);
}

/**
 * The bits of the NaN in tensors that have not been written. It is a signalling one: whatever is computed from it, or
 * merely assigned, has the bit set that makes it quiet, so that the two can be told apart.
 */
export const unwrittenBits = 0x7f80_1234;

/** The bits of what was computed from a number that had not been written. */
export const fromUnwrittenBits = 0x7fc0_1234;

/** What tensors of ids hold that have not been written: no token has this number. */
export const unwrittenId = 0x7fc0_1234;

function unwritten(length: number): Float32Array {
  return new Float32Array(new Int32Array(length).fill(unwrittenBits).buffer);
}

/** Numbers between 0.5 and 1.5 with no pattern that a mistake could follow, other ones for each argument. */
function known(length: number, position: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => 1 + 0.5 * Math.sin(12.9898 * (i + 1) + position));
}

/** "B = 2, T = 3, C = 8" */
export function sizesOf({ sizes }: { sizes: Readonly<Record<string, number>> }): string {
  return Object.entries(sizes)
    .map(([name, size]) => `${name} = ${size}`)
    .join(", ");
}
