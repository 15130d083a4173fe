// What is said of a stop of a recorded run.

import { duration, integer } from "../page/numbers.ts";
import type { Stop } from "../training/recording.ts";
import { endOfTextMarker } from "../training/separators.ts";

/** The numbers of a stop, as they are shown. */
export const numbersOf = ({ step, loss, seconds }: Stop) => ({
  step: integer(step),
  loss: loss.toFixed(2),
  time: step === 0 ? "0 s" : duration(seconds),
});

/** The same in one line, for a screen reader. */
export function spoken(stop: Stop): string {
  const { step, loss, time } = numbersOf(stop);
  return `step ${step}, loss ${loss}, after ${time}`;
}

/**
 * What the model wrote, for the eye: a text that ends leaves a line free before the next, and what is no character, as in the
 * random bytes of the first steps, has a sign of its own.
 */
export function writingOf({ text, ends }: Stop): string {
  const parts = [];
  let from = 0;
  for (const end of [...ends, text.length]) {
    parts.push(text.slice(from, end).replace(/(?![\n\t])\p{Cc}/gu, "\uFFFD"));
    from = end + endOfTextMarker.length;
  }
  return parts
    .join("\n\n")
    .replace(/\n{3,}/g, "\n\n")
    .trimEnd();
}
