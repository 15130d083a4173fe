/** A file that is not what it should be. The message says what is wrong with it. */
export class FormatError extends Error {
  override name = "FormatError";
}
