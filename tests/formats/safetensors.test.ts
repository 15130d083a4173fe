import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import {
  parseHeader,
  readSafetensors,
  type Safetensors,
  writeSafetensors,
} from "@llm.ts/kernels/formats/safetensors.ts";
import { describe, expect, test } from "vitest";

const small: Safetensors = {
  metadata: { torch: "1.13" },
  tensors: new Map([
    ["lesson.inp", { dtype: "F32", shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, 1e-30, 4) }],
    ["lesson.ids", { dtype: "I32", shape: [2], data: Int32Array.of(-1, 50256) }],
    ["lesson.loss", { dtype: "F32", shape: [], data: Float32Array.of(0.25) }],
    ["lesson.none", { dtype: "F32", shape: [0, 3], data: new Float32Array() }],
  ]),
};

/** A file with any header and `size` bytes of data. */
function file(header: unknown, size: number): Uint8Array {
  const text = new TextEncoder().encode(
    typeof header === "string" ? header : JSON.stringify(header),
  );
  const bytes = new Uint8Array(8 + text.length + size);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const floats = (begin: number, end: number, shape = [(end - begin) / 4]) => ({
  dtype: "F32",
  shape,
  data_offsets: [begin, end],
});

describe("safetensors", () => {
  test("what was written is read again", () => {
    expect(readSafetensors(writeSafetensors(small))).toEqual(small);
  });

  test("the data begins at a multiple of 8 bytes", () => {
    for (const name of ["a", "ab", "abc", "abcd", "abcde"]) {
      const tensors: Safetensors["tensors"] = new Map([
        [name, { dtype: "F32", shape: [1], data: Float32Array.of(1) }],
      ]);
      const bytes = writeSafetensors({ metadata: {}, tensors });
      expect((bytes.length - 4) % 8).toBe(0);
    }
  });

  test("a file is read from any place in a buffer, aligned or not", () => {
    const bytes = writeSafetensors(small);
    for (const shift of [0, 1, 2, 3, 4]) {
      const buffer = new Uint8Array(bytes.length + shift);
      buffer.set(bytes, shift);
      expect(readSafetensors(buffer.subarray(shift))).toEqual(small);
      expect(readSafetensors(Buffer.from(buffer.buffer, shift))).toEqual(small);
    }
  });

  test("tensors are read by their ranges, not by their order in the header", () => {
    const bytes = file({ second: floats(4, 8), first: floats(0, 4) }, 8);
    new DataView(bytes.buffer).setFloat32(bytes.length - 4, 2, true);
    const { tensors } = readSafetensors(bytes);
    expect(tensors.get("second")?.data).toEqual(Float32Array.of(2));
    expect(tensors.get("first")?.data).toEqual(Float32Array.of(0));
  });

  test("a file cut off at any byte is refused", () => {
    const bytes = writeSafetensors(small);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readSafetensors(bytes.subarray(0, length)), `${length}`).toThrow(FormatError);
    }
  });

  test("a file with any one byte of its header changed is refused or read, but never breaks the reader", () => {
    const bytes = writeSafetensors(small);
    const header = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
    let refused = 0;
    for (let at = 0; at < header; at++) {
      for (const value of [0, 0x22, 0x2c, 0x30, 0x7b, 0xff]) {
        const changed = bytes.slice();
        changed[at] = value;
        try {
          readSafetensors(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
          refused++;
        }
      }
    }
    expect(refused).toBeGreaterThan(header);
  });

  test.each<[string, Uint8Array, string]>([
    [
      "tensors that overlap",
      file({ a: floats(0, 8), b: floats(4, 12) }, 12),
      "b begins at byte 4, expected 8: it overlaps the tensor before it",
    ],
    [
      "a gap between tensors",
      file({ a: floats(0, 4), b: floats(8, 12) }, 12),
      "b begins at byte 8, expected 4: it leaves a gap before it",
    ],
    [
      "a gap at the beginning",
      file({ a: floats(4, 8) }, 8),
      "a begins at byte 4, expected 0: it leaves a gap before it",
    ],
    [
      "bytes after the last tensor",
      file({ a: floats(0, 4) }, 7),
      "3 bytes follow the last tensor, expected none",
    ],
    ["bytes and no tensor", file({}, 1), "1 bytes follow the last tensor, expected none"],
    [
      "a tensor that ends after the file",
      file({ a: floats(0, 8) }, 4),
      "a ends at byte 8, but the file holds only 4 bytes of data: it is truncated",
    ],
    [
      "a range that runs backwards",
      file({ a: { dtype: "F32", shape: [1], data_offsets: [4, 0] } }, 4),
      "a has no valid data_offsets ([4,0])",
    ],
    [
      "a range of three numbers",
      file({ a: { dtype: "F32", shape: [1], data_offsets: [0, 4, 4] } }, 4),
      "a has no valid data_offsets ([0,4,4])",
    ],
    [
      "no range",
      file({ a: { dtype: "F32", shape: [1] } }, 4),
      "a has no valid data_offsets (undefined)",
    ],
    [
      "a shape that does not fit the range",
      file({ a: floats(0, 8, [3]) }, 8),
      "a has 8 bytes, expected 12 for F32 of shape [3]",
    ],
    ["a negative size", file({ a: floats(0, 4, [-1]) }, 4), "a has no valid shape ([-1])"],
    [
      "a size that is no integer",
      file({ a: floats(0, 4, [1.5]) }, 4),
      "a has no valid shape ([1.5])",
    ],
    [
      "no shape",
      file({ a: { dtype: "F32", data_offsets: [0, 4] } }, 4),
      "a has no valid shape (undefined)",
    ],
    [
      "another dtype",
      file({ a: { dtype: "F16", shape: [2], data_offsets: [0, 4] } }, 4),
      'a has dtype "F16", expected F32 or I32',
    ],
    ["an entry that is null", file({ a: null }, 0), "a has dtype undefined, expected F32 or I32"],
    ["a header that is not JSON", file("{oops", 0), "the header is not valid JSON"],
    ["a header that is a list", file("[]", 0), "the header is not a JSON object"],
    ["a header that is null", file("null", 0), "the header is not a JSON object"],
    [
      "metadata that is not text",
      file({ __metadata__: { B: 2 } }, 0),
      "__metadata__ is not a map from strings to strings",
    ],
    [
      "metadata that is a list",
      file({ __metadata__: ["B"] }, 0),
      "__metadata__ is not a map from strings to strings",
    ],
  ])("%s: refused by name", (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(FormatError);
    expect(() => readSafetensors(bytes)).toThrow(`safetensors: ${message}`);
  });

  // The verdicts are those of the package safetensors 0.8.0, whose reader is the format's own.
  const one = (dtype: string, shape: string, offsets: string) =>
    `{"a":{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}}`;

  test.each<[string, string, number, string]>([
    ["a byte order mark", `\uFEFF${one("F32", "[1]", "[0,4]")}`, 4, "is not valid JSON"],
    ["an offset with an exponent", one("F32", "[1]", "[0,4e0]"), 4, "no valid data_offsets"],
    ["a size with a point", one("F32", "[1.0]", "[0,4]"), 4, "no valid shape"],
    ["an offset of -0", one("F32", "[1]", "[-0,4]"), 4, "no valid data_offsets"],
    ["a size with a leading 0", one("F32", "[01]", "[0,4]"), 4, "is not valid JSON"],
    [
      "sizes that overflow before a 0 comes",
      one("F32", "[4294967296,4294967296,0]", "[0,0]"),
      0,
      "a has a shape that no memory holds ([4294967296,4294967296,0])",
    ],
    [
      "sizes that overflow with the bits of a value",
      one("F32", "[9007199254740991,128]", "[0,0]"),
      0,
      "a has a shape that no memory holds",
    ],
    [
      "half a pair in the metadata",
      '{"__metadata__":{"x":"\\ud800"}}',
      0,
      "half of a surrogate pair",
    ],
    [
      "half a pair in a name",
      one("F32", "[1]", "[0,4]").replace('"a"', '"\\ud800"'),
      4,
      "half of a surrogate pair",
    ],
    ["half a byte", one("F4", "[1]", "[0,1]"), 1, "a has 1 bytes, expected 0.5"],
  ])("%s: refused, as the format's own reader does", (_, header, size, message) => {
    const bytes = file(header, 0);
    expect(() => parseHeader(bytes, bytes.length + size)).toThrow(FormatError);
    expect(() => parseHeader(bytes, bytes.length + size)).toThrow(message);
  });

  test.each<[string, string, number, number[] | undefined]>([
    ["no metadata but null", `{"__metadata__":null,${one("F32", "[1]", "[0,4]").slice(1)}`, 4, [1]],
    ["white space before it", ` ${one("F32", "[1]", "[0,4]")}`, 4, [1]],
    [
      "a 0 before sizes that would overflow",
      one("F32", "[0,4294967296,4294967296]", "[0,0]"),
      0,
      [0, 2 ** 32, 2 ** 32],
    ],
    ["a number of another kind where nothing looks", one("F32", "[1]", '[0,4],"x":1.5'), 4, [1]],
    [
      "an escaped quote and a number in a name",
      one("F32", "[1]", "[0,4]").replace('"a"', '"a\\" 4e0"'),
      4,
      undefined,
    ],
    ["no tensor", "{}", 0, undefined],
    ["F8_E8M0", one("F8_E8M0", "[3]", "[0,3]"), 3, [3]],
    ["C64", one("C64", "[1]", "[0,8]"), 8, [1]],
    ["F6_E2M3", one("F6_E2M3", "[4]", "[0,3]"), 3, [4]],
    ["F4", one("F4", "[2]", "[0,1]"), 1, [2]],
  ])("%s: opened, as the format's own reader does", (_, header, size, shape) => {
    const bytes = file(header, 0);
    const { entries, metadata } = parseHeader(bytes, bytes.length + size);
    expect(entries.get("a")?.shape).toEqual(shape);
    expect(metadata).toEqual({});
    expect([...entries.keys()].filter((name) => name !== "a")).toEqual(
      header.includes('\\"') ? ['a" 4e0'] : [],
    );
  });

  test("half of a surrogate pair is not written, in the metadata or in a name", () => {
    const tensors: Safetensors["tensors"] = new Map([
      ["a\ud800", { dtype: "F32", shape: [1], data: Float32Array.of(1) }],
    ]);
    const bytes = writeSafetensors({ metadata: { "k\udc00": "v\ud83d", emoji: "😀" }, tensors });
    const read = readSafetensors(bytes);
    expect(read.metadata).toEqual({ "k\ufffd": "v\ufffd", emoji: "😀" });
    expect([...read.tensors.keys()]).toEqual(["a\ufffd"]);
  });

  test("a header that is not UTF-8 is refused", () => {
    const bytes = file({ "\u00e9": floats(0, 4) }, 4);
    bytes[8 + 2] = 0xff; // where the first byte of the name was
    expect(() => readSafetensors(bytes)).toThrow("the header is not valid JSON");
  });

  test.each([
    [2n ** 64n - 1n, "more than the format allows"],
    [2n ** 40n, "more than the format allows"],
    [100_000_001n, "more than the format allows (100000000): this is another kind of file"],
    [100_000_000n, "but the file ends after"],
  ])("a header length of %s is refused before anything is allocated for it", (length, message) => {
    const bytes = writeSafetensors(small);
    new DataView(bytes.buffer).setBigUint64(0, length, true);
    expect(() => readSafetensors(bytes)).toThrow(FormatError);
    expect(() => readSafetensors(bytes)).toThrow(message);
  });

  test("a tensor may be named like a part of an object, but not like the metadata", () => {
    const named = (name: string): Safetensors => ({
      metadata: { B: "2" },
      tensors: new Map([[name, { dtype: "F32", shape: [2], data: Float32Array.of(1, 2) }]]),
    });
    for (const name of ["__proto__", "constructor", "0", ""]) {
      expect(readSafetensors(writeSafetensors(named(name)))).toEqual(named(name));
    }
    expect(() => writeSafetensors(named("__metadata__"))).toThrow(
      "safetensors: a tensor cannot be named __metadata__: the name is taken",
    );
  });

  test("a tensor whose shape does not fit its data is not written", () => {
    const tensors: Safetensors["tensors"] = new Map([
      ["a", { dtype: "F32", shape: [2, 2], data: new Float32Array(3) }],
    ]);
    expect(() => writeSafetensors({ metadata: {}, tensors })).toThrow(
      "writeSafetensors: a has 3 values, expected 4 for shape [2,2]",
    );
  });
});
