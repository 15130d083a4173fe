// How samples are drawn, as the reader chose it last: kept in this browser, so that a reload finds the prompt again.

import { checkSampling, type Sampling } from "../../training/settings.ts";

const key = "llm.ts sampling";

/** What was kept; null where there is nothing that could be used. */
export function readKept(): Sampling | null {
  try {
    return checkSampling(JSON.parse(localStorage.getItem(key) ?? "null"));
  } catch {
    return null;
  }
}

export function keep(sampling: Sampling): void {
  try {
    localStorage.setItem(key, JSON.stringify(sampling));
  } catch {
    // No storage, or none left: the next visit begins with the usual prompt.
  }
}
