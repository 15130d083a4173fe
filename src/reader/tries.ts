// How often a reader has tried an exercise.

import { fingerprint } from "./edits.ts";
import { parse, type Tries, triesKey, triesOf } from "./stored.ts";

/** How often an exercise was tried, until it was passed. */
export function readTries(exercise: string): number {
  return read()[exercise]?.count ?? 0;
}

/** Counts a try; the same text as the last time is none. Where storage is blocked or full, it is not kept. */
export function noteTry(exercise: string, text: string): void {
  const all = read();
  const of = fingerprint(text);
  const { count, of: last } = all[exercise] ?? { count: 0, of: "" };
  if (of === last) return;
  try {
    localStorage.setItem(
      triesKey,
      JSON.stringify({ ...all, [exercise]: { count: count + 1, of } satisfies Tries }),
    );
  } catch {
    // A count is not worth a complaint.
  }
}

function read(): Record<string, Tries> {
  try {
    return triesOf(parse(localStorage.getItem(triesKey)));
  } catch {
    return {};
  }
}
