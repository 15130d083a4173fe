import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { encodeText } from "../../src/training/encoding.ts";
import { endOfText } from "../../src/training/tokenizer.ts";
import { decodeWith, tokenizerOf } from "../../src/training/tokenizers.ts";
import { decodeTokens, gpt2V, narrowTokens } from "../../src/training/vocabulary.ts";

// The merges once more, from the other form in which gpt-tokenizer brings them: token id -> its bytes, as Latin-1.
const tokens = readFileSync(
  new URL("../../node_modules/gpt-tokenizer/data/r50k_base.tiktoken", import.meta.url),
  "utf8",
)
  .trim()
  .split("\n")
  .map((line) => Buffer.from(line.split(" ")[0], "base64").toString("latin1"));

const idOf = new Map(tokens.map((bytes, id) => [bytes, id]));

/** BPE of one word with the first merges only, in another way: each merge in its turn, everywhere, from the left. */
function firstMerges(word: string, V: number): number[] {
  const parts = [...Buffer.from(word).toString("latin1")];
  for (let id = 256; id < V - 1; id++) {
    for (let i = 0; i + 1 < parts.length; i++) {
      if (parts[i] + parts[i + 1] === tokens[id]) parts.splice(i, 2, tokens[id]);
    }
  }
  return parts.map((part) => idOf.get(part) as number);
}

/** GPT-2's own rule for where a word ends. Source: https://github.com/openai/gpt-2, src/encoder.py. */
const splitWords = (text: string) =>
  text.match(/'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu) ?? [];

const text = `First Citizen:
Before we proceed any further, hear me speak. You are all resolved rather to die than to famish?
Notwithstanding thy misunderstanding, antidisestablishmentarianism; it's 1234567 o'clock, don't we'll I've   go.
Naïve café, “quoted” — 3.14 € 😀 漢字 Здравствуй नमस्ते ~~~~~~~~ ________ <<<<>>>>
    indented(code) { return x === y && z; } // https://example.org/?q=%20
`;

describe("the narrow vocabulary", () => {
  test.each([257, 258, 300, 512, 1024, 5000, 30_000, gpt2V])(
    "V = %i: ids are in range, and decode to the very text",
    (V) => {
      const narrow = narrowTokens(encodeText(text), V);
      expect(Math.max(...narrow)).toBe(V - 1); // <|endoftext|>
      expect(decodeTokens(narrow, V)).toBe(`<|endoftext|>${text}`);
    },
  );

  test.each([257, 300, 1024, 4000])(
    "V = %i: tokens are those of byte-pair encoding with the first merges alone",
    (V) => {
      const expected = splitWords(text).flatMap((word) => firstMerges(word, V));
      expect([...narrowTokens(encodeText(text), V)]).toEqual([V - 1, ...expected]);
    },
  );

  test("every token of GPT-2 is split as byte-pair encoding with the first merges splits its bytes", () => {
    const V = 1024;
    for (let id = 0; id < 50256; id += 37) {
      const narrow = [...narrowTokens([id], V)];
      expect(narrow.map((part) => tokens[part]).join("")).toBe(tokens[id]);
      const pairs = narrow.slice(1).map((part, i) => tokens[narrow[i]] + tokens[part]);
      const mergeable = pairs.filter((pair) => (idOf.get(pair) ?? V) < V - 1);
      expect(mergeable).toEqual([]); // nothing is left that could be merged
    }
  });

  test("with all of GPT-2's vocabulary the tokens stay as they are", () => {
    const ids = encodeText(text);
    expect(narrowTokens(ids, gpt2V)).toEqual(ids);
  });

  test("the first V - 1 ids and <|endoftext|> are single tokens", () => {
    const ids = Array.from({ length: 1023 }, (_, id) => id);
    expect([...narrowTokens([...ids, endOfText], 1024)]).toEqual([...ids, 1023]);
    const [first, ...rest] = narrowTokens([1023], 1024); // GPT-2's own 1023 is another token, and split
    expect(rest).toHaveLength(1);
    expect(tokens[first] + tokens[rest[0]]).toBe(tokens[1023]);
  });

  test("half a character decodes to the replacement character, and does not reach into the next call", () => {
    const [first] = narrowTokens(encodeText("€").subarray(1), 257);
    expect(decodeTokens([first], 257)).toBe("\uFFFD");
    expect(decodeTokens(narrowTokens([64], 257), 257)).toBe("a");
  });

  test("no ids make no tokens and no text", () => {
    expect(narrowTokens([], 1024)).toEqual(new Uint16Array());
    expect(decodeTokens([], 1024)).toBe("");
  });

  test("400,000 tokens are rewritten in a moment", () => {
    const ids = encodeText(text);
    const many = Uint16Array.from({ length: 400_000 }, (_, i) => ids[i % ids.length]);
    const started = performance.now();
    narrowTokens(many, 1024);
    expect(performance.now() - started).toBeLessThan(3_000); // 0.1 s where nothing else is running
  });

  test.each([256, 0, -1, 1024.5, 50258, Number.NaN])("V = %s is refused", (V) => {
    expect(() => narrowTokens([1], V)).toThrow(
      `narrowTokens: V is ${V}, expected an integer from 257`,
    );
    expect(() => decodeTokens([1], V)).toThrow(
      `decodeTokens: V is ${V}, expected an integer from 257`,
    );
  });

  test("an id out of range is named", () => {
    expect(() => narrowTokens([0, 50257], 1024)).toThrow(
      "narrowTokens: ids[1] is 50257, expected an id from 0 to 50256",
    );
    expect(() => decodeTokens([1024], 1024)).toThrow(
      "decodeTokens: ids[0] is 1024, expected an id from 0 to 1023",
    );
    expect(() => decodeTokens([-1], 1024)).toThrow("decodeTokens: ids[0] is -1");
  });
});

describe("what a model wrote", () => {
  const decodeSample = (ids: number[], V: number) => decodeWith(tokenizerOf(undefined, V), ids);

  test("the token is told from its letters, wherever the two are", () => {
    const letters = [...encodeText("<|endoftext|>").subarray(1)];
    const [a] = encodeText("a").subarray(1);
    const marker = "<|endoftext|>";
    const { text, ends } = decodeSample([endOfText, a, ...letters, endOfText, endOfText, a], gpt2V);
    expect(text).toBe(`${marker}a${marker}${marker}${marker}a`);
    expect(ends).toEqual([0, 27, 40]);
    expect(decodeSample([a, 1023], 1024)).toEqual({ text: `a${marker}`, ends: [1] });
    expect(decodeSample([a, 1023], gpt2V).ends).toEqual([]);
  });

  test("a character that is cut by the end of a text is shown as such on both sides", () => {
    const [first, ...rest] = narrowTokens(encodeText("€").subarray(1), 257);
    const { text, ends } = decodeSample([first, 256, ...rest], 257);
    expect(text).toBe("\ufffd<|endoftext|>\ufffd\ufffd");
    expect(ends).toEqual([1]);
  });
});
