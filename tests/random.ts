/** Test data: `length` numbers spread over mean +- scale, the same for the same seed. */
export function random(length: number, seed: number, scale = 1, mean = 0): Float32Array {
  let state = (seed * 2654435761) >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return mean + scale * (state / 2 ** 31 - 1);
  });
}

/** Test data: token ids from 0 to V - 1, the same for the same seed. */
export function randomIds(length: number, seed: number, V: number): Int32Array {
  return Int32Array.from(random(length, seed, 0.5, 0.5), (u) => Math.min(Math.floor(u * V), V - 1));
}
