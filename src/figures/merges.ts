// A text after each of GPT-2's merges. With the tokenizer it takes half a megabyte: a figure imports it when the reader writes.

import { encode } from "../training/tokenizer.ts";
import { bytesOf, narrowTokens } from "../training/vocabulary.ts";

/** A token; bytes are tokens too. */
export interface Piece {
  id: number;
  text: string;
  bytes: number;
}

/**
 * The pieces of a text after 0, 1, 2 and more merges of GPT-2's.
 *
 * @param most bytes; what is beyond them is left out
 */
export function stagesOf(text: string, most: number): Piece[][] {
  const whole = encode(fitting(text, most));
  const stages: ArrayLike<number>[] = [whole];
  // Without its last merge, and without the one before that, down to the bytes.
  for (;;) {
    const last = Math.max(...Array.from(stages[0]));
    if (last < 256) break;
    stages.unshift(narrowTokens(whole, last + 1));
  }
  return stages.map((ids) =>
    Array.from(ids, (id) => {
      const bytes = Uint8Array.from(bytesOf(id));
      return { id, text: read(bytes), bytes: bytes.length };
    }),
  );
}

/** As many whole characters of a text as fit into so many bytes. */
function fitting(text: string, most: number): string {
  const characters = Array.from(text);
  while (new TextEncoder().encode(characters.join("")).length > most) characters.pop();
  return characters.join("");
}

/** Characters; where they are not whole, bytes. */
function read(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Array.from(bytes, (each) => each.toString(16).toUpperCase()).join(" ");
  }
}
