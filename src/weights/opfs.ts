// The storage in the browser: two files in the origin's private file system, which no other site can see.

import { DownloadError } from "./error.ts";
import type { Storage, SyncFile } from "./storage.ts";

const folder = "weights";

/** TypeScript's types of the page leave out what only workers have. */
type InWorker = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncFile> };

/**
 * Opens the storage. Only one worker can have it open at a time; call `close` when it is no longer needed.
 *
 * @throws DownloadError if another tab has it open, or this browser has no such place
 */
export async function openStorage(): Promise<Storage> {
  const files: SyncFile[] = [];
  const close = () => {
    for (const file of files) file.close();
  };
  try {
    const root = await navigator.storage.getDirectory();
    const directory = await root.getDirectoryHandle(folder, { create: true });
    for (const name of ["gpt2.safetensors", "gpt2.json"]) {
      const handle = (await directory.getFileHandle(name, { create: true })) as InWorker;
      files.push(await handle.createSyncAccessHandle());
    }
  } catch (error) {
    close();
    throw refusal(error as Error);
  }
  const [data, note] = files;
  return { data, note, room, close };
}

async function room(): Promise<number | undefined> {
  const { quota, usage = 0 } = await navigator.storage.estimate();
  return quota === undefined ? undefined : quota - usage;
}

function refusal({ name, message }: Error): DownloadError {
  return name === "NoModificationAllowedError"
    ? new DownloadError(
        "busy",
        "Another tab of this site is downloading or reading the weights. Let it finish, or close it, then try again.",
      )
    : new DownloadError(
        "no storage",
        `This browser gives no place to keep the weights in (${message}). A private window may be the reason. Or download model.safetensors yourself, and drop the file here.`,
      );
}
