let asked: Promise<boolean> | undefined;

/**
 * Asks the browser, once, to keep what this site has stored until the reader deletes it: what is stored otherwise may go
 * when the disk runs low. Some browsers ask the reader.
 *
 * @returns whether it does
 */
export function keepStorage(): Promise<boolean> {
  asked ??= navigator.storage?.persist?.().catch(() => false) ?? Promise.resolve(false);
  return asked;
}
