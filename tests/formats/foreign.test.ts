// Files that people hand in as safetensors and that are none: each is told what it is, and which to get.

import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import { openHuggingFace } from "@llm.ts/kernels/formats/huggingface.ts";
import { readSafetensors } from "@llm.ts/kernels/formats/safetensors.ts";
import { memorySource } from "@llm.ts/kernels/formats/source.ts";
import { describe, expect, test } from "vitest";

const utf8 = (text: string) => new TextEncoder().encode(text);
const bytes = (...values: (number | string)[]) =>
  Uint8Array.from([
    ...values.flatMap((value) => (typeof value === "number" ? [value] : [...utf8(value)])),
    ...Array(64).fill(7),
  ]);

const pointer = `version https://git-lfs.github.com/spec/v1
oid sha256:248dfc3911869ec493c76e65bf2fcf7f615828b0254c12b473182f0f81d3a707
size 548105171
`;
const index = `{
  "metadata": {
    "total_size": 6500000000
  },
  "weight_map": {
    "h.0.attn.c_attn.bias": "model-00001-of-00002.safetensors"
  }
}`;
const page = `<!DOCTYPE html>
<html lang="en"><head><title>Sign in</title></head><body>Please sign in.</body></html>`;

describe("a file that is no safetensors", () => {
  test.each<[string, Uint8Array, string]>([
    [
      "a pointer of Git LFS",
      utf8(pointer),
      "this is a pointer of Git LFS: a note that stands in for the file, which has 548,105,171 bytes. Get the file itself, by its download button or with git lfs pull",
    ],
    [
      "the index of a model in shards",
      utf8(index),
      "this is the index of a model that is cut into several files (shards), and has no weights in it. Get a model that is in one model.safetensors; or join the shards in Python",
    ],
    [
      "config.json",
      utf8('{"model_type": "gpt2", "n_head": 12}'),
      "this is JSON, such as config.json or a tokenizer's, and has no weights in it. Get model.safetensors, which is beside it",
    ],
    ["a web page", utf8(page), "this is a web page, perhaps the one about the file, or an error"],
    ["a web page after a byte order mark", utf8(`\uFEFF\n ${page}`), "this is a web page"],
    [
      "a storage's refusal",
      utf8('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'),
      "this is XML, as servers answer with when they refuse",
    ],
    [
      "an error in words",
      utf8("Repository not found"),
      'this is a text, which begins with "Repository not found". Get model.safetensors itself',
    ],
    [
      "a file of torch.save",
      bytes("PK", 3, 4, 0, 0, 8, 8, 0, 0, "archive/data.pkl"),
      "this is a zip, as torch.save writes .pt, .bin and .ckpt. Such a file can run programs when it is opened, so it is not read here. Get model.safetensors from the same place; or write one in Python, with save_model of safetensors.torch",
    ],
    [
      "a file of an older torch.save",
      bytes(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a),
      "this is a pickle, as older versions of torch.save wrote .bin and .pt",
    ],
    [
      "GGUF",
      bytes("GGUF", 3, 0, 0, 0, 0, 0, 0, 0),
      "this is a GGUF, the format of llama.cpp. Get model.safetensors itself, or make it with npm run convert",
    ],
    ["HDF5", bytes(0x89, "HDF\r\n", 0x1a, "\n"), "this is an HDF5 file"],
    [
      "a model of llm.c's",
      bytes(...new Uint8Array(Int32Array.of(20240326, 3).buffer)),
      "this is a model in llm.c's own format, not safetensors. Make model.safetensors of it with npm run convert",
    ],
    ["gzip", bytes(0x1f, 0x8b, 8, 8, 1, 2, 3, 4), "this is packed with gzip"],
  ])("%s: it is said what it is, and which file to get", async (_, file, message) => {
    await expect(openHuggingFace(memorySource(file))).rejects.toThrow(FormatError);
    await expect(openHuggingFace(memorySource(file))).rejects.toThrow(
      `this is no safetensors file: ${message}`,
    );
    expect(() => readSafetensors(file)).toThrow(message);
  });

  test("a header that happens to begin like a text is read as what it is", () => {
    // 123 is the code of "{": a header of 123 bytes begins with it.
    const header = '{"__metadata__":{"note":"x"}}'.padEnd(123);
    const file = new Uint8Array(8 + 123);
    file[0] = 123;
    file.set(utf8(header), 8);
    expect(readSafetensors(file).metadata).toEqual({ note: "x" });
  });

  test("bytes that tell nothing are told by their length alone", async () => {
    const file = new Uint8Array(600).fill(0xee);
    await expect(openHuggingFace(memorySource(file))).rejects.toThrow(
      "more than the format allows (100000000): this is another kind of file",
    );
  });
});
