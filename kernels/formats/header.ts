// The header that all of llm.c's files begin with: 256 int32, little-endian. The first says what kind of file it is, the
// second which version, and what the next few say depends on the kind; the rest are zeros.

import { FormatError } from "./error.ts";

export const headerBytes = 256 * 4;

/** What a file of one kind begins with. */
export interface Kind {
  readonly name: string; // first words of every message
  readonly magic: number;
  readonly version: number;
}

/**
 * Reads the header of a file.
 *
 * @returns a function that gives the header's integer with a given place, from 0 to 255
 * @throws FormatError if the file is too short for a header, of another kind, or of another version
 */
export function readHeader(bytes: Uint8Array, kind: Kind): (place: number) => number {
  if (bytes.length < headerBytes) {
    throw new FormatError(
      `${kind.name}: the file has ${bytes.length} bytes, too few for its header of ${headerBytes}: it is truncated or another kind of file`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  const at = (place: number) => view.getInt32(4 * place, true);
  if (at(0) !== kind.magic) {
    throw new FormatError(
      `${kind.name}: the magic number is ${at(0)}, expected ${kind.magic}: this is another kind of file`,
    );
  }
  if (at(1) !== kind.version) {
    throw new FormatError(
      `${kind.name}: the version is ${at(1)}, expected ${kind.version}: write the file again in that version`,
    );
  }
  return at;
}

/** Writes the header: magic number, version, then the values given. */
export function writeHeader(bytes: Uint8Array, kind: Kind, values: readonly number[]): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  [kind.magic, kind.version, ...values].forEach((value, place) => {
    view.setInt32(4 * place, value, true);
  });
}

/**
 * Checks that a file is as long as its header says.
 *
 * @param promised what the header says, in words
 * @throws FormatError if it is not
 */
export function checkLength(
  bytes: Uint8Array,
  kind: Kind,
  expected: number,
  promised: string,
): void {
  if (bytes.length === expected) return;
  const fault = bytes.length < expected ? "truncated" : "too long";
  throw new FormatError(
    `${kind.name}: the header promises ${promised}, ${expected} bytes in all, but the file has ${bytes.length}: it is ${fault}`,
  );
}
