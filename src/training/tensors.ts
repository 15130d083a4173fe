// What a step does to each tensor of a model: how long its gradient is, and how far it is moved.

/** Of one tensor, in one step. */
export interface TensorRow {
  name: string;
  gradient: number; // length of its gradient, before clipping
  weight: number; // length of the tensor, before the step
  ratio: number; // length of its update, as a part of that; Infinity for a tensor of zeros that is moved
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

/** The length of the vector from one point to another; without the other, from 0. */
function distance(to: ArrayLike<number>, from?: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < to.length; i++) sum += (to[i] - (from?.[i] ?? 0)) ** 2;
  return Math.sqrt(sum);
}
