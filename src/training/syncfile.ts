// A file that is read and written in place: what is used of a FileSystemSyncAccessHandle.

import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import type { Source } from "@llm.ts/kernels/formats/source.ts";

export interface SyncFile {
  getSize(): number;
  read(into: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  write(bytes: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

/** The file as a source. */
export function syncSource(file: SyncFile): Source {
  return {
    size: file.getSize(),
    read(into, at) {
      const length = file.read(into, { at });
      if (length === into.length) return;
      throw new FormatError(`it ends at byte ${at + length}, before it should: it is cut short`);
    },
  };
}
