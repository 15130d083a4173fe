// Where downloaded weights are kept: the file as it comes in, and a note of what it is to become.

import type { Source } from "@llm.ts/kernels/formats/source.ts";
import { type SyncFile, syncSource } from "../training/syncfile.ts";

export interface Storage {
  readonly data: SyncFile;
  readonly note: SyncFile;
  /** Bytes that can still be written, where that can be known. */
  room(): Promise<number | undefined>;
  close(): void;
}

/** What is known of the file that is in the storage, in part or whole. */
export interface Note {
  readonly url: string;
  readonly etag: string | null; // as the server gave it
  readonly bytes: number | null; // in the whole file; null where the server does not say
  readonly sha256: string | null; // of the whole file, as the server says; after it was checked, as computed
  readonly checked: "SHA-256" | "structure" | null; // how the whole file was checked; null until it was
}

/** The note, or undefined if there is none that can be read: the file is of no use then. */
export function readNote({ note }: Storage): Note | undefined {
  const bytes = new Uint8Array(note.getSize());
  note.read(bytes, { at: 0 });
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value?.url === "string" ? value : undefined;
  } catch {
    return undefined; // it was never written, or the machine stopped while it was
  }
}

/** @throws if there is no room for it */
export function writeNote({ note }: Storage, value: Note): void {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  note.truncate(0);
  if (note.write(bytes, { at: 0 }) !== bytes.length) throw new Error("the note was cut short");
  note.flush();
}

/** Forgets the file and gives its room back. */
export function discard({ data, note }: Storage): void {
  for (const file of [note, data]) {
    file.truncate(0);
    file.flush();
  }
}

/** The file as a source of weights. */
export function sourceOf({ data }: Storage): Source {
  return syncSource(data);
}
