// Which samples of a run are kept: enough to see how its writing changes, from the first to the last.

import type { Sample } from "./progress.ts";

/**
 * At most so many of them, spread over the run: where there are more, those go that are nearest to their neighbours. The first
 * and the last stay.
 *
 * @param samples in the order in which they were drawn
 * @param most two or more
 */
export function spreadSamples(samples: readonly Sample[], most: number): Sample[] {
  const kept = [...samples];
  while (kept.length > most) {
    let nearest = 1;
    for (let i = 2; i < kept.length - 1; i++) if (room(kept, i) < room(kept, nearest)) nearest = i;
    kept.splice(nearest, 1);
  }
  return kept;
}

/** Steps between the neighbours of a sample. */
const room = (samples: readonly Sample[], i: number): number =>
  samples[i + 1].step - samples[i - 1].step;
