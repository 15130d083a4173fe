// GGUF's header: what the file says of itself, then a list of its tensors. Little-endian; strings and lists say their length
// in 64 bits first. Source: https://github.com/ggml-org/ggml, docs/gguf.md.

import { count } from "../runtime/shape.ts";
import { FormatError } from "./error.ts";
import type { Source } from "./source.ts";

export const magic = "GGUF";
const version = 3; // 2 has the same layout; 1 had lengths of 32 bits

/** The types of values, by their numbers in the file. */
const types = [
  ...["uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "bool", "string", "array"],
  ...["uint64", "int64", "float64"],
] as const;
type ValueType =
  | "uint8"
  | "int8"
  | "uint16"
  | "int16"
  | "uint32"
  | "int32"
  | "float32"
  | "bool"
  | "string"
  | "array"
  | "uint64"
  | "int64"
  | "float64";

export type Value = number | boolean | string | readonly (number | boolean | string)[];

/** A value to be written, with its type. A list holds values of that type. */
export type Typed = readonly [
  type: "uint32" | "int32" | "float32" | "bool" | "string",
  value: Value,
];

/** A tensor as the header lists it. */
export interface GgufTensor {
  readonly name: string;
  readonly shape: readonly number[]; // row-major, as everywhere here; in the file the sizes are the other way round
  readonly type: number; // number of its type in ggml
  readonly offset: number; // of its first byte, from the beginning of the data
}

export interface GgufHeader {
  readonly metadata: ReadonlyMap<string, Value>;
  readonly tensors: readonly GgufTensor[];
  readonly start: number; // byte at which the data begins
  readonly alignment: number; // of the data, and of every tensor in it
}

export const defaultAlignment = 32;
const mostDimensions = 4;

/**
 * Reads the header of a file.
 *
 * @throws FormatError if it is no GGUF, of another version, big-endian, cut off, or does not make sense
 */
export async function readGgufHeader(source: Source): Promise<GgufHeader> {
  const cursor = new Cursor(source);
  const first = new TextDecoder("latin1").decode(await cursor.take(Math.min(4, source.size)));
  if (first !== magic) throw fault(`it begins with ${JSON.stringify(first)}, expected "${magic}"`);
  checkVersion(await cursor.uint32());
  const [tensorCount, keys] = [await cursor.length("tensors"), await cursor.length("keys")];
  const metadata = new Map<string, Value>();
  for (let i = 0; i < keys; i++) {
    const key = await cursor.string();
    if (metadata.has(key)) throw fault(`the key ${key} is there twice`);
    metadata.set(key, await readValue(cursor, key, await cursor.uint32()));
  }
  const tensors: GgufTensor[] = [];
  for (let i = 0; i < tensorCount; i++) tensors.push(await readTensor(cursor));
  const alignment = metadata.get("general.alignment") ?? defaultAlignment;
  if (typeof alignment !== "number" || alignment < 1 || (alignment & (alignment - 1)) !== 0) {
    throw fault(`general.alignment is ${alignment}, expected a power of two`);
  }
  return { metadata, tensors, start: aligned(cursor.at, alignment), alignment };
}

/** Writes the header, and zeros up to where the data begins. The alignment is the usual one. */
export function encodeGgufHeader(
  metadata: Iterable<readonly [string, Typed]>,
  tensors: readonly GgufTensor[],
): Uint8Array<ArrayBuffer> {
  const keys = [...metadata];
  const writer = new Writer();
  writer.bytes(new TextEncoder().encode(magic));
  writer.number("uint32", version);
  writer.number("uint64", tensors.length);
  writer.number("uint64", keys.length);
  for (const [key, [type, value]] of keys) {
    writer.string(key);
    const list = typeof value === "object";
    if (list) writer.number("uint32", types.indexOf("array"));
    writer.number("uint32", types.indexOf(type));
    if (list) writer.number("uint64", value.length);
    for (const each of list ? value : [value]) writer.value(type, each);
  }
  for (const { name, shape, type, offset } of tensors) {
    writer.string(name);
    writer.number("uint32", shape.length);
    for (const size of shape.toReversed()) writer.number("uint64", size);
    writer.number("uint32", type);
    writer.number("uint64", offset);
  }
  return writer.finish(defaultAlignment);
}

export function isTexts(value: Value | undefined): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

export function isNumbers(value: Value | undefined): value is number[] {
  return Array.isArray(value) && value.every((each) => typeof each === "number");
}

/** The next multiple of the alignment. */
export function aligned(at: number, alignment: number): number {
  return Math.ceil(at / alignment) * alignment;
}

export function fault(what: string): FormatError {
  return new FormatError(`GGUF: ${what}`);
}

function checkVersion(found: number): void {
  if (found === version || found === 2) return;
  if (found !== 0 && found % 2 ** 16 === 0) {
    throw fault(
      "its numbers are big-endian: turn them round with gguf_convert_endian.py of llama.cpp",
    );
  }
  throw fault(
    `the version is ${found}, expected 2 or 3: write the file again with today's llama.cpp`,
  );
}

async function readTensor(cursor: Cursor): Promise<GgufTensor> {
  const name = await cursor.string();
  const dimensions = await cursor.uint32();
  if (dimensions < 1 || dimensions > mostDimensions) {
    throw fault(`${name} has ${dimensions} dimensions, expected 1 to ${mostDimensions}`);
  }
  const shape: number[] = [];
  for (let i = 0; i < dimensions; i++) shape.unshift(await cursor.uint64(`a size of ${name}`));
  if (!Number.isSafeInteger(count(shape))) {
    throw fault(`${name} has a shape that no memory holds (${shape.join(", ")})`);
  }
  const type = await cursor.uint32();
  return { name, shape, type, offset: await cursor.uint64(`the place of ${name}`) };
}

async function readValue(cursor: Cursor, key: string, type: number): Promise<Value> {
  if (types[type] !== "array") return cursor.scalar(key, types[type]);
  const of = types[await cursor.uint32()];
  if (of === "array") {
    throw fault(`${key} is a list of lists, and no model that is read here has such a key`);
  }
  const length = await cursor.length(`values of ${key}`);
  const values: (number | boolean | string)[] = [];
  for (let i = 0; i < length; i++) values.push(await cursor.scalar(key, of));
  return values;
}

const pieceBytes = 1 << 20;

/** Reads a file from its beginning on, value by value, a large piece of it at a time. */
class Cursor {
  at = 0;
  readonly #source: Source;
  #piece = new Uint8Array();
  #start = 0; // of the piece

  constructor(source: Source) {
    this.#source = source;
  }

  async take(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const left = this.#source.size - this.at;
    if (length > left) {
      throw fault(
        `the file ends after ${this.#source.size} bytes, within its header: it is truncated`,
      );
    }
    if (this.at + length > this.#start + this.#piece.length) {
      this.#piece = new Uint8Array(Math.min(left, Math.max(length, pieceBytes)));
      this.#start = this.at;
      await this.#source.read(this.#piece, this.at);
    }
    const from = this.at - this.#start;
    this.at += length;
    return this.#piece.subarray(from, from + length);
  }

  async uint32(): Promise<number> {
    return viewOf(await this.take(4)).getUint32(0, true);
  }

  async uint64(what: string): Promise<number> {
    const value = viewOf(await this.take(8)).getBigUint64(0, true);
    if (value <= Number.MAX_SAFE_INTEGER) return Number(value);
    throw fault(`${what} is ${value}: the file is damaged`);
  }

  /** A number of things, each of which takes a byte at least. */
  async length(what: string): Promise<number> {
    const value = await this.uint64(`the number of ${what}`);
    if (value <= this.#source.size - this.at) return value;
    throw fault(`it promises ${value} ${what}, more than there is room for: it is truncated`);
  }

  async string(): Promise<string> {
    const bytes = await this.take(await this.length("bytes of a text"));
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  }

  async scalar(key: string, type: ValueType | undefined): Promise<number | boolean | string> {
    if (type === "string") return this.string();
    if (type === "uint64") return this.uint64(key);
    if (type === undefined || type === "array") throw fault(`${key} has a type that is not known`);
    const view = viewOf(await this.take(sizes[type]));
    if (type === "bool") return view.getUint8(0) !== 0;
    if (type === "int64") return Number(view.getBigInt64(0, true));
    return readers[type](view);
  }
}

const sizes = {
  ...{ uint8: 1, int8: 1, bool: 1, uint16: 2, int16: 2 },
  ...{ uint32: 4, int32: 4, float32: 4, int64: 8, float64: 8 },
};
const readers = {
  uint8: (view: DataView) => view.getUint8(0),
  int8: (view: DataView) => view.getInt8(0),
  uint16: (view: DataView) => view.getUint16(0, true),
  int16: (view: DataView) => view.getInt16(0, true),
  uint32: (view: DataView) => view.getUint32(0, true),
  int32: (view: DataView) => view.getInt32(0, true),
  float32: (view: DataView) => view.getFloat32(0, true),
  float64: (view: DataView) => view.getFloat64(0, true),
};

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** Bytes that grow. */
class Writer {
  #bytes = new Uint8Array(1 << 20);
  #length = 0;

  bytes(bytes: Uint8Array): void {
    const end = this.#length + bytes.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(2 * end);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = end;
  }

  number(type: "uint32" | "int32" | "float32" | "uint64", value: number): void {
    const bytes = new Uint8Array(type === "uint64" ? 8 : 4);
    const view = viewOf(bytes);
    if (type === "uint64") view.setBigUint64(0, BigInt(value), true);
    else if (type === "float32") view.setFloat32(0, value, true);
    else view.setUint32(0, value, true); // an int32 has the same bits
    this.bytes(bytes);
  }

  string(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.number("uint64", bytes.length);
    this.bytes(bytes);
  }

  value(type: Typed[0], value: number | boolean | string): void {
    if (type === "string") this.string(String(value));
    else if (type === "bool") this.bytes(Uint8Array.of(Number(value)));
    else this.number(type, Number(value));
  }

  finish(alignment: number): Uint8Array<ArrayBuffer> {
    this.bytes(new Uint8Array(aligned(this.#length, alignment) - this.#length));
    return this.#bytes.slice(0, this.#length);
  }
}
