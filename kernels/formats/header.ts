// The header that all of llm.c's files begin with: 256 int32, little-endian. The first says what kind of file it is, the
// second which version, and what the next few say depends on the kind; the rest are zeros.

import { FormatError } from "./error.ts";

export const headerBytes = 256 * 4;

/** What a file of one kind begins with. */
export interface Kind {
  readonly name: string; // first words of every message
  readonly magic: number;
  readonly versions: readonly number[]; // that can be read
  /** Said after a version that cannot: which could, and what to do. */
  readonly otherVersion: string;
}

/** The files of llm.c by their magic numbers. */
const known: Readonly<Record<number, string>> = {
  20240326: "a model of llm.c",
  20240327: "a debug state of llm.c",
  20240328: "llm.c's tokenizer",
  20240520: "a token file of llm.c",
  20240527: "llm.c's state of an optimizer",
  20240801: "a token file of llm.c for Llama 3",
  20240803: "a Llama 3 of llm.c",
};

/** What a file of llm.c is, by the first integer of its header; undefined if it is none. */
export function nameOfMagic(magic: number): string | undefined {
  return known[magic];
}

/**
 * Reads the header of a file.
 *
 * @param bytes its beginning: the header at least, or the whole file if that is shorter
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
    const is = nameOfMagic(at(0)) ?? "another kind of file";
    throw new FormatError(
      `${kind.name}: the magic number is ${at(0)}, expected ${kind.magic}: this is ${is}`,
    );
  }
  if (!kind.versions.includes(at(1))) {
    throw new FormatError(
      `${kind.name}: the version is ${at(1)}, expected ${kind.versions.join(" or ")}: ${kind.otherVersion}`,
    );
  }
  return at;
}

/** Writes the header: magic number, version, then the values given. */
export function writeHeader(
  bytes: Uint8Array,
  { magic }: Kind,
  version: number,
  values: readonly number[],
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  [magic, version, ...values].forEach((value, place) => {
    view.setInt32(4 * place, value, true);
  });
}

/**
 * Checks that a file is as long as its header says.
 *
 * @param size bytes in the file
 * @param promised what the header says, in words
 * @throws FormatError if it is not
 */
export function checkLength(size: number, kind: Kind, expected: number, promised: string): void {
  if (size === expected) return;
  const fault = size < expected ? "truncated" : `too long by ${size - expected}`;
  throw new FormatError(
    `${kind.name}: the header promises ${promised}, ${expected} bytes in all, but the file has ${size}: it is ${fault}`,
  );
}
