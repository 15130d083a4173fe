import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { blobSource } from "@llm.ts/kernels/formats/source.ts";
import { describe, expect, it, test } from "vitest";
import { writeCheckpoint } from "../../src/training/checkpoint.ts";
import { learnPairs, type Merge, pairEncoder } from "../../src/training/pairs.ts";
import { planRun } from "../../src/training/plan.ts";
import { isProgress, readProgress } from "../../src/training/progress.ts";
import { Session } from "../../src/training/session.ts";
import { checkSettings, defaults, type Settings } from "../../src/training/settings.ts";
import {
  charactersOf,
  decodeWith,
  isOwnVocabulary,
  pairsOf,
  sizeOf,
  type TextVocabulary,
  tokenizerOf,
} from "../../src/training/tokenizers.ts";

const lesson = "the cat that sat at the mat had a hat that the other cat ate";

describe("byte pairs learned from a text", () => {
  const spelled = (merges: readonly Merge[]) => {
    const { bytes } = tokenizerOf({ kind: "pairs", merges }, 0);
    return merges.map((_, i) => String.fromCharCode(...bytes(256 + i)));
  };

  it("are those that occur most often, each merged before the next is counted", () => {
    // Counted by hand: "at" 9 times, "th" 6; then " th" and "the" 4 each, and the blank has the lower id.
    expect(spelled(learnPairs([lesson], 3))).toEqual(["at", "th", " th"]);
  });

  it("are those that counting all pairs again for each finds", () => {
    const words = lesson.match(/ ?\S+/g) ?? [];
    const { bytes } = tokenizerOf({ kind: "pairs", merges: [] }, 0);
    const idOf = new Map(Array.from({ length: 256 }, (_, id) => [bytes(id)[0], id]));
    const ids = words.map((word) =>
      Array.from(new TextEncoder().encode(word), (byte) => idOf.get(byte) ?? -1),
    );
    const expected: number[][] = [];
    for (let id = 256; ; id++) {
      const counts = new Map<string, number>();
      for (const word of ids) {
        for (let i = 0; i + 1 < word.length; i++) {
          const key = `${word[i]} ${word[i + 1]}`;
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
      }
      const [best] = Array.from(counts, ([key, times]) => ({
        pair: key.split(" ").map(Number),
        times,
      }))
        .filter(({ times }) => times > 1)
        .sort((x, y) => y.times - x.times || x.pair[0] - y.pair[0] || x.pair[1] - y.pair[1]);
      if (!best) break;
      expected.push(best.pair);
      for (const word of ids) {
        for (let i = 0; i + 1 < word.length; i++) {
          if (word[i] === best.pair[0] && word[i + 1] === best.pair[1]) word.splice(i, 2, id);
        }
      }
    }
    const merges = learnPairs([lesson], 1000);
    expect(merges).toEqual(expected);
    expect(words.flatMap((word) => pairEncoder(merges)(word))).toEqual(ids.flat());
    expect(merges.length).toBeGreaterThan(8);
  });

  it("are as many as are asked for, and do not cross words", () => {
    expect(learnPairs([lesson], 5)).toHaveLength(5);
    for (const token of spelled(learnPairs([lesson], 1000))) expect(token).toMatch(/^ ?\S+$/);
    expect(learnPairs(["aa aa"], 10)).toHaveLength(1);
  });
});

const texts = ['To be, or not to be.\n\nThat is the question:\n"漢字 😀" é', "aaaaaaa", "\n\n\n"];
const whole = texts.join("\n\n");
const vocabularies: [string, TextVocabulary][] = [
  ["characters", charactersOf(whole, false)],
  ["pairs", pairsOf(whole, false, 300)],
];

describe.each(vocabularies)("a vocabulary of %s", (kind, vocabulary) => {
  const tokenizer = tokenizerOf(vocabulary, 0);

  it("is taken from a checkpoint only where each pair is of tokens before it", () => {
    const pairs = (...merges: number[][]) => isOwnVocabulary({ kind: "pairs", merges });
    expect([pairs([97, 116], [256, 32]), pairs([97, 116], [257, 32])]).toEqual([true, false]);
    expect([pairs([255, 0]), pairs([256, 0]), pairs([-1, 0]), pairs([1])]).toEqual([
      ...[true, false, false, false],
    ]);
    expect(isOwnVocabulary(vocabulary)).toBe(true);
    expect(isOwnVocabulary({ kind: "characters", characters: "" })).toBe(false);
  });

  it("has as many tokens as were asked for, the 256 bytes and the end of a text among them", () => {
    if (kind === "characters") expect(tokenizer.V).toBe(new Set(whole).size + 1);
    else expect(tokenizerOf(pairsOf(lesson.repeat(9), false, 262), 0).V).toBe(262);
  });

  it("gives back what it was given, section by section", () => {
    const ids = tokenizer.encode(whole);
    const { text, ends } = decodeWith(tokenizer, ids);
    expect(text.replaceAll("<|endoftext|>", "")).toBe(whole);
    expect(ends[0]).toBe(0);
    expect(ids.filter((id) => id === tokenizer.V - 1)).toHaveLength(whole.split("\n\n").length);
    expect(Math.max(...ids)).toBe(tokenizer.V - 1);
    expect(tokenizer.encode("To be").length).toBeLessThan(7);
  });

  it("goes with its run into a checkpoint and out again: samples and losses are the same", async () => {
    const sizes = { maxT: 16, V: tokenizer.V, Vp: 384, L: 1, NH: 2, C: 16 };
    const settings = checkSettings({
      ...defaults.tiny,
      ...{ B: 2, T: 8, steps: 4, warmup: 1, vocabulary: kind, vocabularySize: 300 },
      sizes,
    } as Settings);
    const ids = tokenizer.encode(whole.repeat(3));
    const text = { name: "a test", vocabulary, train: ids, validation: ids.slice(0, 40) };
    const plan = planRun(settings, "TypeScript");
    const session = new Session(createCpu(), plan, text);
    await session.train();
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    await writeCheckpoint(session.progress(), session.parts(), (bytes) => {
      chunks.push(bytes.slice());
    });
    const source = blobSource(new Blob(chunks));
    const progress = await readProgress(source);
    const restored = await Session.restore(createCpu(), plan, progress, source);
    expect(restored.text.vocabulary).toEqual(vocabulary);
    const sampling = { prompt: "To be", temperature: 1, topK: 50, topP: 1, length: 20 };
    const samples = [session, restored].map((each) => each.sample(sampling, async () => true));
    const [a, b] = await Promise.all(samples);
    expect(b).toEqual(a);
    expect((await restored.train()).loss).toBe((await session.train()).loss);
    expect(isProgress({ ...progress, vocabulary: undefined })).toBe(false);
    expect(isProgress({ ...progress, vocabulary: { kind, merges: [[300, 1]] } })).toBe(false);
    // One token more or fewer than the model has: an id would be no row of wte.
    const V = tokenizer.V + 1;
    expect(isProgress({ ...progress, settings: { ...settings, sizes: { ...sizes, V } } })).toBe(
      false,
    );
    expect(sizeOf(vocabulary)).toBe(tokenizer.V);
  });
});

test.each([
  [{ kind: "characters", characters: "ab" }, true],
  [{ kind: "characters", characters: "" }, false],
  [{ kind: "characters", characters: "aba" }, false],
  [{ kind: "characters", characters: ["a", "b"] }, false],
  [
    {
      kind: "pairs",
      merges: [
        [0, 255],
        [256, 256],
      ],
    },
    true,
  ],
  [{ kind: "pairs", merges: [[0, 256]] }, false], // a token that is not made yet
  [{ kind: "pairs", merges: [[0, 1, 2]] }, false],
  [{ kind: "words" }, false],
  [null, false],
])("%j is a vocabulary of a checkpoint: %s", (value, is) => {
  expect(isOwnVocabulary(value)).toBe(is);
});

describe("what other programs are given", () => {
  it("of pairs is a vocabulary as GPT-2's; of characters there is none", () => {
    const merges = learnPairs([lesson], 3);
    const vocabulary = tokenizerOf({ kind: "pairs", merges }, 0).vocabulary();
    expect(vocabulary?.tokens).toHaveLength(260);
    expect(vocabulary?.end).toBe(259);
    expect(vocabulary?.merges.map((merge) => merge.replace(" ", ""))).toEqual(
      vocabulary?.tokens.slice(256, 259),
    );
    expect(tokenizerOf(charactersOf("abc", false), 0).vocabulary()).toBeUndefined();
  });

  it("of characters is in the order of their code points, and of pairs as large as it was asked for", () => {
    const { characters } = charactersOf("ba😀é\na", false) as { characters: string };
    expect(characters).toBe("\nabé😀");
    expect(sizeOf(charactersOf("aaa", false))).toBe(2); // the least that there is
    expect(sizeOf(pairsOf(whole, false, 260))).toBe(260);
    expect(sizeOf(pairsOf(whole, false, 257))).toBe(257);
  });

  it("says which character a model does not know", () => {
    const { encode } = tokenizerOf(charactersOf("abc", false), 0);
    expect(() => encode("abd")).toThrow(
      'The model does not know "d": its vocabulary is the 3 characters of its text, abc.',
    );
    const many = Array.from({ length: 41 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join("");
    expect(() => tokenizerOf(charactersOf(many, false), 0).encode("d")).toThrow(
      `the 41 characters of its text, ${many.slice(0, 40)} and others.`,
    );
  });
});
