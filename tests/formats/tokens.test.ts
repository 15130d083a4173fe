import { readFile } from "node:fs/promises";
import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import { readTokens, writeTokens } from "@llm.ts/kernels/formats/tokens.ts";
import { describe, expect, test } from "vitest";

const published = (name: string) => readFile(new URL(`../../public/data/${name}`, import.meta.url));

describe("token files", () => {
  test("a file is a header of 1,024 bytes, then two bytes for each token", () => {
    const bytes = writeTokens([50256, 5962, 0, 65535]);
    expect(bytes.length).toBe(1024 + 8);
    // 20240520 is 0x0134d888, little-endian.
    expect([...bytes.subarray(0, 16)]).toEqual([
      0x88, 0xd8, 0x34, 0x01, 1, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0,
    ]);
    expect([...bytes.subarray(16, 1024)]).toEqual(Array(1008).fill(0));
    expect([...bytes.subarray(1024)]).toEqual([0x50, 0xc4, 0x4a, 0x17, 0, 0, 0xff, 0xff]);
  });

  test("what was written is read again, also from the middle of a buffer at an odd place", () => {
    const tokens = Uint16Array.of(1, 50256, 65535, 0);
    const bytes = writeTokens(tokens);
    expect(readTokens(bytes)).toEqual(tokens);
    const shifted = new Uint8Array(bytes.length + 5);
    shifted.set(bytes, 3);
    expect(readTokens(shifted.subarray(3, 3 + bytes.length))).toEqual(tokens);
    expect(readTokens(Buffer.from(shifted.buffer, 3, bytes.length))).toEqual(tokens);
  });

  test("a file of no tokens is read as such", () => {
    expect(readTokens(writeTokens([]))).toEqual(new Uint16Array());
  });

  test("a file cut off at any byte is refused", () => {
    const bytes = writeTokens([7, 8]);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readTokens(bytes.subarray(0, length)), `${length}`).toThrow(FormatError);
    }
  });

  test.each<[string, (view: DataView) => void, string]>([
    [
      "another magic number",
      (view) => view.setInt32(0, 20240326, true),
      "the magic number is 20240326, expected 20240520: this is a model of llm.c",
    ],
    ["another version", (view) => view.setInt32(4, 7, true), "the version is 7, expected 1"],
    [
      "more tokens than there are",
      (view) => view.setInt32(8, 3, true),
      "the header promises 3 tokens, 1030 bytes in all, but the file has 1028: it is truncated",
    ],
    [
      "fewer tokens than there are",
      (view) => view.setInt32(8, 1, true),
      "the header promises 1 tokens, 1026 bytes in all, but the file has 1028: it is too long",
    ],
    [
      "a negative number of tokens",
      (view) => view.setInt32(8, -2, true),
      "the header promises -2 tokens: it is damaged",
    ],
  ])("a header with %s is refused", (_, damage, message) => {
    const bytes = writeTokens([1, 2]);
    damage(new DataView(bytes.buffer));
    expect(() => readTokens(bytes)).toThrow(FormatError);
    expect(() => readTokens(bytes)).toThrow(message);
  });

  test("half a token at the end is refused", () => {
    const bytes = writeTokens([1, 2]);
    expect(() => readTokens(bytes.subarray(0, 1027))).toThrow("it is truncated");
    const longer = new Uint8Array(1029);
    longer.set(bytes);
    expect(() => readTokens(longer)).toThrow("it is too long");
  });

  test.each([-1, 65536, 1.5, Number.NaN])("an id of %s is not written", (id) => {
    expect(() => writeTokens([3, id])).toThrow(
      `writeTokens: tokens[1] is ${id}, expected an integer from 0 to 65535`,
    );
  });
});

describe("the token files that npm run data made", () => {
  // What the texts that the script knows must come to, by their SHA-256. Those of Tiny Shakespeare are what llm.c prints.
  const known: Record<string, object> = {
    "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed": {
      title: "Tiny Shakespeare",
      characters: 1_115_394,
      train: { tokens: 305_260, bytes: 611_544 },
      val: { tokens: 32_768, bytes: 66_560 },
    },
    "765a477e2eeb01f37152862935cc18d463cd238c56f879a438f703099d7cdb34": {
      title: "Moby-Dick",
      characters: 1_212_978,
      train: { tokens: 260_998, bytes: 523_020 },
      val: { tokens: 32_768, bytes: 66_560 },
    },
  };

  test("they are as source.json says, with exact counts where the text is a known one", async () => {
    const source = JSON.parse(String(await published("source.json")));
    const [train, val] = await Promise.all(
      ["train", "val"].map((part) => published(`tiny_shakespeare_${part}.bin`)),
    );
    const tokens = { train: readTokens(train), val: readTokens(val) };
    expect(tokens.train.length).toBe(source.train);
    expect(tokens.val.length).toBe(source.val);
    expect(tokens.val[0]).toBe(50256);
    expect([...tokens.train, ...tokens.val].every((id) => id <= 50256)).toBe(true);

    const { sha256, title, characters } = source;
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    const actual = {
      title,
      characters,
      train: { tokens: tokens.train.length, bytes: train.length },
      val: { tokens: tokens.val.length, bytes: val.length },
    };
    expect(actual).toEqual(known[sha256] ?? actual); // a file of one's own may have any numbers
  });
});
