// What a file is that was handed in as safetensors and is none. People take the wrong one of several files that are kept
// side by side, or a page about the file in place of the file: each is named, with the one to get.

/** Bytes of a file's beginning that are enough to tell. */
export const enoughToTell = 512;

const get = "Get model.safetensors itself";
const anew =
  "Get model.safetensors from the same place; or write one in Python, with save_model of safetensors.torch";

/** What files begin with that are not text, as Latin-1. */
const binary: readonly (readonly [begins: string, sentence: string])[] = [
  [
    "PK\x03\x04",
    `this is a zip, as torch.save writes .pt, .bin and .ckpt. Such a file can run programs when it is opened, so it is not read here. ${anew}`,
  ],
  [
    "\x80",
    `this is a pickle, as older versions of torch.save wrote .bin and .pt. Such a file can run programs when it is opened, so it is not read here. ${anew}`,
  ],
  ["GGUF", `this is a GGUF, the format of llama.cpp. ${get}, or make it with npm run convert`],
  ["\x89HDF", `this is an HDF5 file, in which TensorFlow keeps weights (tf_model.h5). ${get}`],
  [
    "\xc6\xd7\x34\x01",
    "this is a model in llm.c's own format, not safetensors. Make model.safetensors of it with npm run convert",
  ],
  ["\x1f\x8b", "this is packed with gzip. Unpack it first"],
];

/**
 * Says what a file is that is not safetensors.
 *
 * @param first its beginning, up to `enoughToTell` bytes
 * @returns what it is, and which file to get; undefined if it cannot be told
 */
export function foreign(first: Uint8Array): string | undefined {
  const latin = String.fromCharCode(...first.subarray(0, enoughToTell));
  for (const [begins, sentence] of binary) if (latin.startsWith(begins)) return sentence;
  const text = textOf(first.subarray(0, enoughToTell));
  return text && foreignText(text);
}

/** The beginning as text, if it is one. It may end within a character. */
function textOf(first: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(first, { stream: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what text has none of
    return /[\x00-\x08\x0e-\x1f]/.test(text) ? undefined : text.trimStart();
  } catch {
    return undefined;
  }
}

function foreignText(text: string): string {
  if (text.startsWith("version https://git-lfs")) {
    const size = /^size (\d{1,15})$/m.exec(text)?.[1];
    const large = size ? `, which has ${Number(size).toLocaleString("en")} bytes` : "";
    return `this is a pointer of Git LFS: a note that stands in for the file${large}. Get the file itself, by its download button or with git lfs pull`;
  }
  if (/^<(!doctype html|html|head|body)/i.test(text)) {
    return "this is a web page, perhaps the one about the file, or an error. Open it in a browser to see what it says, and get the file by its download button";
  }
  if (text.startsWith("<")) {
    return `this is XML, as servers answer with when they refuse: it begins with ${quote(text)}. Download the file again`;
  }
  if (/^\{/.test(text) && /"weight_map"|"total_size"/.test(text)) {
    return 'this is the index of a model that is cut into several files (shards), and has no weights in it. Get a model that is in one model.safetensors; or join the shards in Python, with model.save_pretrained(folder, max_shard_size="100GB") of transformers';
  }
  if (/^[{[]/.test(text)) {
    return "this is JSON, such as config.json or a tokenizer's, and has no weights in it. Get model.safetensors, which is beside it";
  }
  return `this is a text, which begins with ${quote(text)}. ${get}`;
}

function quote(text: string): string {
  const line = text.split("\n")[0].trim();
  return `"${line.length > 60 ? `${line.slice(0, 60)}…` : line}"`;
}
