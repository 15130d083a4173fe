// Where a reader's way through the course is kept in this browser, and how what is found there is read: whatever makes no
// sense counts as not there.

export const readKey = "llm.ts/read"; // lesson: when its end was reached, ISO 8601
export const passedKey = "llm.ts/passed"; // exercise, "layernorm/backward": when it was first passed
export const triesKey = "llm.ts/tries"; // exercise: how often it was tried
export const atKey = "llm.ts/at"; // lesson: where in it they were last
export const editPrefix = "llm.ts/cell/"; // followed by the cell, "layernorm/backward": the reader's text
export const guessPrefix = "llm.ts/guess/"; // followed by the lesson and the question's fingerprint: the reader's guess

/** An edited text, and what it was made from. */
export interface Edit {
  text: string;
  /** Fingerprint of the original: where it differs, the lesson has changed since. */
  of: string;
  /** ISO 8601. */
  on: string;
}

export function isEdit(value: unknown): value is Edit {
  if (!isRecord(value)) return false;
  const { text, of, on } = value;
  return (
    typeof text === "string" && typeof of === "string" && !Number.isNaN(Date.parse(String(on)))
  );
}

/** A place in a lesson. */
export interface Place {
  id: string; // of a section or "exercise-backward"; "": before the first section
  title: string;
  on: string; // ISO 8601
}

/** The entries of a record whose values are places. */
export function placesOf(value: unknown): Record<string, Place> {
  if (!isRecord(value)) return {};
  const places = Object.entries(value).filter(
    (entry): entry is [string, Place] =>
      isRecord(entry[1]) &&
      typeof entry[1].id === "string" &&
      typeof entry[1].title === "string" &&
      !Number.isNaN(Date.parse(String(entry[1].on))),
  );
  return Object.fromEntries(places);
}

/** Tries of an exercise. */
export interface Tries {
  count: number;
  of: string; // fingerprint of the text that was tried last
  /** How many hints were opened before it was passed, the solution included; not known of what was tried before this was kept. */
  hints?: number;
}

/** The entries of a record whose values are tries. */
export function triesOf(value: unknown): Record<string, Tries> {
  if (!isRecord(value)) return {};
  const tries = Object.entries(value).filter(
    (entry): entry is [string, Tries] =>
      isRecord(entry[1]) &&
      Number.isInteger(entry[1].count) &&
      Number(entry[1].count) >= 0 &&
      typeof entry[1].of === "string" &&
      (entry[1].hints === undefined ||
        (Number.isInteger(entry[1].hints) && Number(entry[1].hints) >= 0)),
  );
  return Object.fromEntries(tries);
}

/** The entries of a record whose values are times. */
export function timesOf(value: unknown): Record<string, string> {
  if (!isRecord(value)) return {};
  const times = Object.entries(value).filter(([, on]) => !Number.isNaN(Date.parse(String(on))));
  return Object.fromEntries(times.map(([name, on]) => [name, String(on)]));
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}

/** The times kept under a key. Empty where storage is blocked. */
export function readTimes(key: string): Record<string, string> {
  try {
    return timesOf(parse(localStorage.getItem(key)));
  } catch {
    return {};
  }
}

/** Notes that something happened now, unless it had before. Where storage is blocked or full, it is not kept. */
export function noteTime(key: string, name: string): void {
  const times = { [name]: new Date().toISOString(), ...readTimes(key) };
  try {
    localStorage.setItem(key, JSON.stringify(times));
  } catch {
    // A mark on the start page is not worth a complaint.
  }
}
