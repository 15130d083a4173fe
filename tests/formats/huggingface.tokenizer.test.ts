// tokenizer.json as GPT-2's: which files are like it, what they say beside their vocabulary, and the way out and in again.

import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import {
  encodeTokenizer,
  isLikeGpt2,
  readTokenizer,
  saysMore,
} from "@llm.ts/kernels/formats/huggingface.tokenizer.ts";
import type { Vocabulary } from "@llm.ts/kernels/formats/vocabulary.ts";
import { describe, expect, test } from "vitest";
import { vocabularyOf } from "../../src/training/merges.ts";

const V = 300;
const vocabulary = vocabularyOf(V) as Vocabulary;
const { end } = vocabulary;

// biome-ignore lint/suspicious/noExplicitAny: what the file holds, of which any part may be changed
type Change = (tokenizer: any) => unknown;
function changed(change: Change): string {
  const tokenizer = JSON.parse(encodeTokenizer(vocabulary));
  change(tokenizer);
  return JSON.stringify(tokenizer);
}

describe("a tokenizer like GPT-2's", () => {
  const cases: [string, Change][] = [
    ["as it is written here", () => {}],
    ["as it was first published, without the type of its model", (t) => { delete t.model.type; }],
    ["with its merges as lists", (t) => { t.model.merges = t.model.merges.map((pair: string) => pair.split(" ")); }],
    ["with a further token", (t) => { t.added_tokens.unshift({ id: 7, content: "(", special: true }); }],
  ]; // biome-ignore format: a line for each

  test.each(cases)("%s is read", (_, change) => {
    expect(isLikeGpt2(changed(change))).toBe(true);
    expect(readTokenizer(changed(change), V)).toEqual(vocabulary);
  });
});

describe("a tokenizer of another model", () => {
  const cases: [string, Change, string][] = [
    ["no byte pairs", (t) => { t.model.type = "Unigram"; }, "it is no byte-pair encoding"],
    ["no merges", (t) => { delete t.model.merges; }, "it is no byte-pair encoding"],
    ["other words", (t) => { t.pre_tokenizer = { type: "Whitespace" }; }, "it does not cut texts into words as GPT-2 does"],
    ["no words", (t) => { t.pre_tokenizer.use_regex = false; }, "it does not cut texts into words as GPT-2 does"],
    ["a blank in front", (t) => { t.pre_tokenizer.add_prefix_space = true; }, "it does not cut texts into words as GPT-2 does"],
    ["texts that are changed first", (t) => { t.normalizer = { type: "NFC" }; }, "it changes texts before it cuts them"],
    ["words that are not merged", (t) => { t.model.ignore_merges = true; }, "it does not merge as GPT-2 does"],
    ["ends of words", (t) => { t.model.end_of_word_suffix = "</w>"; }, "it does not merge as GPT-2 does"],
    ["marks within words", (t) => { t.model.continuing_subword_prefix = "##"; }, "it does not merge as GPT-2 does"],
    ["no end", (t) => { t.added_tokens[0].special = false; }, "it has no special token that ends a text"],
  ]; // biome-ignore format: a line for each

  test.each(cases)("with %s is known as such, and not read", (_, change, message) => {
    expect(isLikeGpt2(changed(change))).toBe(false);
    expect(() => readTokenizer(changed(change), V)).toThrow(FormatError);
    expect(() => readTokenizer(changed(change), V)).toThrow(`tokenizer.json: ${message}`);
  });

  test("with a gap, or of more tokens than the model, is not read", () => {
    const gap = changed((t) => delete t.model.vocab["!"]);
    expect(() => readTokenizer(gap, V)).toThrow("there is no token 0, but later ones");
    for (const id of [300.5, -1, "7"]) {
      const none = changed((t) => { t.model.vocab["!"] = id; }); // biome-ignore format: one change
      expect(() => readTokenizer(none, V)).toThrow(
        `its token "!" has the id ${JSON.stringify(id)}, expected a whole number from 0`,
      );
    }
    // Nothing is done for each of the billions below it.
    for (const id of [2 ** 29, 2 ** 32 - 2]) {
      const far = changed((t) => { t.model.vocab.zzz = id; }); // biome-ignore format: one change
      expect(() => readTokenizer(far, V)).toThrow("there is no token 300, but later ones");
    }
    expect(() =>
      readTokenizer(
        changed(() => {}),
        V - 1,
      ),
    ).toThrow("it has 300 tokens, but the model V = 299");
  });
});

describe("beside its vocabulary a tokenizer says", () => {
  const says = (change: Change, config: object = { bos_token_id: end, eos_token_id: end }) =>
    saysMore({ tokenizer: changed(change), config: JSON.stringify(config) }, vocabulary);

  test("nothing, if it is as it is written here, whether or not config.json names the end", () => {
    expect(says(() => {})).toBe(false);
    expect(says(() => {}, {})).toBe(false);
    expect(says(() => {}, { bos_token_id: null, eos_token_id: [end] })).toBe(false);
  });

  test.each<[string, Change, object?]>([
    ["a further token", (t) => t.added_tokens.push({ id: 7, content: "(", special: true })],
    ["that its end takes blanks", (t) => Object.assign(t.added_tokens[0], { lstrip: true })],
    ["what is put around texts", (t) => Object.assign(t, { post_processor: { type: "Sequence" } })],
    ["another beginning", () => {}, { bos_token_id: 7, eos_token_id: end }],
    ["another end", () => {}, { bos_token_id: end, eos_token_id: 7 }],
    ["a second end", () => {}, { bos_token_id: end, eos_token_id: [end, 7] }],
  ])("%s", (_, change, config) => {
    expect(says(change, config)).toBe(true);
  });

  test("something only in JSON", () => {
    const tokenizer = encodeTokenizer(vocabulary);
    expect(() => saysMore({ tokenizer, config: "{" }, vocabulary)).toThrow(
      "config.json: it is not JSON",
    );
  });
});
