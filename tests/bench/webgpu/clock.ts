// The clock that the benchmark goes by.

declare global {
  interface Window {
    /** Given by the script where it is to be the processor's time. */
    processorSeconds?(): Promise<number>;
  }
}

/** Seconds since some moment: on the wall's clock, or of the processor's time that the browser's GPU process has taken. */
export async function now(): Promise<number> {
  return window.processorSeconds ? window.processorSeconds() : performance.now() / 1000;
}
