// One tab at a time may use the store. A Web Lock is let go by the browser itself when the tab that holds it goes away.

const name = "llm.ts checkpoints";

/**
 * Takes the lock.
 *
 * @param patience milliseconds to wait for it: a tab that is being reloaded needs a moment to let go
 * @returns a function that lets it go, or null if another tab holds it
 */
export async function takeLock(patience: number): Promise<(() => void) | null> {
  return new Promise((resolve) => {
    const hold = () => new Promise<void>((release) => resolve(release));
    navigator.locks
      .request(name, { signal: AbortSignal.timeout(patience) }, hold)
      .catch(() => resolve(null));
  });
}
