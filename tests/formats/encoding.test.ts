import { describe, expect, test } from "vitest";
import { encodeText, readText, splitTokens, TextError } from "../../src/training/encoding.ts";
import { countSeparators } from "../../src/training/separators.ts";
import { endOfText } from "../../src/training/tokenizer.ts";
import { decodeTokens, gpt2V } from "../../src/training/vocabulary.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

describe("encoding a text", () => {
  test("the beginning of Tiny Shakespeare has the ids of GPT-2", () => {
    const text =
      "First Citizen:\nBefore we proceed any further, hear me speak.\n\nAll:\nSpeak, speak.";
    const first = [5962, 22307, 25, 198, 8421, 356, 5120, 597, 2252, 11, 3285, 502, 2740, 13, 628];
    const second = [3237, 25, 198, 5248, 461, 11, 2740, 13];
    expect([...encodeText(text)]).toEqual([endOfText, ...first, endOfText, ...second]);
  });

  test.each<[string, number[]]>([
    ["a", [50256, 64]],
    ["Hello world", [50256, 15496, 995]],
    ["a\n\n", [50256, 64, 628, 50256]], // the section after the blank line is empty
    ["a\n\nb", [50256, 64, 628, 50256, 65]],
    ["a\n\n\nb", [50256, 64, 628, 50256, 198, 65]],
    ["a\n\n\n\nb", [50256, 64, 628, 50256, 628, 50256, 65]],
    ["a\nb", [50256, 64, 198, 65]],
  ])("%j becomes %j: each section begins with <|endoftext|>", (text, ids) => {
    expect([...encodeText(text)]).toEqual(ids);
  });

  test("a text that writes <|endoftext|> out is encoded as those letters", () => {
    const ids = [...encodeText("a<|endoftext|>b")];
    expect(ids.filter((id) => id === endOfText)).toEqual([endOfText]);
    expect(decodeTokens(ids.slice(1), gpt2V)).toBe("a<|endoftext|>b");
  });

  test.each([
    "Naïve café, “quoted” — 3.14 € 😀 漢字 \u0000x".replace("\u0000", ""),
    "tabs\tand   spaces  \n and don't, we'll, I'VE 1234567 ___",
    "مرحبا Здравствуй नमस्ते",
  ])("%j: decoding gives the text back", (text) => {
    expect(decodeTokens(encodeText(text).subarray(1), gpt2V)).toBe(text);
    expect(encodeText(utf8(text))).toEqual(encodeText(text));
  });

  // By tiktoken 0.14.0 with GPT-2's merges, whose white space is Unicode's White_Space: the text is "a", a space, the
  // character, "b"; then the character twice, a space, a line's end, the character, "b", a space, the character.
  test.each<[string, number[], number[]]>([
    ["\u0085", [220, 126, 227, 65], [126, 227, 126, 227, 220, 198, 126, 227, 65, 1587, 227]],
    [
      "\ufeff",
      [27332, 119, 123, 65],
      [171, 119, 123, 171, 119, 123, 220, 198, 171, 119, 123, 65, 27332, 119, 123],
    ],
    ["\u00a0", [220, 1849, 65], [4603, 220, 198, 1849, 65, 5624]],
    [
      "\u1680",
      [220, 157, 248, 222, 65],
      [157, 248, 222, 157, 248, 222, 220, 198, 157, 248, 222, 65, 28053, 248, 222],
    ],
    [
      "\u180e",
      [28053, 254, 236, 65],
      [157, 254, 236, 157, 254, 236, 220, 198, 157, 254, 236, 65, 28053, 254, 236],
    ],
    ["\u2003", [220, 447, 225, 65], [447, 225, 447, 225, 220, 198, 447, 225, 65, 564, 225]],
    ["\u200b", [20126, 65], [39009, 220, 198, 9525, 65, 20126]],
    ["\u2028", [220, 447, 101, 65], [447, 101, 447, 101, 220, 198, 447, 101, 65, 564, 101]],
    [
      "\u205f",
      [220, 46256, 253, 65],
      [46256, 253, 46256, 253, 220, 198, 46256, 253, 65, 2343, 223, 253],
    ],
    [
      "\u3000",
      [220, 5099, 222, 65],
      [5099, 222, 5099, 222, 220, 198, 5099, 222, 65, 220, 5099, 222],
    ],
    ["\u000b", [220, 199, 65], [199, 199, 220, 198, 199, 65, 220, 199]],
    ["\u001c", [220, 216, 65], [216, 216, 220, 198, 216, 65, 220, 216]],
  ])("%j beside spaces has the ids that tiktoken gives", (character, beside, between) => {
    expect([...encodeText(`a ${character}b`)]).toEqual([endOfText, 64, ...beside]);
    expect([...encodeText(`a${character}${character} \n${character}b ${character}`)]).toEqual([
      endOfText,
      64,
      ...between,
    ]);
  });

  test.each<[string, number[]]>([
    ["a<|endoftext|>b", [endOfText, 64, endOfText, 65]],
    ["<|endoftext|>a<|endoftext|>b<|endoftext|>\n", [endOfText, 64, endOfText, 65]],
    ["a\n<|endoftext|>\nb", [endOfText, 64, 198, endOfText, 198, 65]],
    ["a\n\nb<|endoftext|>a", [endOfText, 64, 198, 198, 65, endOfText, 64]], // a blank line is within a section then
    ["a\n\nb", [endOfText, 64, 628, endOfText, 65]], // and without any separator it is as ever
  ])("%j with its separators read as such", (text, ids) => {
    expect([...encodeText(text, { separators: true })]).toEqual(ids);
  });

  test("separators are counted as they are written, and a text of nothing else is empty", () => {
    expect(countSeparators("a<|endoftext|>b<|endoftext|><|endoftext|>")).toBe(3);
    expect(countSeparators("a<|end|>b <|ENDOFTEXT|>")).toBe(0);
    expect(() => encodeText("<|endoftext|>\n<|endoftext|>", { separators: true })).toThrow(
      "The text is empty.",
    );
  });

  test("progress goes from 0 to 1 and never back", () => {
    const seen: number[] = [];
    encodeText("word word\n\n".repeat(450), { onProgress: (done) => seen.push(done) });
    expect(seen.length).toBe(5);
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  test("Windows line ends and a byte order mark do not reach the tokens", () => {
    const windows = utf8("\uFEFFAll:\r\nSpeak.\r\n\r\nEnd");
    expect(encodeText(windows)).toEqual(encodeText("All:\nSpeak.\n\nEnd"));
  });
});

describe("a text that cannot be used", () => {
  test.each<[string, Uint8Array, string]>([
    ["no bytes", new Uint8Array(), "The text is empty."],
    ["only spaces and line ends", utf8(" \n\n\t "), "The text is empty."],
    ["only a byte order mark", utf8("\uFEFF"), "The text is empty."],
    [
      "Latin-1",
      Uint8Array.of(99, 97, 102, 0xe9),
      "The text is not in UTF-8. Save it as plain text in UTF-8",
    ],
    ["UTF-16 with its mark", Uint8Array.of(0xff, 0xfe, 65, 0), "The text is not in UTF-8."],
    ["UTF-16 without a mark", Uint8Array.of(65, 0, 66, 0), "The file has null characters in it"],
    ["a picture", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a), "The text is not in UTF-8."],
    ["a character that is cut off", utf8("€").subarray(0, 2), "The text is not in UTF-8."],
  ])("%s: refused with what to do", (_, bytes, message) => {
    for (const read of [readText, (text: Uint8Array) => encodeText(text)]) {
      expect(() => read(bytes)).toThrow(TextError);
      expect(() => read(bytes)).toThrow(message);
    }
  });

  test("an empty string is refused too", () => {
    expect(() => encodeText("")).toThrow(TextError);
    expect(() => encodeText("\n\n")).toThrow(TextError);
  });

  test("a word of more than 5,000 characters is refused at once, one of 5,000 is encoded", () => {
    const started = performance.now();
    for (const character of ["a", "7", "-", " ", "漢"]) {
      expect(() => encodeText(`x ${character.repeat(2_000_000)} y`)).toThrow(TextError);
    }
    expect(performance.now() - started).toBeLessThan(5_000); // the merges alone would take hours
    expect(() => encodeText("a".repeat(5_001))).toThrow(
      'The text has 5,001 characters without a break, from "aaaaaaaaaaaaaaaaaaaa" on',
    );
    expect(decodeTokens(encodeText("ab".repeat(2_500)).subarray(1), gpt2V)).toBe(
      "ab".repeat(2_500),
    );
  });
});

describe("splitting a text for training and validation", () => {
  const tokens = (length: number) => Uint16Array.from({ length }, (_, i) => i % 50_000);

  test.each([
    { length: 338_028, val: 32_768 }, // Tiny Shakespeare
    { length: 262_144, val: 32_768 },
    { length: 262_136, val: 32_767 },
    { length: 8_000, val: 1_000 },
    { length: 400, val: 65 }, // an eighth would be less than T + 1
    { length: 130, val: 65 },
  ])("of $length tokens the first $val are for validation", ({ length, val }) => {
    const all = tokens(length);
    const split = splitTokens(all, 64);
    expect(split.val).toEqual(all.subarray(0, val));
    expect(split.train).toEqual(all.subarray(val));
  });

  test("a text that is too short is named, with the numbers and what to do", () => {
    expect(() => splitTokens(tokens(129), 64)).toThrow(TextError);
    expect(() => splitTokens(tokens(129), 64)).toThrow(
      "The text has 129 tokens; windows of T = 64 need at least 130 (65 for training, 65 for validation). Use a longer text, or a smaller T.",
    );
  });
});
