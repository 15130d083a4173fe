// Byte-pair encoding, learned from a short text.

const text = "the cat that sat at the mat had a hat that the other cat ate";
const merges = 12;

// Each word, with the space before it, is a list of tokens. At first these are its bytes, 0 to 255.
const words = (text.match(/ ?\S+/g) ?? []).map(toBytes);
const vocabulary = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
const rules: [number, number, number][] = []; // a and b become id

console.log(`${countTokens()} tokens`);
for (let id = 256; id < 256 + merges; id++) {
  const { a, b, times } = mostFrequentPair();
  if (times < 2) break;
  rules.push([a, b, id]);
  vocabulary.push(vocabulary[a] + vocabulary[b]);
  for (const word of words) merge(word, a, b, id);
  console.log(`${id} is "${vocabulary[id]}": ${times} times; ${countTokens()} tokens left`);
}

// Words that were not in the text: the same merges, in the same order.
for (const word of ["what", " hats", " theatre"]) {
  const tokens = toBytes(word);
  for (const [a, b, id] of rules) merge(tokens, a, b, id);
  console.log(`"${word}" is`, tokens, "or", tokens.map((id) => vocabulary[id]).join("|"));
}

function toBytes(word: string): number[] {
  return Array.from(new TextEncoder().encode(word));
}

function countTokens(): number {
  return words.reduce((sum, word) => sum + word.length, 0);
}

/** The two neighbours that occur most often; among equals, the first in the text. */
function mostFrequentPair(): { a: number; b: number; times: number } {
  const counts = new Map<string, number>();
  let best = { a: 0, b: 0, times: 0 };
  for (const word of words) {
    for (let i = 0; i + 1 < word.length; i++) {
      const key = `${word[i]} ${word[i + 1]}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  for (const [key, times] of counts) {
    const [a, b] = key.split(" ").map(Number);
    if (times > best.times) best = { a, b, times };
  }
  return best;
}

/** Replaces a followed by b with id, from left to right. */
function merge(word: number[], a: number, b: number, id: number): void {
  for (let i = 0; i + 1 < word.length; i++) {
    if (word[i] === a && word[i + 1] === b) word.splice(i, 2, id);
  }
}
