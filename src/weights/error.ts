/**
 * Why there are no weights yet.
 *
 * - `network`: no connection, or none that lasts. What has come is kept: download again to go on from there.
 * - `refused`: the server answered, but not with the file. What has come is kept.
 * - `damaged`: what came is not the file. It was thrown away: download again, from the beginning.
 * - `full`: no room. What has come is kept: make room and download again, or discard it.
 * - `busy`, `no storage`: the storage could not be opened.
 */
export type Trouble = "network" | "refused" | "damaged" | "full" | "busy" | "no storage";

/** A fault of a download. The message is one or two whole sentences for the reader: what happened, and what to do. */
export class DownloadError extends Error {
  override name = "DownloadError";
  readonly trouble: Trouble;

  constructor(trouble: Trouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.trouble = trouble;
  }
}
