// How wrong numbers are related to the right ones: by a factor, a sign, a term too much, another place. Each relation is
// claimed only where every number of the tensor keeps it.

import { count } from "@llm.ts/kernels/runtime/shape.ts";
import { coordinates } from "./axes.ts";
import type { Call, Expected } from "./check.ts";
import { changed, changeOf } from "./tolerance.ts";

export type Relation =
  | { kind: "overwrites" } // the right gradient, but `=` in place of `+=`
  | { kind: "sign" }
  | { kind: "zero" } // written, with nothing but 0
  | { kind: "factor"; factor: number }
  | { kind: "times"; name: string; inverse: boolean } // the right numbers times those of a tensor, or divided by them
  | { kind: "plus"; name: string; sign: number } // with the numbers of a tensor added, or taken off
  | { kind: "constant"; by: number } // every number is off by the same
  | { kind: "rowFactor" } // each row by a factor of its own
  | { kind: "rowConstant" } // each row by a term of its own
  | { kind: "order"; axes: readonly string[] } // laid out with other strides
  | { kind: "slice"; name: string; from: number; wanted: number } // a part of an input, but another one
  | { kind: "places" }; // the right numbers, in other places

type Kind = Relation["kind"];

/** What a relation is looked for in. */
interface Numbers {
  did: Float32Array; // what the call did
  should: Float32Array; // what it had to do
  noise: Float32Array; // what rounding may have done to `did`
}

/** The first relation that holds, of those asked for. */
export function findRelation(
  got: Float32Array,
  expected: Expected,
  call: Call,
  kinds?: readonly Kind[],
): Relation | null {
  const { how, before, torch, shape, axes } = expected;
  const did = changed(got, expected);
  const should = changeOf(expected);
  const noise = did.map((_, i) => {
    const digits = how === "writes" ? 0 : 1.5e-7 * (Math.abs(before[i]) + Math.abs(got[i]));
    return digits + (how === "updates" ? 1e-9 : 1e-5);
  });
  const numbers: Numbers = { did, should, noise };
  const asked = (kind: Kind) => !kinds || kinds.includes(kind);

  if (asked("overwrites") && how === "adds" && before.some((value) => value !== 0)) {
    // Where nothing has to be added, what was there may have been left.
    const wanted = torch.map((value, i) =>
      value === 0 && got[i] === before[i] ? before[i] : value,
    );
    if (same(got, wanted, noise) && enough(torch, noise)) return { kind: "overwrites" };
  }
  if (asked("zero") && how === "writes" && did.every((value) => value === 0))
    return { kind: "zero" };
  const slice = asked("slice") && how === "writes" ? findSlice(got, expected, call) : null;
  if (slice) return slice;
  const factor = asked("factor") ? findFactor(numbers) : null;
  if (factor !== null) {
    return Math.abs(factor + 1) < 1e-4 ? { kind: "sign" } : { kind: "factor", factor };
  }
  if (asked("constant")) {
    const by = did[0] - should[0];
    const all = did.every((value, i) => near(value - should[i], by, noise[i], should[i]));
    if (did.length > 2 && all && Math.abs(by) > 1e-3) return { kind: "constant", by };
  }
  if (asked("order")) {
    const order = findOrder(numbers, shape, axes);
    if (order) return order;
  }
  if (asked("times")) {
    const named = findTensor(numbers, expected, call);
    if (named) return named;
  }
  if (asked("rowFactor")) {
    const row = findRow(numbers, shape);
    if (row) return row;
  }
  return asked("places") && arePlaces(numbers, expected.ids) ? { kind: "places" } : null;
}

/** Whether two numbers are the same but for rounding. */
function near(a: number, b: number, noise: number, size = 0): boolean {
  return Math.abs(a - b) <= 2 * noise + 2e-5 * Math.max(Math.abs(b), Math.abs(size));
}

function same(a: ArrayLike<number>, b: ArrayLike<number>, noise: ArrayLike<number>): boolean {
  for (let i = 0; i < a.length; i++) if (!near(a[i], b[i], noise[i])) return false;
  return true;
}

/** Whether there are enough numbers that stand out from rounding for a relation to say something. */
function enough(values: ArrayLike<number>, noise: ArrayLike<number>): boolean {
  let many = 0;
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i]) > 30 * noise[i]) many++;
  return many >= 3;
}

function findFactor({ did, should, noise }: Numbers): number | null {
  let [above, below] = [0, 0];
  for (let i = 0; i < did.length; i++) {
    above += did[i] * should[i];
    below += should[i] * should[i];
  }
  const factor = above / below;
  if (!Number.isFinite(factor) || Math.abs(factor - 1) < 2e-3) return null;
  const multiple = should.map((value) => factor * value);
  return enough(multiple, noise) && same(did, multiple, noise) ? factor : null;
}

/** Another order of the dimensions in which the right numbers lie in memory. */
function findOrder(
  { did, should, noise }: Numbers,
  shape: readonly number[],
  axes: readonly string[],
): Relation | null {
  const long = shape.flatMap((length, d) => (length > 1 ? [d] : []));
  if (long.length < 2 || !enough(should, noise)) return null;
  for (const order of permutations(long).slice(1)) {
    // The place whose number would be the flat-th in this order.
    const place = (flat: number) => {
      const at = new Array<number>(shape.length).fill(0);
      let rest = flat;
      for (const d of order.toReversed()) {
        at[d] = rest % shape[d];
        rest = Math.floor(rest / shape[d]);
      }
      return at.reduce((index, place, d) => index * shape[d] + place, 0);
    };
    if (did.every((value, flat) => near(value, should[place(flat)], noise[flat]))) {
      return { kind: "order", axes: order.map((d) => axes[d]) };
    }
  }
  return null;
}

function permutations(items: readonly number[]): number[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, i) =>
    permutations(items.filter((_, k) => k !== i)).map((rest) => [item, ...rest]),
  );
}

/** A tensor by which the right numbers are multiplied or divided, or that is added to them. */
function findTensor(numbers: Numbers, { shape, argument }: Expected, call: Call): Relation | null {
  const { did, should, noise } = numbers;
  const columns = shape.at(-1) ?? 1;
  for (const [position, name] of call.names.entries()) {
    const values = call.args[position];
    const own = call.shapes[position];
    if (position === argument || !(values instanceof Float32Array)) continue;
    if (call.expected.some((one) => one.argument === position)) continue;
    const at = spread(own, shape, columns);
    if (!at) continue;
    const factor = did.map((_, i) => values[at(i)]);
    const varies = factor.some((value) => Math.abs(value - factor[0]) > 1e-3);
    if (!varies) continue;
    const times = should.map((value, i) => value * factor[i]);
    if (enough(times, noise) && same(did, times, noise))
      return { kind: "times", name, inverse: false };
    const over = should.map((value, i) => value / factor[i]);
    if (over.every(Number.isFinite) && enough(over, noise) && same(did, over, noise)) {
      return { kind: "times", name, inverse: true };
    }
    for (const sign of [1, -1]) {
      const sum = should.map((value, i) => value + sign * factor[i]);
      if (enough(factor, noise) && same(did, sum, noise)) return { kind: "plus", name, sign };
    }
  }
  return null;
}

/** From an element of a tensor to the one that goes with it in another: of the same shape, or one for each row or column. */
function spread(
  own: readonly number[],
  shape: readonly number[],
  columns: number,
): ((i: number) => number) | null {
  const all = String(shape);
  if (String(own) === all) return (i) => i;
  if (shape.length < 2) return null;
  if (String(own) === String(shape.slice(0, -1))) return (i) => Math.floor(i / columns);
  if (own.length === 1 && own[0] === columns) return (i) => i % columns;
  return null;
}

/** A part of an input that the tensor is a copy of, where it has to be a copy of another part. */
function findSlice(got: Float32Array, { torch, argument }: Expected, call: Call): Relation | null {
  if (got.length < 3 || new Set(got).size < 3) return null;
  for (const [position, name] of call.names.entries()) {
    const values = call.args[position];
    if (position === argument || !(values instanceof Float32Array)) continue;
    const begins = (part: Float32Array) => {
      for (let from = 0; from + part.length <= values.length; from++) {
        if (part.every((value, i) => value === values[from + i])) return from;
      }
      return -1;
    };
    const wanted = begins(torch);
    const from = wanted < 0 ? -1 : begins(got);
    if (from >= 0) return { kind: "slice", name, from, wanted };
  }
  return null;
}

/** A factor or a term of its own for each row. */
function findRow({ did, should, noise }: Numbers, shape: readonly number[]): Relation | null {
  const columns = shape.at(-1) ?? 1;
  const rows = did.length / columns;
  if (shape.length < 2 || rows < 2 || columns < 3) return null;
  let [factors, terms] = [true, true];
  let [saysFactor, saysTerm] = [0, 0];
  for (let row = 0; row < rows; row++) {
    let largest = row * columns;
    for (let i = row * columns; i < (row + 1) * columns; i++) {
      if (Math.abs(should[i]) > Math.abs(should[largest])) largest = i;
    }
    const factor = did[largest] / should[largest];
    const term = did[largest] - should[largest];
    let seen = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) {
      factors &&= near(did[i], factor * should[i], noise[i]);
      terms &&= near(did[i] - should[i], term, noise[i], should[i]);
      if (Math.abs(should[i]) > 30 * noise[i]) seen++;
    }
    if (seen >= 3 && Math.abs(factor - 1) > 2e-3) saysFactor++;
    if (Math.abs(term) > 1e-3) saysTerm++;
  }
  if (factors && saysFactor >= 2) return { kind: "rowFactor" };
  return terms && saysTerm >= 2 ? { kind: "rowConstant" } : null;
}

/** Whether the numbers are the right ones in another order. */
function arePlaces({ did, should, noise }: Numbers, exact = false): boolean {
  if (did.length < 4 || new Set(should).size < 4 || !enough(should, noise)) return false;
  const [a, b] = [did.toSorted(), should.toSorted()];
  if (exact) return a.every((value, i) => value === b[i]);
  return a.every((value, i) => near(value, b[i], noise[i]));
}

/** The places at which wrong numbers have something in common: "b = 1", "t > 0". */
export function findPattern(
  shape: readonly number[],
  axes: readonly string[],
  indices: readonly number[],
): string[] {
  return axes.flatMap((axis, dimension) => {
    const length = shape[dimension];
    if (length < 2) return [];
    const at = new Set(indices.map((i) => coordinates(i, shape)[dimension]));
    if (at.size === 1) return [`${axis} = ${[...at][0]}`];
    // A few that merely miss 0 say nothing: most of the elements there have to be among them.
    const most = indices.length > (count(shape) * (length - 1)) / length / 2;
    if (!most || at.size !== length - 1 || length < 3 || shape.length < 2) return [];
    if (!at.has(0)) return [`${axis} > 0`];
    return at.has(length - 1) ? [] : [`${axis} < ${length - 1}`];
  });
}
