// The tokenizer of the texts that are trained on, for figures. With its vocabulary it takes half a megabyte: a figure
// imports it when it is drawn.

import ranks from "gpt-tokenizer/bpeRanks/r50k_base";
import { encode } from "../training/tokenizer.ts";
import { bytesOf, narrowTokens } from "../training/vocabulary.ts";

/** The tokens of a text, each with its own text, or with its bytes where they are only a part of a character. */
export function tokensOf(text: string): { id: number; text: string }[] {
  return encode(text).map((id) => {
    const entry = ranks[id];
    return { id, text: typeof entry === "string" ? entry : Array.from(entry, writeByte).join("") };
  });
}

/** A byte of ASCII is a character by itself, any other only a part of one. */
function writeByte(byte: number): string {
  return byte < 128 ? String.fromCharCode(byte) : `‹${byte.toString(16).toUpperCase()}›`;
}

/** The tokens of a text, which is not empty, after 0, 1, 2 and more of the merges that it takes. */
export function mergeStages(text: string): { id: number; bytes: Uint8Array }[][] {
  const whole = encode(text);
  const stages: ArrayLike<number>[] = [whole];
  // Without its last merge, and without the one before that, down to the bytes.
  for (;;) {
    const last = Math.max(...Array.from(stages[0]));
    if (last < 256) break;
    stages.unshift(narrowTokens(whole, last + 1));
  }
  return stages.map((ids) =>
    Array.from(ids, (id) => ({ id, bytes: Uint8Array.from(bytesOf(id)) })),
  );
}
