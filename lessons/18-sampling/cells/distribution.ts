// What may come after "to ", by the counted model.

import { tokens as characters, logitsAfter } from "./counted.ts";

const names: Record<string, string> = { " ": "space", "\n": "line end" };

export const context = "to ";
export const tokens = characters.map((character) => names[character] ?? character);
export const logits = logitsAfter(context);

const likeliest = logits.indexOf(Math.max(...logits));
console.log(`${tokens.length} tokens; the likeliest is "${tokens[likeliest]}"`);
