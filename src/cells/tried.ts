/** What the window hears of when an exercise was tried and not passed; its detail is the exercise. */
export const triedEvent = "llm.ts tried";
