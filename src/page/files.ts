// Files in the origin's private file system, which no other site can see. Only workers may write them in place.

import type { SyncFile } from "../training/syncfile.ts";

/** What the browser throws where a file is open elsewhere. */
export const taken = "NoModificationAllowedError";

/** TypeScript's types of the page leave out what only workers have. */
type InWorker = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncFile> };

/**
 * Opens files, which are made where there are none. All or none: what was opened before one fails is closed again.
 *
 * @param patience milliseconds for which a file may be open elsewhere: a tab that is being reloaded needs a moment to let go
 * @throws what the browser does; an error whose name is `taken` where a file is open elsewhere
 */
export async function openFiles(
  folder: string,
  names: readonly string[],
  patience = 0,
): Promise<SyncFile[]> {
  const files: SyncFile[] = [];
  try {
    const root = await navigator.storage.getDirectory();
    const directory = await root.getDirectoryHandle(folder, { create: true });
    for (const name of names) {
      const handle = (await directory.getFileHandle(name, { create: true })) as InWorker;
      files.push(await access(handle, performance.now() + patience));
    }
    return files;
  } catch (error) {
    for (const file of files) file.close();
    throw error;
  }
}

async function access(handle: InWorker, end: number): Promise<SyncFile> {
  for (;;) {
    try {
      return await handle.createSyncAccessHandle();
    } catch (error) {
      if ((error as Error).name !== taken || performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
