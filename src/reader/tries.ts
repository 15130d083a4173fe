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
  const { count, of: last, ...more } = all[exercise] ?? none;
  if (of !== last) keep({ ...all, [exercise]: { count: count + 1, of, ...more } });
}

/** Counts the hints of an exercise that were opened before it was passed: those that are open now, or were so before. */
export function noteHints(exercise: string, opened: number): void {
  const all = read();
  const tries = all[exercise] ?? none;
  if (opened > (tries.hints ?? 0)) keep({ ...all, [exercise]: { ...tries, hints: opened } });
}

const none: Tries = { count: 0, of: "", hints: 0 };

function keep(all: Record<string, Tries>): void {
  try {
    localStorage.setItem(triesKey, JSON.stringify(all));
  } catch {
    // A count is not worth a complaint.
  }
}

/**
 * How many exercises in a row, the given one the last of them, were passed without a hint; 0 where one was opened for it, or
 * where it is not known.
 *
 * @param passed the times at which exercises were passed
 */
export function unaided(exercise: string, passed: Readonly<Record<string, string>>): number {
  const all = read();
  const order = Object.keys(passed).sort((a, b) => Date.parse(passed[b]) - Date.parse(passed[a]));
  const from = order.indexOf(exercise);
  if (from < 0) return all[exercise]?.hints === 0 ? 1 : 0; // the pass is not kept
  const onwards = order.slice(from);
  const helped = onwards.findIndex((one) => all[one]?.hints !== 0);
  return helped < 0 ? onwards.length : helped;
}

function read(): Record<string, Tries> {
  try {
    return triesOf(parse(localStorage.getItem(triesKey)));
  } catch {
    return {};
  }
}
