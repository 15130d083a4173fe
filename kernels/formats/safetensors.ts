// Safetensors: named tensors in one file. 8 bytes: length of the header, little-endian; the header, JSON; then the bytes
// of the tensors, one after another. Source: https://github.com/huggingface/safetensors#format

import { count } from "../runtime/shape.ts";
import { FormatError } from "./error.ts";
import { enoughToTell, foreign } from "./foreign.ts";
import type { Source } from "./source.ts";

/** A tensor as the file holds it: float32 or int32, in row-major order. */
export type StoredTensor =
  | { dtype: "F32"; shape: readonly number[]; data: Float32Array }
  | { dtype: "I32"; shape: readonly number[]; data: Int32Array };

export interface Safetensors {
  metadata: Record<string, string>;
  tensors: Map<string, StoredTensor>;
}

/** A tensor as the header lists it. */
export interface Entry {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number; // its first byte, counted from the end of the header
  readonly end: number; // the byte after its last
}

export interface Header {
  readonly metadata: Record<string, string>;
  readonly entries: Map<string, Entry>;
}

/** Bits of one value, of every dtype that the format knows. */
const bitsPerValue = {
  F64: 64,
  I64: 64,
  U64: 64,
  C64: 64,
  F32: 32,
  I32: 32,
  U32: 32,
  F16: 16,
  BF16: 16,
  I16: 16,
  U16: 16,
  F8_E4M3: 8,
  F8_E5M2: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I8: 8,
  U8: 8,
  BOOL: 8,
  F6_E2M3: 6,
  F6_E3M2: 6,
  F4: 4,
} as const;

type Dtype = keyof typeof bitsPerValue;

const headerLimit = 100_000_000; // bytes; the limit of the format's own reader

/**
 * Reads a whole file. Tensors are views on `bytes` where their alignment allows it, else copies.
 *
 * @throws FormatError if the file is truncated, its header is not valid, a dtype is not F32 or I32, or the byte ranges
 *   do not fit their shapes, overlap, or leave gaps
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  const start = headerEnd(bytes, bytes.length);
  const { metadata, entries } = parseHeader(bytes.subarray(0, start), bytes.length, ["F32", "I32"]);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { dtype, shape, begin, end }] of entries) {
    const data = bytes.subarray(start + begin, start + end);
    const aligned = data.byteOffset % 4 === 0 ? data : new Uint8Array(data);
    const length = (end - begin) / 4;
    tensors.set(
      name,
      dtype === "F32"
        ? { dtype, shape, data: new Float32Array(aligned.buffer, aligned.byteOffset, length) }
        : {
            dtype: "I32",
            shape,
            data: new Int32Array(aligned.buffer, aligned.byteOffset, length),
          },
    );
  }
  return { metadata, tensors };
}

/**
 * Writes tensors in the order given. The header is padded with spaces so that the data begins at a multiple of 8.
 *
 * @throws RangeError if a tensor has another number of values than its shape, or is named __metadata__
 */
export function writeSafetensors({ metadata, tensors }: Safetensors): Uint8Array<ArrayBuffer> {
  for (const [name, { shape, data }] of tensors) {
    const values = count(shape);
    if (values !== data.length) {
      throw new RangeError(
        `writeSafetensors: ${name} has ${data.length} values, expected ${values} for shape [${shape}]`,
      );
    }
  }
  const header = encodeHeader(metadata, tensors);
  const size = [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  const bytes = new Uint8Array(header.length + size);
  bytes.set(header);
  let at = header.length;
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * What a file begins with whose tensors follow in the order given: the length, the JSON, and its padding to 8 bytes.
 *
 * @throws RangeError if a name is there twice, or is __metadata__
 */
export function encodeHeader(
  metadata: Readonly<Record<string, string>>,
  tensors: Iterable<readonly [string, { dtype: Dtype; shape: readonly number[] }]>,
): Uint8Array<ArrayBuffer> {
  // Half of a surrogate pair has no UTF-8, and readers refuse it: it becomes U+FFFD.
  const notes = Object.entries(metadata).map((note) => note.map((text) => text.toWellFormed()));
  // A map, as a name may be one that means something to an object, such as __proto__.
  const header = new Map<string, unknown>([["__metadata__", Object.fromEntries(notes)]]);
  let offset = 0;
  for (const [stored, { dtype, shape }] of tensors) {
    const name = stored.toWellFormed();
    if (header.has(name)) {
      throw new RangeError(`safetensors: a tensor cannot be named ${name}: the name is taken`);
    }
    const end = offset + (count(shape) * bitsPerValue[dtype]) / 8;
    header.set(name, { dtype, shape, data_offsets: [offset, end] });
    offset = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const bytes = new Uint8Array(8 + Math.ceil(text.length / 8) * 8).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(bytes.length - 8), true);
  bytes.set(text, 8);
  return bytes;
}

/**
 * Reads the header of a file. The tensors stay where they are.
 *
 * @returns the header, and the byte at which the data begins
 * @throws FormatError as `headerEnd` and `parseHeader` do; and whatever the source throws
 */
export async function openSafetensors(source: Source): Promise<Header & { start: number }> {
  const first = new Uint8Array(Math.min(enoughToTell, source.size));
  await source.read(first, 0);
  const start = headerEnd(first, source.size);
  const bytes = new Uint8Array(start);
  await source.read(bytes, 0);
  return { ...parseHeader(bytes, source.size), start };
}

/**
 * Where the header ends and the data begins.
 *
 * @param prefix the beginning of the file, 8 bytes or more; from more it can be told what else the file is
 * @param size bytes in the whole file
 * @throws FormatError if there are fewer than 8 bytes, or the header cannot be as long as they say
 */
export function headerEnd(prefix: Uint8Array, size: number): number {
  if (prefix.length < 8) {
    throw new FormatError(
      `safetensors: the file has ${prefix.length} bytes, too few for the 8 that give the header's length`,
    );
  }
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > headerLimit) {
    const what = foreign(prefix);
    if (what) throw new FormatError(`this is no safetensors file: ${what}`);
    throw new FormatError(
      `safetensors: the header claims ${length} bytes, more than the format allows (${headerLimit}): this is another kind of file`,
    );
  }
  if (8 + length > size) {
    throw new FormatError(
      `safetensors: the header claims ${length} bytes, but the file ends after ${size - 8} of them: it is truncated`,
    );
  }
  return 8 + length;
}

/**
 * Reads a header. The tensors themselves need not be there.
 *
 * @param bytes the file up to `headerEnd`
 * @param size bytes in the whole file
 * @param dtypes those that the caller can read; without it, all that the format knows
 * @throws FormatError if it is not valid, a dtype is another, or the byte ranges do not fit their shapes, overlap, or leave
 *   gaps
 */
export function parseHeader(
  bytes: Uint8Array,
  size: number,
  dtypes: readonly string[] = Object.keys(bitsPerValue),
): Header {
  const available = size - bytes.length;
  const entries = new Map<string, Entry>();
  const { __metadata__, ...listed } = parseJson(bytes.subarray(8));
  const metadata = readMetadata(__metadata__);
  for (const [name, entry] of Object.entries(listed)) {
    entries.set(name, readEntry(name, entry, available, dtypes));
  }
  checkRanges(entries, available);
  return { metadata, entries };
}

/**
 * Parses the header as strictly as the format's own reader does, which is stricter than JSON.parse: no byte order mark, no
 * half of a surrogate pair, and whole numbers are written as such, so that 4e0 and 1.0 are none.
 */
function parseJson(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    header = JSON.parse(text.replace(stringOrNumber, quoteOddNumber), (key, value) => {
      if (key.isWellFormed() && (typeof value !== "string" || value.isWellFormed())) return value;
      throw new Error("half of a surrogate pair");
    });
  } catch (error) {
    throw new FormatError(
      `safetensors: the header is not valid JSON (${(error as Error).message})`,
    );
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) {
    throw new FormatError("safetensors: the header is not a JSON object");
  }
  return header as Record<string, unknown>;
}

const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** A number that is not written with digits alone becomes a string, which is no size and no offset. */
function quoteOddNumber(token: string): string {
  return /^("|\d+$)/.test(token) ? token : `"${token}"`;
}

function readMetadata(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isMap || Object.values(value).some((entry) => typeof entry !== "string")) {
    throw new FormatError("safetensors: __metadata__ is not a map from strings to strings");
  }
  return value as Record<string, string>;
}

function readEntry(
  name: string,
  entry: unknown,
  available: number,
  dtypes: readonly string[],
): Entry {
  const { dtype, shape, data_offsets } = (entry ?? {}) as Record<string, unknown>;
  if (!dtypes.includes(dtype as string)) {
    throw new FormatError(
      `safetensors: ${name} has dtype ${JSON.stringify(dtype)}, expected ${dtypes.join(" or ")}`,
    );
  }
  if (!isSizes(shape)) {
    throw new FormatError(`safetensors: ${name} has no valid shape (${shown(shape)})`);
  }
  if (!isSizes(data_offsets) || data_offsets.length !== 2 || data_offsets[0] > data_offsets[1]) {
    throw new FormatError(
      `safetensors: ${name} has no valid data_offsets (${shown(data_offsets)})`,
    );
  }
  const [begin, end] = data_offsets;
  const bits = bitsOf(shape, dtype as Dtype);
  if (bits === undefined) {
    throw new FormatError(
      `safetensors: ${name} has a shape that no memory holds (${JSON.stringify(shape)})`,
    );
  }
  const expected = bits / 8;
  if (end - begin !== expected) {
    throw new FormatError(
      `safetensors: ${name} has ${end - begin} bytes, expected ${expected} for ${dtype} of shape [${shape}]`,
    );
  }
  if (end > available) {
    throw new FormatError(
      `safetensors: ${name} ends at byte ${end}, but the file holds only ${available} bytes of data: it is truncated`,
    );
  }
  return { dtype: dtype as Dtype, shape, begin, end };
}

/** As it is in the header. */
function shown(value: unknown): string {
  return `${JSON.stringify(value)}`.replace(/"(-?\d[^"]*)"/g, "$1");
}

/** Bits of a tensor; undefined where the sizes multiply, one after the other, to 2^64 or more. Even with a 0 after them. */
function bitsOf(shape: readonly number[], dtype: Dtype): number | undefined {
  let bits = 1n;
  for (const size of [...shape, bitsPerValue[dtype]]) {
    bits *= BigInt(size);
    if (bits >= 1n << 64n) return undefined;
  }
  return Number(bits);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** The format asks that the tensors fill the data without overlaps and without gaps. */
function checkRanges(entries: Map<string, Entry>, available: number): void {
  const ranges = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const [name, { begin, end }] of ranges) {
    if (begin !== at) {
      const what = begin < at ? "overlaps the tensor before it" : "leaves a gap before it";
      throw new FormatError(
        `safetensors: ${name} begins at byte ${begin}, expected ${at}: it ${what}`,
      );
    }
    at = end;
  }
  if (at !== available) {
    throw new FormatError(
      `safetensors: ${available - at} bytes follow the last tensor, expected none`,
    );
  }
}
