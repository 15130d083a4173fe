// What a reader has done can be taken along and brought back, and a file that is none changes nothing.

import { beforeEach, describe, expect, test, vi } from "vitest";
import { keepGuess, readGuess } from "../../src/reader/guesses.ts";
import { isDone, nextPlace } from "../../src/reader/next.ts";
import {
  collectProgress,
  forgetProgress,
  formatProgress,
  mergeProgress,
  noProgress,
  type Progress,
  parseProgress,
  storeProgress,
} from "../../src/reader/progress.ts";
import { noteTime, readTimes } from "../../src/reader/stored.ts";
import { noteHints, noteTry, readTries, unaided } from "../../src/reader/tries.ts";

/** A browser's storage, with room for so many characters. */
class FakeStorage implements Storage {
  #items = new Map<string, string>();
  room: number;
  constructor(room = Number.POSITIVE_INFINITY) {
    this.room = room;
  }
  get length(): number {
    return this.#items.size;
  }
  key(i: number): string | null {
    return [...this.#items.keys()][i] ?? null;
  }
  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    const others = [...this.#items].filter(([name]) => name !== key);
    const taken = others.reduce((sum, [name, held]) => sum + name.length + held.length, 0);
    if (taken + key.length + value.length > this.room) throw new Error("QuotaExceededError");
    this.#items.set(key, value);
  }
  removeItem(key: string): void {
    this.#items.delete(key);
  }
  clear(): void {
    this.#items.clear();
  }
  all(): Record<string, string> {
    return Object.fromEntries(this.#items);
  }
}

const early = "2026-01-02T03:04:05.000Z";
const late = "2026-02-03T04:05:06.000Z";
const progress: Progress = {
  read: { encoder: early },
  passed: { "layernorm/backward": late },
  edits: { "layernorm/backward": { text: "export {}", of: "00c0ffee", on: late } },
  at: { layernorm: { id: "exercise-mend", title: "Find the bug", on: late } },
  guesses: { "layernorm/1a2b3c4d": "0 and 1" },
  tries: { "layernorm/backward": { count: 3, of: "00c0ffee" } },
};

let storage: FakeStorage;
beforeEach(() => {
  storage = new FakeStorage();
  storage.setItem("theme", "dark");
});

test("what is stored is what is collected, and the file holds all of it", () => {
  storeProgress(storage, progress);
  expect(collectProgress(storage)).toEqual(progress);
  expect(parseProgress(formatProgress(collectProgress(storage), late))).toEqual(progress);
  expect(Object.keys(storage.all()).sort()).toEqual([
    "llm.ts/at",
    "llm.ts/cell/layernorm/backward",
    "llm.ts/guess/layernorm/1a2b3c4d",
    "llm.ts/passed",
    "llm.ts/read",
    "llm.ts/tries",
    "theme",
  ]);
});

test("forgetting takes all of it, and nothing else", () => {
  storeProgress(storage, progress);
  storage.setItem("llm.ts/trainer", "kept");
  forgetProgress(storage);
  expect(storage.all()).toEqual({ theme: "dark", "llm.ts/trainer": "kept" });
  expect(collectProgress(storage)).toEqual(noProgress());
});

test("of two, the earlier time of a pass, the later text of a cell, the later place and the more tries are kept", () => {
  const other: Progress = {
    read: { encoder: late, matmul: early },
    passed: { "layernorm/backward": early, "gelu/backward": late },
    edits: {
      "layernorm/backward": { text: "older", of: "0", on: early },
      "gelu/backward": { text: "new", of: "0", on: early },
    },
    at: { layernorm: { id: "", title: "", on: early } },
    guesses: { "gelu/5e6f7a8b": "-0.16" },
    tries: { "layernorm/backward": { count: 2, of: "0" }, "gelu/mend": { count: 1, of: "1" } },
  };
  const merged: Progress = {
    read: { encoder: early, matmul: early },
    passed: { "layernorm/backward": early, "gelu/backward": late },
    edits: { ...other.edits, ...progress.edits },
    at: progress.at,
    guesses: { ...other.guesses, ...progress.guesses },
    tries: { ...other.tries, ...progress.tries },
  };
  expect(mergeProgress(progress, other)).toEqual(merged);
  expect(mergeProgress(other, progress)).toEqual(merged);
});

describe("a file that cannot be used is refused in a sentence", () => {
  test.each([
    ["no JSON", "hello", "does not hold progress"],
    ["a list", "[]", "does not hold progress"],
    ["another JSON file", '{"read": {}}', "does not hold progress"],
    ["a later version", '{"llm.ts progress": 2}', "saved by another version of the site (2"],
    ["a file without its edits", '{"llm.ts progress": 1, "read": {}, "passed": {}}', "is damaged"],
    [
      "an edit without its text",
      '{"llm.ts progress": 1, "read": {}, "passed": {}, "edits": {"a/b": {"of": "0", "on": "2026-01-01"}}}',
      "is damaged",
    ],
    [
      "a guess that is no text",
      '{"llm.ts progress": 1, "read": {}, "passed": {}, "edits": {}, "guesses": {"a/b": 5}}',
      "is damaged",
    ],
  ])("%s", (_, text, says) => {
    expect(() => parseProgress(text)).toThrow(says);
  });
});

test("hints that were opened before a pass are kept, and passes without any are counted in a row", () => {
  vi.stubGlobal("localStorage", storage);
  noteTry("a/one", "x");
  noteTry("a/two", "x");
  noteHints("a/two", 1);
  noteHints("a/two", 3);
  noteHints("a/two", 2); // fewer are open now, after a reload
  noteTry("a/two", "y");
  noteTry("a/three", "x");
  noteHints("a/four", 1); // before the first try
  const tries = JSON.parse(storage.getItem("llm.ts/tries") ?? "{}");
  expect(tries["a/two"]).toMatchObject({ count: 2, hints: 3 });
  expect(tries["a/four"]).toMatchObject({ count: 0, hints: 1 });
  expect(readTries("a/four")).toBe(0);
  const on = (minute: number) => `2026-01-01T00:0${minute}:00.000Z`;
  const passed = { "a/one": on(4), "a/two": on(1), "a/three": on(3), "a/four": on(0) };
  expect(unaided("a/one", passed)).toBe(2); // a/three before it, then a/two with hints
  expect(unaided("a/three", passed)).toBe(1);
  expect(unaided("a/two", passed)).toBe(0);
  expect(unaided("a/unknown", { ...passed, "a/unknown": on(5) })).toBe(0); // from before hints were kept
  expect(unaided("a/one", {})).toBe(1); // storage holds no passes
  vi.unstubAllGlobals();
});

test("a file from before places and tries were kept is read", () => {
  const { at, tries, ...rest } = progress;
  const file = JSON.stringify({ "llm.ts progress": 1, ...rest });
  expect(parseProgress(file)).toEqual({ ...rest, at: {}, tries: {} });
});

test("a try is counted once for each text, and what is no count is not believed", () => {
  vi.stubGlobal("localStorage", storage);
  for (const text of ["a", "a", "b", "b", "a"]) noteTry("layernorm/backward", text);
  noteTry("gelu/mend", "a");
  expect([readTries("layernorm/backward"), readTries("gelu/mend")]).toEqual([3, 1]);
  storage.setItem("llm.ts/tries", '{"a/b": {"count": -1, "of": ""}, "gelu/mend": {"count": "x"}}');
  expect([readTries("a/b"), readTries("gelu/mend")]).toEqual([0, 0]);
  vi.unstubAllGlobals();
});

test("where there is no room, the storage is as it was", () => {
  storeProgress(storage, progress);
  const before = storage.all();
  storage.room = 500;
  const large = {
    ...progress,
    edits: { "gelu/backward": { text: "x".repeat(400), of: "0", on: late } },
  };
  expect(() => storeProgress(storage, large)).toThrow("no room for what the file holds");
  expect(storage.all()).toEqual(before);
});

test("what a browser holds that cannot be read counts as not there", () => {
  storage.setItem("llm.ts/read", "{");
  storage.setItem(
    "llm.ts/passed",
    '{"gelu/backward": "yesterday", "matmul/backward": "2026-01-01"}',
  );
  storage.setItem("llm.ts/cell/gelu/forward", '{"text": 5}');
  const places = {
    gelu: { id: 5, title: "", on: "2026-01-01" },
    matmul: { id: "", title: 5, on: "2026-01-01" },
    softmax: { id: "", title: "", on: "some day" },
    adamw: null,
  };
  storage.setItem("llm.ts/at", JSON.stringify(places));
  expect(collectProgress(storage)).toEqual({
    ...noProgress(),
    passed: { "matmul/backward": "2026-01-01" },
  });
});

test("a file from before there were guesses is as good as any", () => {
  const { guesses: _, ...before } = progress;
  const file = JSON.stringify({ "llm.ts progress": 1, saved: early, ...before });
  expect(parseProgress(file)).toEqual({ ...before, guesses: {} });
});

describe("where to continue", () => {
  const lessons = [
    { slug: "tokens", exercises: ["tokens/batch", "tokens/mend"] },
    { slug: "encoder", exercises: ["encoder/backward"] },
    { slug: "training", exercises: [] },
  ];
  const day = (n: number) => `2026-01-0${n}T00:00:00Z`;
  const edit = (n: number) => ({ text: "", of: "", on: day(n) });
  const at = (id: string, n: number) => ({ id, title: "", on: day(n) });
  const next = (progress: Partial<Progress>) => {
    const place = nextPlace(lessons, { ...noProgress(), ...progress });
    return place && `${place.slug}#${place.id}`;
  };

  test("is nowhere for a reader who has done nothing yet", () => {
    expect(next({})).toBeUndefined();
  });

  test("is the lesson in which something was done last, as long as anything is left to do there", () => {
    expect(next({ passed: { "tokens/batch": day(1) } })).toBe("tokens#exercise-mend");
    expect(next({ read: { tokens: day(2) }, passed: { "encoder/backward": day(3) } })).toBe(
      "encoder#",
    );
    expect(next({ read: { tokens: day(2) }, edits: { "training/own": edit(4) } })).toBe(
      "training#",
    );
    expect(next({ read: { training: day(1), tokens: day(2) } })).toBe("tokens#exercise-batch");
    expect(next({ edits: { "tokens/bytes": edit(1) } })).toBe("tokens#exercise-batch");
  });

  test("is where a lesson was left, in it the exercise after one that is passed, and what is open once it was read", () => {
    const place = { at: { tokens: at("the-file", 5) } };
    expect(next(place)).toBe("tokens#the-file");
    expect(next({ ...place, passed: { "encoder/backward": day(3) } })).toBe("tokens#the-file");
    expect(next({ at: { tokens: at("exercise-mend", 1) } })).toBe("tokens#exercise-mend");
    const onBatch = { at: { tokens: at("exercise-batch", 1) } };
    const batch = { "tokens/batch": day(2) };
    const mend = { "tokens/mend": day(3) };
    expect(next({ ...onBatch, passed: batch })).toBe("tokens#exercise-mend");
    expect(next({ ...onBatch, passed: { ...batch, ...mend } })).toBe("tokens#exercise-batch");
    expect(next({ at: { tokens: at("exercise-mend", 1) }, passed: mend })).toBe(
      "tokens#exercise-batch",
    );
    expect(next({ ...place, read: { tokens: day(6) } })).toBe("tokens#exercise-batch");
    // Onwards from where the reader was, and not back to what was left out before it.
    const three = [{ slug: "tokens", exercises: ["tokens/a", "tokens/b", "tokens/c"] }];
    const onB = { at: { tokens: at("exercise-b", 1) }, passed: { "tokens/b": day(2) } };
    expect(nextPlace(three, { ...noProgress(), ...onB })?.id).toBe("exercise-c");
  });

  test("is the exercise after the one that is passed, before one that was passed over", () => {
    const three = [{ slug: "tokens", exercises: ["tokens/a", "tokens/b", "tokens/c"] }];
    const place = nextPlace(three, {
      ...noProgress(),
      passed: { "tokens/b": day(2) },
      at: { tokens: at("exercise-b", 1) },
    });
    expect(place).toEqual({ slug: "tokens", id: "exercise-c" });
  });

  test("is the next lesson that is not done, from its beginning, where the last one is done", () => {
    const passed = { "tokens/batch": day(1), "tokens/mend": day(2) };
    const place = { tokens: at("what-to-take-away", 4) };
    expect(next({ read: { tokens: day(3) }, passed, at: place })).toBe("encoder#");
    const both = { ...passed, "encoder/backward": day(4) };
    expect(next({ read: { encoder: day(1), tokens: day(5) }, passed: both })).toBe("training#");
  });

  test("is what was left out, where the end of the course is reached, and nowhere where all is done", () => {
    const passed = { "tokens/batch": day(1), "encoder/backward": day(2) };
    const read = { tokens: day(3), encoder: day(4), training: day(5) };
    expect(next({ read, passed })).toBe("tokens#exercise-mend");
    const all = { ...noProgress(), read, passed: { ...passed, "tokens/mend": day(6) } };
    expect(nextPlace(lessons, all)).toBeUndefined();
    expect(lessons.filter((lesson) => isDone(lesson, all))).toEqual(lessons);
  });

  test("is never an exercise that can be left out, and a lesson is done without it", () => {
    const three = [
      { slug: "a", exercises: ["a/one", "a/two", "a/three"], optional: ["a/two"] },
      { slug: "b", exercises: ["b/one"] },
    ];
    const passed = { "a/one": day(1) };
    const on = (at: Progress["at"], more: Partial<Progress>) =>
      nextPlace(three, { ...noProgress(), at, ...more });
    const onOne = { a: at("exercise-one", 1) };
    expect(on(onOne, { passed })).toEqual({ slug: "a", id: "exercise-three" });
    const both = { ...passed, "a/three": day(2) };
    expect(on(onOne, { passed: both, read: { a: day(3) } })).toEqual({ slug: "b", id: "" });
    // But one who is in the middle of it goes on there.
    expect(on({ a: at("exercise-two", 4) }, { passed })).toEqual({ slug: "a", id: "exercise-two" });
  });

  test("is nowhere where what was done is no part of the course", () => {
    expect(next({ edits: { "elsewhere/cell": edit(1) } })).toBeUndefined();
  });
});

test("a guess is read as it was kept, under its question, and is no part of a page without storage", () => {
  vi.stubGlobal("localStorage", storage);
  try {
    keepGuess("gelu/1a2b3c4d", "-0.16");
    expect(readGuess("gelu/1a2b3c4d")).toBe("-0.16");
    expect(readGuess("gelu/00000000")).toBeNull();
    expect(collectProgress(storage).guesses).toEqual({ "gelu/1a2b3c4d": "-0.16" });
    storage.room = 0;
    keepGuess("gelu/00000000", "1"); // no room, and no complaint
    expect(readGuess("gelu/00000000")).toBeNull();
    vi.stubGlobal("localStorage", undefined);
    expect(readGuess("gelu/1a2b3c4d")).toBeNull();
  } finally {
    vi.unstubAllGlobals();
  }
});

test("of what happens again the first time is kept, beside the others", () => {
  vi.stubGlobal("localStorage", storage);
  try {
    storage.setItem("llm.ts/read", JSON.stringify({ encoder: early }));
    noteTime("llm.ts/read", "encoder");
    noteTime("llm.ts/read", "gelu");
    expect(readTimes("llm.ts/read")).toEqual({ encoder: early, gelu: expect.any(String) });
    storage.room = 0;
    noteTime("llm.ts/read", "softmax"); // no room, and no complaint
    expect(Object.keys(readTimes("llm.ts/read")).sort()).toEqual(["encoder", "gelu"]);
  } finally {
    vi.unstubAllGlobals();
  }
});
