// Names beside points or curves that are close to each other.

/**
 * Moves values that are closer than `gap` apart: the higher first, each down as far as it must; and those that are below
 * `least` then up again, with what is above them.
 */
export function spread(
  values: readonly number[],
  gap: number,
  least = Number.NEGATIVE_INFINITY,
): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[b] - values[a]);
  const placed = [...values];
  for (let k = 1; k < order.length; k++) {
    placed[order[k]] = Math.min(placed[order[k]], placed[order[k - 1]] - gap);
  }
  for (let k = order.length - 1, floor = least; k >= 0; k--, floor += gap) {
    placed[order[k]] = Math.max(placed[order[k]], floor);
  }
  return placed;
}
