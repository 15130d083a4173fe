// What a reader guessed before seeing an answer.

import { guessPrefix } from "./stored.ts";

/** What the window hears of when a guess is committed, or shown again. */
export const guessedEvent = "llm.ts guessed";

/** The guess at a question; null where there is none, or storage is blocked. */
export function readGuess(key: string): string | null {
  try {
    return localStorage.getItem(guessPrefix + key);
  } catch {
    return null;
  }
}

/** Keeps a guess. Where storage is blocked or full it is beside the answer until the page is left. */
export function keepGuess(key: string, guess: string): void {
  try {
    localStorage.setItem(guessPrefix + key, guess);
  } catch {
    // A guess is not worth a complaint.
  }
}
