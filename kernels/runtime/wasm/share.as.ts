// How a kernel's work is shared out. A call is cut into parts, and any thread may do any of them: the kernel is called with
// the same arguments and the number of the part. No sum is split between parts, so any number of parts, and of threads, gives the
// same bits.

/** The first of `n` things that are in a part; its last is before the first of the next part. */
export function first(n: i32, part: i32, parts: i32): i32 {
  return <i32>((<i64>n * part) / parts);
}

/** The same, where `unit` of them belong together. */
export function firstOf(unit: i32, n: i32, part: i32, parts: i32): i32 {
  return min(n, unit * first((n + unit - 1) / unit, part, parts));
}

/** Values in one line of a cache: two threads do not write to the same one. */
export const line = 16;

/** A thread's own memory for what it needs while it does a part. */
export let scratch: usize = 0;

/** Memory that all threads see, for what is handed from a kernel's parts to what comes after them. */
export let shared: usize = 0;

/** Called once, when the thread begins. */
export function begin(ownScratch: usize, allShared: usize): void {
  scratch = ownScratch;
  shared = allShared;
}

/** Sets N values to 0. */
export function zero(at: usize, N: i32, part: i32, parts: i32): void {
  const from = firstOf(line, N, part, parts);
  const to = firstOf(line, N, part + 1, parts);
  memory.fill(at + <usize>from * 4, 0, <usize>(to - from) * 4);
}
