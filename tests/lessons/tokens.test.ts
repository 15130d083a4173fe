// Facts that lesson 2 states in its prose, and that what its cells print is what the prose says of it.

import { readFile } from "node:fs/promises";
import { headerBytes } from "@llm.ts/kernels/formats/header.ts";
import { createLoader } from "@llm.ts/kernels/formats/loader.ts";
import { readTokens, writeTokens } from "@llm.ts/kernels/formats/tokens.ts";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { describe, expect, test } from "vitest";
import { B, inputs, T, targets } from "../../lessons/02-tokens/cells/batch.ts";
import { text as rhyme } from "../../lessons/02-tokens/cells/rhyme.ts";
import { textOf, tokens } from "../../lessons/02-tokens/cells/shakespeare.ts";
import { dealBatch } from "../../lessons/02-tokens/mend/start.ts";
import { tokensOf } from "../../src/figures/tokenizer.ts";
import { encodeText } from "../../src/training/encoding.ts";
import { defaults } from "../../src/training/settings.ts";
import { encode, endOfText } from "../../src/training/tokenizer.ts";
import { decodeTokens, gpt2V, narrowTokens } from "../../src/training/vocabulary.ts";
import { loadReference } from "../reference.ts";
import { english, textOf as lessonText } from "./text.ts";

const lesson = await lessonText("02-tokens");
const data = (name: string) => readFile(new URL(`../../public/data/${name}`, import.meta.url));

const utf8 = (text: string) => [...new TextEncoder().encode(text)];
const piecesOf = (text: string) => encode(text).map((id) => decodeTokens([id], gpt2V));

describe("the tokeniser", () => {
  test("GPT-2's vocabulary is 256 bytes, 50,000 merges and <|endoftext|>, the last", () => {
    expect(256 + 50_000 + 1).toBe(gpt2V);
    expect(endOfText).toBe(gpt2V - 1);
    expect(gpt2V).toBeLessThan(2 ** 16);
    expect("<|endoftext|>").toHaveLength(13);
    expect([...encodeText("<|endoftext|>").subarray(1)]).not.toContain(endOfText);
  });

  test("é takes two bytes, 195 and 169, 漢 three, 😀 four, and English letters one", () => {
    expect(utf8("é")).toEqual([195, 169]);
    expect(utf8("漢")).toHaveLength(3);
    expect(utf8("😀")).toHaveLength(4);
    expect(utf8("Shakespeare")).toHaveLength(11);
  });

  test.each([
    ["The cat sat", ["The", " cat", " sat"]],
    ["hello", ["hello"]],
    [" hello", [" hello"]],
    ["HELLO", ["HE", "LL", "O"]],
    ["12345", ["123", "45"]],
    ["!", ["!"]],
  ])("%j is %j", (text, pieces) => {
    expect(piecesOf(text)).toEqual(pieces);
  });

  test("token 0 is !, and the words of the text are cut as GPT-2 cuts them", () => {
    expect(encode("!")).toEqual([0]);
    expect(encode("hello")).not.toEqual(encode(" hello"));
  });

  test("in the rhyme a and t are neighbours in nine words, t and h in six, and no others in more", () => {
    const times = (pair: string) => rhyme.split(pair).length - 1;
    const words = (pair: string) => rhyme.split(" ").filter((word) => word.includes(pair)).length;
    expect([words("at"), times("at")]).toEqual([9, 9]);
    expect([words("th"), times("th")]).toEqual([6, 6]);
    const pairs = new Set([...rhyme].map((_, i) => rhyme.slice(i, i + 2)));
    for (const pair of pairs) {
      if (pair.includes(" ") || pair === "at") continue;
      expect(times(pair), pair).toBeLessThanOrEqual(6);
    }
  });

  test("the pattern of the cell is the one by which GPT-2's words are cut", async () => {
    const cell = await readFile(
      new URL("../../lessons/02-tokens/cells/split.ts", import.meta.url),
      "utf8",
    );
    const written = /const pattern =\s+\/(.*)\/gu;/.exec(cell)?.[1] ?? "";
    const pattern = new RegExp(written, "gu");
    // No merge crosses the border of a word: encoded word by word, every text gives the same tokens.
    for (const text of [
      "I'll say it: the 2 cats  sat,\nand that's that.",
      "dog. dog! 12345 times   \n\n  über 漢字 they've",
      "a\u0085\u0085b \u0085c \ufeffd\ufeff \ufeff", // in which \s would differ
      rhyme,
    ]) {
      const words = text.match(pattern) ?? [];
      expect(words.join("")).toBe(text);
      expect(words.flatMap((word) => encode(word))).toEqual(encode(text));
    }
  });
});

// By tiktoken 0.14.0: U+0085 is white space to GPT-2, and U+FEFF is none; to JavaScript's \s it is the other way round.
test("the figure gives the tokens that the trainer trains on, and shows bytes that are no character", () => {
  const shown = (text: string) => tokensOf(text).map(({ id, text }) => [id, text]);
  expect(shown("a \u0085b")).toEqual([
    [64, "a"],
    [220, " "],
    [126, "‹C2›"],
    [227, "‹85›"],
    [65, "b"],
  ]);
  expect(tokensOf("a \ufeffb").map(({ id }) => id)).toEqual([64, 27332, 119, 123, 65]);
});

describe("tiny Shakespeare", () => {
  test("the counts of tokens and windows in the text are those of the text that is trained on", async () => {
    const train = readTokens(await data("tiny_shakespeare_train.bin"));
    const narrow = narrowTokens(train, presets.tiny.V);
    const windows = (tokens: Uint16Array) =>
      english(createLoader(tokens, 1, defaults.tiny.T, 1).windows);
    expect(narrow.length).toBeGreaterThan(train.length);
    const { title } = JSON.parse(String(await data("source.json")));
    if (title !== "Tiny Shakespeare") return; // the text is another one where this could not be fetched
    expect(lesson).toContain(`the other ${english(train.length)} are for **training**`);
    expect(lesson).toContain(`the training text has ${english(narrow.length)} tokens`);
    expect(lesson).toContain(
      `With $T = ${defaults.tiny.T}$ the training text has ${windows(train)} windows in GPT-2's tokens, and ${windows(narrow)} in`,
    );
  });

  test("the vocabulary of the small models is 256 bytes, 767 merges and <|endoftext|>", () => {
    for (const preset of ["tiny", "small", "medium"] as const) {
      const { V } = presets[preset];
      expect(lesson).toContain(`only ${english(V)} tokens`);
      expect(lesson).toContain(`first ${V - 256 - 1} merges`);
    }
  });

  test("1,115,394 characters in 338,028 tokens are 3.3 to a token", () => {
    expect(32_768 + 305_260).toBe(338_028);
    expect((1_115_394 / 338_028).toFixed(1)).toBe("3.3");
  });

  test("its training file has 611,544 bytes, 1024 of them header, and 4,769 windows of 64", () => {
    expect(headerBytes).toBe(1024);
    const train = new Uint16Array(305_260);
    expect(writeTokens(train)).toHaveLength(611_544);
    expect(createLoader(train, 1, 64, 1).windows).toBe(4769);
  });

  test("the 97 tokens of the cells are GPT-2's, and the first bytes are 80 and 196", () => {
    const text = Array.from(tokens, (id) => textOf.get(id)).join("");
    expect(text).toMatch(/^<\|endoftext\|>First Citizen:\nBefore we proceed/);
    expect(tokens).toHaveLength(97);
    const encoded = encodeText(text.replaceAll("<|endoftext|>", ""));
    expect([...encoded]).toEqual([...tokens]);
    expect([...writeTokens(tokens).subarray(1024, 1026)]).toEqual([80, 196]);
    expect(80 + 256 * 196).toBe(50_256);
  });
});

describe("batches", () => {
  test("the smallest model is trained with 4 windows of 64: 256 questions", () => {
    expect([defaults.tiny.B, defaults.tiny.T]).toEqual([4, 64]);
    expect(4 * 64).toBe(256);
  });

  test("in the figure each target is the input to its right", () => {
    for (let b = 0; b < B; b++) {
      const row = (of: (string | undefined)[]) => of.slice(b * T, b * T + T);
      expect(row(targets).slice(0, -1)).toEqual(row(inputs).slice(1));
      expect(row(targets)).not.toContain(undefined);
    }
  });

  test("every window is dealt once in an epoch; 1,000 tokens have 9 windows of 100", () => {
    const text = Uint16Array.from({ length: 97 }, (_, k) => k);
    const loader = createLoader(text, 4, 8, 1);
    expect(loader.windows).toBe(12);
    const dealt: number[] = [];
    for (let batch = 0; batch < 3; batch++) {
      loader.next();
      for (let b = 0; b < 4; b++) dealt.push(loader.inputs[b * 8] / 8);
    }
    expect(dealt.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, w) => w));
    expect(createLoader(new Uint16Array(1000), 1, 100, 1).windows).toBe(9);
  });

  test("the second exercise fails where N is a multiple of T, with 0 as the missing target, and nowhere else", async () => {
    const wrong: boolean[] = [];
    const multiple: boolean[] = [];
    for (const { sizes, ints } of await loadReference("windows")) {
      const { N, B, T, position } = sizes;
      const [got, next] = [new Int32Array(B * T), new Int32Array(B * T)];
      dealBatch(got, next, ints("tokens"), position, N, B, T);
      const right = [ints("inputs"), ints("targets")];
      wrong.push(`${got} ${next}` !== `${right[0]} ${right[1]}`);
      multiple.push(N % T === 0);
    }
    expect(wrong).toEqual(multiple);
    expect(new Set(wrong).size).toBe(2);

    const last = new Int32Array(2);
    dealBatch(new Int32Array(2), last, Int32Array.of(5, 6, 7, 8), 1, 4, 1, 2);
    expect([...last]).toEqual([8, 0]);
  });
});
