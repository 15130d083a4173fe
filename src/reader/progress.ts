// All that the site keeps of a reader's way through the course, as one value: to show it, save it to a file, take it from
// one, or forget it.

import {
  atKey,
  type Edit,
  editPrefix,
  guessPrefix,
  isEdit,
  isRecord,
  type Place,
  parse,
  passedKey,
  placesOf,
  readKey,
  type Tries,
  timesOf,
  triesKey,
  triesOf,
} from "./stored.ts";

export interface Progress {
  read: Record<string, string>; // lesson: when its end was reached, ISO 8601
  passed: Record<string, string>; // exercise, "layernorm/backward": when it was first passed
  edits: Record<string, Edit>; // cell, "layernorm/backward": the reader's text
  at: Record<string, Place>; // lesson: where in it they were last
  guesses: Record<string, string>; // question of a lesson: what the reader guessed
  tries: Record<string, Tries>; // exercise: how often it was tried
}

export const noProgress = (): Progress => ({
  read: {},
  passed: {},
  edits: {},
  at: {},
  guesses: {},
  tries: {},
});

const version = 1;

/** What a storage holds. Anything in it that cannot be read counts as not there. */
export function collectProgress(storage: Storage): Progress {
  const edits: Progress["edits"] = {};
  const guesses: Progress["guesses"] = {};
  for (let i = 0; i < storage.length; i++) {
    const key = storage.key(i) ?? "";
    if (key.startsWith(guessPrefix)) {
      guesses[key.slice(guessPrefix.length)] = storage.getItem(key) ?? "";
    }
    if (!key.startsWith(editPrefix)) continue;
    const edit = parse(storage.getItem(key));
    if (isEdit(edit)) edits[key.slice(editPrefix.length)] = edit;
  }
  return {
    read: timesOf(parse(storage.getItem(readKey))),
    passed: timesOf(parse(storage.getItem(passedKey))),
    edits,
    at: placesOf(parse(storage.getItem(atKey))),
    guesses,
    tries: triesOf(parse(storage.getItem(triesKey))),
  };
}

/** The text of a file that holds the progress. */
export function formatProgress(progress: Progress, saved: string): string {
  return `${JSON.stringify({ "llm.ts progress": version, saved, ...progress }, null, 2)}\n`;
}

/**
 * The progress that a file holds.
 *
 * @throws Error with a sentence for the reader, if it is no such file or one of a later version
 */
export function parseProgress(text: string): Progress {
  const file = parse(text);
  const found = isRecord(file) ? file["llm.ts progress"] : undefined;
  if (!isRecord(file) || found === undefined) {
    throw new Error(
      "This file does not hold progress in llm.ts: choose one that was saved on this page.",
    );
  }
  if (found !== version) {
    throw new Error(
      `This file was saved by another version of the site (${String(found)}, expected ${version}): reload the page and try again.`,
    );
  }
  const { read, passed, edits, guesses = {} } = file; // there were none in the first files
  const whole =
    [read, passed, edits, guesses].every(isRecord) &&
    Object.values(edits as object).every(isEdit) &&
    Object.values(guesses as object).every((guess) => typeof guess === "string");
  if (!whole)
    throw new Error("This file is damaged: parts of it are missing. Nothing was changed.");
  return {
    read: timesOf(read),
    passed: timesOf(passed),
    edits: edits as Progress["edits"],
    at: placesOf(file.at), // not in files from before it was kept
    guesses: guesses as Progress["guesses"],
    tries: triesOf(file.tries), // nor are they
  };
}

/** Both together: what either has read or passed, by its earlier time; of two edits of a cell, and of two places, the later; the guesses of both; the more tries. */
export function mergeProgress(a: Progress, b: Progress): Progress {
  return {
    read: earlier(a.read, b.read),
    passed: earlier(a.passed, b.passed),
    edits: later(a.edits, b.edits),
    at: later(a.at, b.at),
    guesses: { ...b.guesses, ...a.guesses },
    tries: more(a.tries, b.tries),
  };
}

/**
 * Puts a progress in the place of what a storage holds.
 *
 * @throws Error with a sentence for the reader if it does not fit; the storage is then as it was
 */
export function storeProgress(storage: Storage, progress: Progress): void {
  const before = ownItems(storage);
  try {
    forgetProgress(storage);
    storage.setItem(readKey, JSON.stringify(progress.read));
    storage.setItem(passedKey, JSON.stringify(progress.passed));
    storage.setItem(atKey, JSON.stringify(progress.at));
    storage.setItem(triesKey, JSON.stringify(progress.tries));
    for (const [cell, edit] of Object.entries(progress.edits)) {
      storage.setItem(editPrefix + cell, JSON.stringify(edit));
    }
    for (const [question, guess] of Object.entries(progress.guesses)) {
      storage.setItem(guessPrefix + question, guess);
    }
  } catch {
    forgetProgress(storage);
    for (const [key, value] of before) storage.setItem(key, value);
    throw new Error(
      "This browser has no room for what the file holds, or lets the site store nothing. Nothing was changed.",
    );
  }
}

/** Takes all progress out of a storage, and nothing else: the theme stays, and so does what was trained. */
export function forgetProgress(storage: Storage): void {
  for (const [key] of ownItems(storage)) storage.removeItem(key);
}

function ownItems(storage: Storage): [string, string][] {
  const keys = Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? "");
  const own = keys.filter(
    (key) =>
      [readKey, passedKey, atKey, triesKey].includes(key) ||
      [editPrefix, guessPrefix].some((prefix) => key.startsWith(prefix)),
  );
  return own.map((key) => [key, storage.getItem(key) ?? ""]);
}

function earlier(a: Record<string, string>, b: Record<string, string>): Record<string, string> {
  const both = { ...a };
  for (const [name, on] of Object.entries(b)) {
    if (!both[name] || Date.parse(on) < Date.parse(both[name])) both[name] = on;
  }
  return both;
}

function later<Kept extends { on: string }>(
  a: Record<string, Kept>,
  b: Record<string, Kept>,
): Record<string, Kept> {
  const both = { ...a };
  for (const [name, kept] of Object.entries(b)) {
    if (!both[name] || Date.parse(kept.on) > Date.parse(both[name].on)) both[name] = kept;
  }
  return both;
}

function more(a: Record<string, Tries>, b: Record<string, Tries>): Record<string, Tries> {
  const both = { ...a };
  for (const [name, tries] of Object.entries(b)) {
    if (!both[name] || tries.count > both[name].count) both[name] = tries;
  }
  return both;
}
