// llm.c's token file: a header whose third integer is the number of tokens, then the tokens as uint16, little-endian.
// Source: https://github.com/karpathy/llm.c, dev/data/data_common.py, `write_datafile`.

import { FormatError } from "./error.ts";
import { checkLength, headerBytes, type Kind, readHeader, writeHeader } from "./header.ts";

const kind: Kind = {
  name: "token file",
  magic: 20240520,
  versions: [1],
  otherVersion: "write the file again with llm.c's dev/data, or with npm run data",
};

/**
 * Reads a whole token file.
 *
 * @returns a copy of the tokens
 * @throws FormatError if the file is of another kind or version, or is shorter or longer than
 *   its header says
 */
export function readTokens(bytes: Uint8Array): Uint16Array<ArrayBuffer> {
  const count = readHeader(bytes, kind)(2);
  if (count < 0) {
    throw new FormatError(`token file: the header promises ${count} tokens: it is damaged`);
  }
  checkLength(bytes.length, kind, headerBytes + 2 * count, `${count} tokens`);
  const view = new DataView(bytes.buffer, bytes.byteOffset + headerBytes, 2 * count);
  return Uint16Array.from({ length: count }, (_, i) => view.getUint16(2 * i, true));
}

/**
 * Writes a token file.
 *
 * @param tokens ids from 0 to 65,535
 * @throws RangeError naming the first id that is not in this range
 */
export function writeTokens(tokens: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headerBytes + 2 * tokens.length);
  writeHeader(bytes, kind, 1, [tokens.length]);
  const view = new DataView(bytes.buffer, headerBytes);
  for (let i = 0; i < tokens.length; i++) {
    if (!Number.isInteger(tokens[i]) || tokens[i] < 0 || tokens[i] > 65_535) {
      throw new RangeError(
        `writeTokens: tokens[${i}] is ${tokens[i]}, expected an integer from 0 to 65535`,
      );
    }
    view.setUint16(2 * i, tokens[i], true);
  }
  return bytes;
}
