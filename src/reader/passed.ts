// Which exercises a reader has passed.

import { noteTime, passedKey, readTimes } from "./stored.ts";

/** The exercises passed so far: name to time. */
export const readPassed = (): Record<string, string> => readTimes(passedKey);

/** Notes that an exercise is passed. */
export const markPassed = (exercise: string): void => noteTime(passedKey, exercise);
