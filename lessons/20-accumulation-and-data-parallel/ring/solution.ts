/** One step of a reduce-scatter: every machine sends one chunk to the next, which adds it to its own. */
export function ringStep(
  grads: Float32Array, // (machines, N), changed: row r is the gradient on machine r
  step: number, // from 0 to machines - 2
  machines: number,
  N: number, // numbers in a gradient, a multiple of machines
): void {
  const length = N / machines; // of a chunk
  for (let from = 0; from < machines; from++) {
    const to = (from + 1) % machines;
    const chunk = (from - step + machines) % machines; // in the step before, this one arrived
    for (let i = chunk * length; i < (chunk + 1) * length; i++) {
      grads[to * N + i] += grads[from * N + i];
    }
  }
}
