// Safetensors: named tensors in one file. 8 bytes: length of the header, little-endian; the header, JSON; then the bytes
// of the tensors, one after another. Source: https://github.com/huggingface/safetensors#format

import { count } from "../runtime/shape.ts";
import { FormatError } from "./error.ts";
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

/** Bytes of one value of every dtype in whole bytes that the format knows. */
const bytesPerValue = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const;

type Dtype = keyof typeof bytesPerValue;

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
  // A map, as a name may be one that means something to an object, such as __proto__.
  const header = new Map<string, unknown>([["__metadata__", metadata]]);
  let offset = 0;
  for (const [name, { dtype, shape }] of tensors) {
    if (header.has(name)) {
      throw new RangeError(`safetensors: a tensor cannot be named ${name}: the name is taken`);
    }
    const end = offset + count(shape) * bytesPerValue[dtype];
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
  const first = new Uint8Array(Math.min(8, source.size));
  await source.read(first, 0);
  const start = headerEnd(first, source.size);
  const bytes = new Uint8Array(start);
  await source.read(bytes, 0);
  return { ...parseHeader(bytes, source.size), start };
}

/**
 * Where the header ends and the data begins.
 *
 * @param prefix the beginning of the file, 8 bytes or more
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
  dtypes: readonly string[] = Object.keys(bytesPerValue),
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

function parseJson(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
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

function readMetadata(value: unknown): Record<string, string> {
  if (value === undefined) return {};
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
    throw new FormatError(`safetensors: ${name} has no valid shape (${JSON.stringify(shape)})`);
  }
  if (!isSizes(data_offsets) || data_offsets.length !== 2 || data_offsets[0] > data_offsets[1]) {
    throw new FormatError(
      `safetensors: ${name} has no valid data_offsets (${JSON.stringify(data_offsets)})`,
    );
  }
  const [begin, end] = data_offsets;
  const expected = count(shape) * bytesPerValue[dtype as Dtype];
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
