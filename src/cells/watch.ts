// A second run of an answer that is wrong, on one small call, in which it is seen where numbers go wrong: which line writes
// them, where an index leaves its array, where a function of Math gives Infinity or NaN.

import type { Call, Expected } from "./check.ts";
import { tensorOf } from "./compare.ts";
import { type Place, placesOf, type Script } from "./compile.ts";
import type { Argument, Odd, SeenWrite, Watched } from "./messages.ts";
import { number, type Remark } from "./sentences.ts";
import { allowed, target } from "./tolerance.ts";

/** What was seen, in the words of a verdict. */
export interface Seen {
  odd?: Remark;
  lines: Map<string, number[]>;
}

/**
 * @param script of the answer
 * @param path of the answer in it
 * @param result the arguments after the call
 */
export function tell(
  { odd, writers, stacks }: Watched,
  script: Script,
  path: string,
  call: Call,
  result: readonly Argument[],
): Seen {
  const own = (stack: string): Place | undefined =>
    placesOf(script, stack).find((place) => place.path === path);
  const places = stacks.map(own);
  const lines = new Map<string, number[]>();
  for (const expected of call.expected) {
    const by = writers[expected.argument];
    if (!by) continue;
    const got = tensorOf(result, expected);
    const found = new Set<number>();
    for (const [i, wanted] of target(expected).entries()) {
      if (Math.abs(got[i] - wanted) <= allowed(wanted)) continue;
      const at = placeInArgument(expected, i);
      if (by[at] === -1) continue;
      const place = places[by[at]];
      if (place) found.add(place.line);
    }
    lines.set(expected.tensor, [...found]);
  }
  const nan = call.expected.some((expected) =>
    tensorOf(result, expected).some((value) => !Number.isFinite(value)),
  );
  return { odd: describeOdd(odd, nan, own), lines };
}

/** The place in the whole argument of an element of a part of it. */
export function placeInArgument({ part }: Expected, i: number): number {
  if (!part) return i;
  return Math.floor(i / part.columns) * part.row + part.from + (i % part.columns);
}

/** What was written to one element, in its order. */
export interface Writes {
  writes: (Omit<SeenWrite, "stack"> & { line: number | null })[]; // line of the answer
  more: boolean; // than are told
  problem?: string; // why nothing can be told
}

/** Runs the answer once more and follows one element of a tensor. */
export type Play = (tensor: string, index: number) => Promise<Writes>;

const mostWrites = 200;

export function tellWrites({ writes = [] }: Watched, script: Script, path: string): Writes {
  return {
    writes: writes.slice(0, mostWrites).map(({ stack, ...write }) => {
      const place = placesOf(script, stack).find((one) => one.path === path);
      return { ...write, line: place?.line ?? null };
    }),
    more: writes.length > mostWrites,
  };
}

/** The one thing that is told: an index outside an array before a number that is none. */
function describeOdd(
  odd: readonly Odd[],
  nan: boolean,
  own: (stack: string) => Place | undefined,
): Remark | undefined {
  const of = (kind: Odd["kind"]) => odd.find((one) => one.kind === kind);
  const remark = ({ stack }: Odd, says: string): Remark => {
    const line = own(stack)?.line;
    return { line, says: `${line ? `In line ${line}` : "In one place"} ${says}` };
  };
  const write = of("write");
  if (write && Number.isFinite(Number(write.at))) {
    return remark(
      write,
      `something is written to ${write.name}[${write.at}], but ${outside(write)}.`,
    );
  }
  const read = of("read");
  if (read && nan) {
    if (!Number.isFinite(Number(read.at))) {
      return remark(
        read,
        `the index of ${read.name} is ${read.at}: what it is computed from is no number.`,
      );
    }
    return remark(
      read,
      `${read.name}[${read.at}] is read, but ${outside(read)}; what is read there is undefined, and NaN in every sum.`,
    );
  }
  const math = of("math");
  if (math && nan) {
    const { name, at, value } = math;
    const x = at.split(", ").map((text) => number(Number(text)));
    const call = `Math.${name}(${x.join(", ")})`;
    if (name === "exp") {
      return remark(
        math,
        `${call} is Infinity: a float64 ends at e to the power of 709.78. Infinity divided by Infinity, or taken from itself, is NaN.`,
      );
    }
    if (name === "log")
      return remark(math, `${call} is ${value}: a logarithm is there for numbers above 0 alone.`);
    if (name === "sqrt") return remark(math, `${call} is NaN: a negative number has no root.`);
    return remark(math, `${call} is ${value}.`);
  }
  return undefined;
}

function outside({ name, at, length }: Odd): string {
  if (!Number.isInteger(Number(at))) return "an index is a whole number";
  return `${name} has ${length} number${length === 1 ? "" : "s"}, 0 to ${length - 1}`;
}
