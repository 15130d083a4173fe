// Safetensors: named tensors in one file. 8 bytes: length of the header, little-endian; the header, JSON; then the bytes
// of the tensors, one after another. Source: https://github.com/huggingface/safetensors#format

import { FormatError } from "./error.ts";

/** A tensor as the file holds it: float32 or int32, in row-major order. */
export type StoredTensor =
  | { dtype: "F32"; shape: readonly number[]; data: Float32Array }
  | { dtype: "I32"; shape: readonly number[]; data: Int32Array };

export interface Safetensors {
  metadata: Record<string, string>;
  tensors: Map<string, StoredTensor>;
}

const bytesPerValue = { F32: 4, I32: 4 } as const;
const headerLimit = 100_000_000; // bytes; the limit of the format's own reader

/**
 * Reads a whole file. Tensors are views on `bytes` where their alignment allows it, else copies.
 *
 * @throws FormatError if the file is truncated, its header is not valid, a dtype is not F32 or I32, or the byte ranges
 *   do not fit their shapes, overlap, or leave gaps
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  const { header, start } = readHeader(bytes);
  const metadata = readMetadata(header.__metadata__);
  const tensors = new Map<string, StoredTensor>();
  const ranges: { name: string; begin: number; end: number }[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const { dtype, shape, begin, end } = readEntry(name, entry, bytes.length - start);
    ranges.push({ name, begin, end });
    const data = bytes.subarray(start + begin, start + end);
    const aligned = data.byteOffset % 4 === 0 ? data : new Uint8Array(data);
    const length = (end - begin) / bytesPerValue[dtype];
    tensors.set(
      name,
      dtype === "F32"
        ? { dtype, shape, data: new Float32Array(aligned.buffer, aligned.byteOffset, length) }
        : { dtype, shape, data: new Int32Array(aligned.buffer, aligned.byteOffset, length) },
    );
  }
  checkRanges(ranges, bytes.length - start);
  return { metadata, tensors };
}

/** Writes tensors in the order given. The header is padded with spaces so that the data begins at a multiple of 8. */
export function writeSafetensors({ metadata, tensors }: Safetensors): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { dtype, shape, data }] of tensors) {
    const values = shape.reduce((product, size) => product * size, 1);
    if (values !== data.length) {
      throw new RangeError(
        `writeSafetensors: ${name} has ${data.length} values, expected ${values} for shape [${shape}]`,
      );
    }
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  let text = new TextEncoder().encode(JSON.stringify(header));
  const padded = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  padded.set(text);
  text = padded;

  const bytes = new Uint8Array(8 + text.length + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  let at = 8 + text.length;
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; start: number } {
  if (bytes.length < 8) {
    throw new FormatError(
      `safetensors: the file has ${bytes.length} bytes, too few for the 8 that give the header's length`,
    );
  }
  const length = Number(
    new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true),
  );
  if (length > headerLimit) {
    throw new FormatError(
      `safetensors: the header claims ${length} bytes, more than the format allows (${headerLimit}): this is another kind of file`,
    );
  }
  const start = 8 + length;
  if (start > bytes.length) {
    throw new FormatError(
      `safetensors: the header claims ${length} bytes, but the file ends after ${bytes.length - 8} of them: it is truncated`,
    );
  }
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, start)));
  } catch (error) {
    throw new FormatError(
      `safetensors: the header is not valid JSON (${(error as Error).message})`,
    );
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) {
    throw new FormatError("safetensors: the header is not a JSON object");
  }
  return { header: header as Record<string, unknown>, start };
}

function readMetadata(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isMap || Object.values(value).some((entry) => typeof entry !== "string")) {
    throw new FormatError("safetensors: __metadata__ is not a map from strings to strings");
  }
  return value as Record<string, string>;
}

function readEntry(name: string, entry: unknown, available: number) {
  const { dtype, shape, data_offsets } = (entry ?? {}) as Record<string, unknown>;
  if (dtype !== "F32" && dtype !== "I32") {
    throw new FormatError(
      `safetensors: ${name} has dtype ${JSON.stringify(dtype)}, expected F32 or I32`,
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
  const expected = shape.reduce((product, size) => product * size, 1) * bytesPerValue[dtype];
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
  return { dtype, shape, begin, end } as const;
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** The format asks that the tensors fill the data without overlaps and without gaps. */
function checkRanges(
  ranges: { name: string; begin: number; end: number }[],
  available: number,
): void {
  ranges.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of ranges) {
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
