// GPT-2's vocabulary, whole or its beginning, in the form in which other programs want it: tokens and merges as text.

import type { Vocabulary } from "@llm.ts/kernels/formats/vocabulary.ts";
import { spell } from "@llm.ts/kernels/formats/vocabulary.ts";
import { endOfTextMarker } from "./separators.ts";
import { bytesOf, gpt2V } from "./vocabulary.ts";

/**
 * The vocabulary of a model that this site trains.
 *
 * @param V its size; a model of more than GPT-2's 50,257 has GPT-2's, and rows that stand for nothing
 * @returns undefined if V is under 257: there is then no room for every byte and <|endoftext|>
 */
export function vocabularyOf(V: number): Vocabulary | undefined {
  if (V < 257) return undefined;
  const size = Math.min(V, gpt2V);
  const tokens = Array.from({ length: size - 1 }, (_, id) => spell(bytesOf(id)));
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const merges = tokens.slice(256).map((token, i) => halves(token, 256 + i, ids));
  return { tokens: [...tokens, endOfTextMarker], merges, end: size - 1 };
}

/** The two tokens that a token was merged from: what is left of it if it itself and all later ones are not merged. */
function halves(token: string, id: number, ids: ReadonlyMap<string, number>): string {
  const parts = Array.from(token);
  while (parts.length > 2) {
    let [lowest, where] = [id, -1];
    for (let i = 0; i + 1 < parts.length; i++) {
      const pair = ids.get(parts[i] + parts[i + 1]);
      if (pair !== undefined && pair < lowest) [lowest, where] = [pair, i];
    }
    parts.splice(where, 2, parts[where] + parts[where + 1]);
  }
  return parts.join(" ");
}
