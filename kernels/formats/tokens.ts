// llm.c's token file: a header of 256 int32 (magic number, version, number of tokens, then zeros), then the tokens as
// uint16, all little-endian. Source: https://github.com/karpathy/llm.c, dev/data/data_common.py, `write_datafile`.

import { FormatError } from "./error.ts";

const magic = 20240520;
const version = 1;
const headerBytes = 256 * 4;

/**
 * Reads a whole token file.
 *
 * @returns a copy of the tokens
 * @throws FormatError if the file is of another kind or version, or is shorter or longer than its header says
 */
export function readTokens(bytes: Uint8Array): Uint16Array<ArrayBuffer> {
  if (bytes.length < headerBytes) {
    throw new FormatError(
      `token file: the file has ${bytes.length} bytes, too few for its header of ${headerBytes}: it is truncated or another kind of file`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  expectHeader("magic number", view.getInt32(0, true), magic);
  expectHeader("version", view.getInt32(4, true), version);
  const count = view.getInt32(8, true);
  const expected = headerBytes + 2 * count;
  if (count < 0 || bytes.length !== expected) {
    const fault = count < 0 ? "damaged" : bytes.length < expected ? "truncated" : "too long";
    throw new FormatError(
      `token file: the header promises ${count} tokens, ${expected} bytes in all, but the file has ${bytes.length}: it is ${fault}`,
    );
  }
  return Uint16Array.from({ length: count }, (_, i) => view.getUint16(headerBytes + 2 * i, true));
}

/**
 * Writes a token file.
 *
 * @param tokens ids from 0 to 65,535
 * @throws RangeError naming the first id that is not in this range
 */
export function writeTokens(tokens: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headerBytes + 2 * tokens.length);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, magic, true);
  view.setInt32(4, version, true);
  view.setInt32(8, tokens.length, true);
  for (let i = 0; i < tokens.length; i++) {
    if (!Number.isInteger(tokens[i]) || tokens[i] < 0 || tokens[i] > 65_535) {
      throw new RangeError(
        `writeTokens: tokens[${i}] is ${tokens[i]}, expected an integer from 0 to 65535`,
      );
    }
    view.setUint16(headerBytes + 2 * i, tokens[i], true);
  }
  return bytes;
}

function expectHeader(what: string, actual: number, expected: number): void {
  if (actual !== expected) {
    throw new FormatError(
      `token file: the ${what} is ${actual}, expected ${expected}: this is another kind of file`,
    );
  }
}
