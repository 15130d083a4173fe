// Which exercises a reader has passed.

import { noteTime, passedKey, readTimes } from "./stored.ts";

/** The exercises passed so far: name to time. */
export const readPassed = (): Record<string, string> => readTimes(passedKey);

/** What the window hears of when an exercise is passed; its detail is the exercise. */
export const passedEvent = "llm.ts passed";

/** Notes that an exercise is passed. */
export function markPassed(exercise: string): void {
  noteTime(passedKey, exercise);
  dispatchEvent(new CustomEvent(passedEvent, { detail: exercise }));
}
