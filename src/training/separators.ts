// The border between two texts, as text files spell it. By itself, so that a page can count it without the tokenizer.

export const endOfTextMarker = "<|endoftext|>";

/** How often a text says <|endoftext|>. */
export function countSeparators(text: string): number {
  return text.split(endOfTextMarker).length - 1;
}
