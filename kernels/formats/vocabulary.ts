// The tokens of a byte-level byte-pair encoding, as files spell them: each of the 256 bytes has a character of its own that
// can be seen, so that a token is a string whatever its bytes are. A blank is Ġ, a new line Ċ.

export interface Vocabulary {
  readonly tokens: readonly string[]; // by id
  readonly merges: readonly string[]; // two tokens and a blank between them; the earliest first
  readonly end: number; // id of <|endoftext|>
}

const visible = (byte: number) =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;

/** The characters of the bytes 0 to 255. Source: https://github.com/openai/gpt-2, src/encoder.py, `bytes_to_unicode`. */
const characters: readonly string[] = (() => {
  let next = 256; // for the bytes that cannot be seen
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCodePoint(visible(byte) ? byte : next++),
  );
})();

/** How the bytes of a token are spelt. */
export function spell(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => characters[byte]).join("");
}

/** The bytes of a token that is so spelt. A character that stands for no byte is taken as it is, in UTF-8. */
export function unspell(token: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (const character of token) {
    const byte = byteOf.get(character);
    if (byte === undefined) bytes.push(...new TextEncoder().encode(character));
    else bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

const byteOf: ReadonlyMap<string, number> = new Map(
  characters.map((character, byte) => [character, byte]),
);
