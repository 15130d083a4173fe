// Where each token occurs, for kernels that add up what reaches its row.

import type { Ints } from "../check.ts";

/** All places of ids, those of equal ids next to one another and in their order. */
export function sortPlaces(ids: Ints): Ints {
  return Int32Array.from(ids.keys()).sort((a, b) => ids[a] - ids[b] || a - b);
}
