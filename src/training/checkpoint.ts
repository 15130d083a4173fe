// A checkpoint: everything that a run needs to go on as if it had never stopped, in one safetensors file.
//
// The file is written and read a few megabytes at a time, so that a checkpoint of GPT-2 124M (1.5 GB) never stands in
// memory a second time. Its last tensor is the CRC-32 of every byte before it: a file that was cut short, or changed by a
// single bit, is found out before anything is taken from it.

import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import {
  encodeHeader,
  openSafetensors,
  type Entry as Stored,
} from "@llm.ts/kernels/formats/safetensors.ts";
import { bytesOf, type Source } from "@llm.ts/kernels/formats/source.ts";
import { count } from "@llm.ts/kernels/runtime/shape.ts";
import { crc32 } from "./crc.ts";

/** One tensor of a checkpoint. Values go in and out a part at a time, in row-major order. */
export interface Part {
  name: string;
  dtype: "F32" | "I32";
  shape: readonly number[];
  /** Copies values from `start` on into the whole of `into`. */
  read(start: number, into: Float32Array | Int32Array): void | Promise<void>;
  /** Sets values from `start` on. */
  write(start: number, values: Float32Array | Int32Array): void;
}

/** Takes the bytes of a checkpoint in order. @throws if there is no room for them */
export type Sink = (bytes: Uint8Array<ArrayBuffer>) => void;

type Entry = Pick<Part, "name" | "dtype" | "shape">;

const format = "llm.ts checkpoint 1";
const bytesPerValue = 4; // of F32 and of I32
const valuesAtOnce = 1 << 20; // 4 MiB
const checksum: Entry = { name: "checksum", dtype: "I32", shape: [1] };

/**
 * Writes a checkpoint.
 *
 * @param progress where the run stands; anything that JSON can hold
 * @param parts the tensors, in the order in which they are to lie in the file
 * @returns the number of bytes written
 */
export async function writeCheckpoint(
  progress: unknown,
  parts: readonly Part[],
  sink: Sink,
): Promise<number> {
  let crc = 0;
  let size = 0;
  const write = (bytes: Uint8Array<ArrayBuffer>) => {
    sink(bytes);
    crc = crc32(bytes, crc);
    size += bytes.length;
  };
  write(headerOf(JSON.stringify(progress), parts));
  for (const part of parts) {
    for await (const { start, values } of pieces(part)) {
      await part.read(start, values);
      write(bytesOf(values));
    }
  }
  write(bytesOf(Int32Array.of(crc)));
  return size;
}

/**
 * Reads what was written as `progress`, without reading the tensors.
 *
 * @throws FormatError if this is not a checkpoint, or if it does not have the length that its header asks for
 */
export async function readMetadata(source: Source): Promise<unknown> {
  return (await readHeader(source)).progress;
}

/**
 * Reads every byte of a checkpoint, and compares their checksum with the one in it.
 *
 * @throws FormatError if they differ, or as `readMetadata` does
 */
export async function verifyCheckpoint(source: Source): Promise<void> {
  await readHeader(source);
  const end = source.size - bytesPerValue;
  let crc = 0;
  for (let at = 0; at < end; at += valuesAtOnce * bytesPerValue) {
    const bytes = new Uint8Array(Math.min(valuesAtOnce * bytesPerValue, end - at));
    await source.read(bytes, at);
    crc = crc32(bytes, crc);
  }
  const stored = new Uint8Array(bytesPerValue);
  await source.read(stored, end);
  if (new DataView(stored.buffer).getUint32(0, true) !== crc) {
    throw new FormatError("its checksum does not match its contents: the file was damaged");
  }
}

/**
 * Fills `parts` from a checkpoint that was verified.
 *
 * @throws FormatError if the tensors in it have other names, types or shapes; nothing is written then
 */
export async function readParts(source: Source, parts: readonly Part[]): Promise<void> {
  const { entries, start } = await readHeader(source);
  const right = parts.every((part) => same(entries.get(part.name), part));
  if (!right || entries.size !== parts.length + 1) {
    throw new FormatError("its tensors are not those of the model that it names");
  }
  for (const part of parts) {
    let at = start + (entries.get(part.name)?.begin ?? 0);
    for await (const { start: first, values } of pieces(part)) {
      const piece = bytesOf(values);
      await source.read(piece, at);
      part.write(first, values);
      at += piece.length;
    }
  }
}

/** A part that is an array in memory. */
export function arrayPart(
  name: string,
  shape: readonly number[],
  array: Float32Array | Int32Array,
): Part {
  return {
    name,
    dtype: array instanceof Int32Array ? "I32" : "F32",
    shape,
    read: (start, into) => into.set(array.subarray(start, start + into.length)),
    write: (start, values) => array.set(values, start),
  };
}

/** What the file begins with. */
function headerOf(progress: string, parts: readonly Entry[]): Uint8Array<ArrayBuffer> {
  const tensors = [...parts, checksum].map((part) => [part.name, part] as const);
  return encodeHeader({ format, progress }, tensors);
}

async function readHeader(source: Source) {
  const foreign = "this is not a checkpoint of this site";
  if (source.size < 8) throw new FormatError(`${foreign}: it has only ${source.size} bytes`);
  const { metadata, entries, start } = await openSafetensors(source).catch((error: Error) => {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(`${foreign}, or it is cut short: ${error.message}`);
  });
  const last = entries.get(checksum.name);
  const atEnd = same(last, checksum) && start + (last?.end ?? 0) === source.size;
  const progress = parse(metadata.progress);
  const whole = atEnd && progress !== undefined;
  if (metadata.format !== format || !whole) throw new FormatError(foreign);
  return { entries, start, progress };
}

function same(stored: Stored | undefined, { dtype, shape }: Entry): boolean {
  return stored?.dtype === dtype && String(stored.shape) === String(shape);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Goes over a part in pieces of a few megabytes. The array is used again for each. */
async function* pieces({ dtype, shape }: Entry) {
  const length = count(shape);
  const FloatsOrInts = dtype === "I32" ? Int32Array : Float32Array;
  const buffer = new FloatsOrInts(Math.min(valuesAtOnce, length));
  for (let start = 0; start < length; start += valuesAtOnce) {
    yield { start, values: buffer.subarray(0, Math.min(valuesAtOnce, length - start)) };
  }
}
