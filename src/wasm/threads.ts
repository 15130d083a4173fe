// How many threads a page may compute on.

/** With why, as the rest of a sentence. */
export function threadsHere(): { threads: number; why: string } {
  if (!globalThis.crossOriginIsolated) {
    return {
      threads: 1,
      why: "since this page was served without the headers that let threads share memory",
    };
  }
  const threads = navigator.hardwareConcurrency || 1;
  return { threads, why: "as many as the browser says that it has" };
}
