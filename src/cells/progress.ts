// Which exercises a reader has passed, kept in this browser under "llm.ts/passed": a JSON object from the exercise
// ("layernorm/backward") to the time of the first pass, ISO 8601.

const key = "llm.ts/passed";

/** Dispatched on the document when an exercise is passed, each time; `detail` is its name. */
export const passedEvent = "llm.ts:passed";

/** The exercises passed so far: name to time. Empty where storage is blocked. */
export function readPassed(): Record<string, string> {
  try {
    const passed: unknown = JSON.parse(localStorage.getItem(key) ?? "{}");
    if (typeof passed !== "object" || passed === null || Array.isArray(passed)) return {};
    return Object.fromEntries(
      Object.entries(passed).filter(([, on]) => !Number.isNaN(Date.parse(String(on)))),
    );
  } catch {
    return {};
  }
}

/** Notes that an exercise is passed. Where storage is blocked or full, only this page knows. */
export function markPassed(exercise: string): void {
  const passed = readPassed();
  passed[exercise] ??= new Date().toISOString();
  try {
    localStorage.setItem(key, JSON.stringify(passed));
  } catch {
    // A mark on the start page is not worth a complaint.
  }
  document.dispatchEvent(new CustomEvent(passedEvent, { detail: exercise }));
}
