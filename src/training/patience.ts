// When a run is to pause because it does not get better any more.

import type { ValidationRow } from "./history.ts";

/** The validation with the lowest loss, the first of them. */
export function bestOf(validations: readonly ValidationRow[]): ValidationRow | undefined {
  let best: ValidationRow | undefined;
  for (const row of validations) if (!best || row.loss < best.loss) best = row;
  return best;
}

/**
 * Whether patience is at an end: so many validations have gone by since the best one, or twice as many, and so on. It depends
 * on the history alone, so that a run which is resumed pauses where one that went through does.
 *
 * @param patience validations; 0: there is no end to it
 */
export function isOver(validations: readonly ValidationRow[], patience: number): boolean {
  const best = bestOf(validations);
  if (!best || patience === 0) return false;
  const since = validations.length - 1 - validations.indexOf(best);
  return since > 0 && since % patience === 0;
}
