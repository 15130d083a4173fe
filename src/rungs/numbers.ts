// What the rungs of a kernel compute with.

/** Numbers between -size and size, the same in every run. */
export function numbers(length: number, seed: number, size: number): Float32Array {
  const values = new Float32Array(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = size * (state / 2 ** 31 - 1);
  }
  return values;
}

/** Some rows of a table. */
export function take(values: Float32Array, columns: number, rows: readonly number[]): Float32Array {
  const taken = new Float32Array(rows.length * columns);
  for (const [k, row] of rows.entries()) {
    taken.set(values.subarray(row * columns, (row + 1) * columns), k * columns);
  }
  return taken;
}
