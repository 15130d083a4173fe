// Where a file is read from. The formats ask for the bytes they need, a few megabytes at a time, and know nothing of disks.

export interface Source {
  readonly size: number; // bytes
  /** Fills `into` with the bytes from `at` on. @throws if there are fewer */
  read(into: Uint8Array<ArrayBuffer>, at: number): void | Promise<void>;
}

/** A file whose bytes are all in memory. */
export function memorySource(bytes: Uint8Array): Source {
  return {
    size: bytes.length,
    read(into, at) {
      if (at + into.length > bytes.length) throw new RangeError("the file ends before that");
      into.set(bytes.subarray(at, at + into.length));
    },
  };
}

/** A file of the reader's, as a browser hands it over. */
export function blobSource(blob: Blob): Source {
  return {
    size: blob.size,
    async read(into, at) {
      into.set(new Uint8Array(await blob.slice(at, at + into.length).arrayBuffer()));
    },
  };
}

/** Numbers as the bytes of a file. Every machine that runs a browser today is little-endian, as the formats are. */
export function bytesOf({
  buffer,
  byteOffset,
  byteLength,
}: Float32Array | Int32Array | Uint16Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}
