// The sentence that goes with a reader from lesson to lesson, and which model reads it.

import { isRecord, parse } from "./stored.ts";

const key = "llm.ts/sentence";

export interface Kept {
  sentence: string;
  model: "course" | "yours";
}

/** null where none is kept, or none that can be read. */
export function readSentence(): Kept | null {
  try {
    const kept = parse(localStorage.getItem(key));
    if (!isRecord(kept) || typeof kept.sentence !== "string") return null;
    return { sentence: kept.sentence, model: kept.model === "yours" ? "yours" : "course" };
  } catch {
    return null; // storage is blocked
  }
}

/** Where storage is blocked or full, it is not kept: the figures begin with their own sentence then. */
export function keepSentence(kept: Kept): void {
  try {
    localStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // A sentence is quickly written again.
  }
}
