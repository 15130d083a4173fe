// The tokenizer of the texts that are trained on, for figures. With its vocabulary it takes half a megabyte: a figure
// imports it when it is drawn.

import ranks from "gpt-tokenizer/bpeRanks/r50k_base";
import { encode } from "../training/tokenizer.ts";

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
