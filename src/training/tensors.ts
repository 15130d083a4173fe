// What a step does to each tensor of a model: how long its gradient is, how far it is moved, and how the values of one that
// the reader has opened are spread, and those of its gradient.

/** Of one tensor, in one step. */
export interface TensorRow {
  name: string;
  gradient: number; // length of its gradient, before clipping
  weight: number; // length of the tensor, before the step
  ratio: number; // length of its update, as a part of that; Infinity for a tensor of zeros that is moved
}

/** How many values are in each of a row of intervals, all of the same width. */
export interface Histogram {
  least: number; // where the first interval begins
  most: number; // where the last one ends; the same where all values are
  counts: number[];
  mean: number;
  rms: number; // the root of the mean of the squares
}

/** One tensor, opened. */
export interface Spread {
  name: string;
  values: Histogram;
  gradient: Histogram | null; // before clipping; null where no step was taken since the run was opened
}

export type Values = Readonly<Record<string, ArrayLike<number>>>;

/**
 * @param before the parameters before the step
 * @param after the same after it
 * @param gradients as clipping left them
 * @param norm of all gradients together before it
 */
export function tensorRows(
  before: Values,
  after: Values,
  gradients: Values,
  norm: number,
): TensorRow[] {
  const names = Object.keys(before);
  const lengths = names.map((name) => distance(gradients[name]));
  const clipped = distance(lengths);
  return names.map((name, i) => {
    const weight = distance(before[name]);
    const update = distance(after[name], before[name]);
    return {
      name,
      gradient: clipped === 0 ? 0 : (lengths[i] * norm) / clipped,
      weight,
      ratio: update === 0 ? 0 : update / weight,
    };
  });
}

/** What all gradients are multiplied by to be as they were before clipping. @param norm of them together, then */
export function unclipped(gradients: Values, norm: number): number {
  const clipped = distance(Object.values(gradients).map((gradient) => distance(gradient)));
  return clipped === 0 ? 1 : norm / clipped;
}

/** @param factor by which the values are multiplied first */
export function histogramOf(values: ArrayLike<number>, factor = 1, intervals = 41): Histogram {
  let [least, most, sum, squares] = [Infinity, -Infinity, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = factor * values[i];
    least = Math.min(least, value);
    most = Math.max(most, value);
    sum += value;
    squares += value * value;
  }
  const [mean, rms] = [sum / values.length, Math.sqrt(squares / values.length)];
  if (least === most) return { least, most, counts: [values.length], mean, rms };
  const counts = new Array<number>(intervals).fill(0);
  for (let i = 0; i < values.length; i++) {
    const at = Math.floor(((factor * values[i] - least) / (most - least)) * intervals);
    counts[Math.min(at, intervals - 1)]++;
  }
  return { least, most, counts, mean, rms };
}

/** The length of the vector from one point to another; without the other, from 0. */
function distance(to: ArrayLike<number>, from?: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < to.length; i++) sum += (to[i] - (from?.[i] ?? 0)) ** 2;
  return Math.sqrt(sum);
}
