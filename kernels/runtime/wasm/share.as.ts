// How a kernel's work is shared out. Every thread calls the kernel with the same arguments and its own number, and does its
// share. No sum is ever split between threads, so any number of threads gives the same bits.

/** The first of `n` things that are the share of a thread; its last is before the first of the next thread. */
export function first(n: i32, thread: i32, threads: i32): i32 {
  return <i32>((<i64>n * thread) / threads);
}

/** The same, where `unit` of them belong together. */
export function firstOf(unit: i32, n: i32, thread: i32, threads: i32): i32 {
  return min(n, unit * first((n + unit - 1) / unit, thread, threads));
}

/** Values in one line of a cache: two threads do not write to the same one. */
export const line = 16;

/** A thread's own memory for what it needs during one call. */
export let scratch: usize = 0;

/** Memory that all threads see, for what is handed from a kernel to its last part. */
export let shared: usize = 0;

/** Called once, when the thread begins. */
export function begin(ownScratch: usize, allShared: usize): void {
  scratch = ownScratch;
  shared = allShared;
}

/** Sets N values to 0. */
export function zero(at: usize, N: i32, thread: i32, threads: i32): void {
  const from = firstOf(line, N, thread, threads);
  const to = firstOf(line, N, thread + 1, threads);
  memory.fill(at + <usize>from * 4, 0, <usize>(to - from) * 4);
}
