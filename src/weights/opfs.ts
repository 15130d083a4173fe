// The storage in the browser: two files in the origin's private file system, which no other site can see.

import type { SyncFile } from "../training/syncfile.ts";
import { DownloadError } from "./error.ts";
import type { Storage } from "./storage.ts";

const folder = "weights";
const patience = 2500; // milliseconds; a tab that is being reloaded needs a moment to let go

const taken = "NoModificationAllowedError"; // what the browser throws where a file is open elsewhere

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
      files.push(await access(handle));
    }
  } catch (error) {
    close();
    throw refusal(error as Error);
  }
  const [data, note] = files;
  return { data, note, room, close };
}

async function access(handle: InWorker): Promise<SyncFile> {
  const end = performance.now() + patience;
  for (;;) {
    try {
      return await handle.createSyncAccessHandle();
    } catch (error) {
      if ((error as Error).name !== taken || performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function room(): Promise<number | undefined> {
  const { quota, usage = 0 } = await navigator.storage.estimate();
  return quota === undefined ? undefined : quota - usage;
}

function refusal({ name, message }: Error): DownloadError {
  return name === taken
    ? new DownloadError(
        "busy",
        "Another tab of this site is downloading or reading the weights. Let it finish, or close it, then try again.",
      )
    : new DownloadError(
        "no storage",
        `This browser gives no place to keep the weights in (${message}). A private window may be the reason. Or download model.safetensors yourself, and drop the file here.`,
      );
}
